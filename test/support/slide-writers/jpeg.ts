// A small baseline JPEG encoder for fixtures, without chroma subsampling: unlike the usual ones it can leave out markers,
// store R, G, B as they are, set restart intervals and give tables and image apart, which is what slide formats do.

/** How a fixture's JPEG is made. */
export interface JpegOptions {
  /** 1 to 100, as in libjpeg. Default 92. */
  readonly quality?: number;
  /** What the components are. Default "ycbcr". */
  readonly colour?: "ycbcr" | "rgb" | "grey";
  /** The marker that tells the colours, if any: JFIF (YCbCr), Adobe (either). Default: none. */
  readonly marker?: "jfif" | "adobe";
  /** MCUs (8 x 8 pixels) between restart markers; 0 for none. */
  readonly restartInterval?: number;
  /** Tables are left out, for containers that keep them apart (see {@link jpegTables}). */
  readonly withoutTables?: boolean;
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGB, interleaved. */
  readonly data: Uint8Array;
}

/** Encodes an image. */
export function encodeBaselineJpeg(image: Pixels, options: JpegOptions = {}): Uint8Array {
  const { quality = 92, colour = "ycbcr", restartInterval = 0 } = options;
  const components = colour === "grey" ? 1 : 3;
  const out: number[] = [0xff, 0xd8, ...colourMarker(options)];
  if (options.withoutTables !== true) out.push(...tableSegments(quality, colour));
  out.push(...frame(image, colour));
  if (restartInterval > 0) out.push(0xff, 0xdd, 0, 4, restartInterval >> 8, restartInterval & 0xff);
  const scan = [...Array(components).keys()].flatMap((i) => [idOf(i, colour), tableOf(i, colour) * 0x11]);
  out.push(0xff, 0xda, 0, 6 + 2 * components, components, ...scan, 0, 63, 0);
  new Scan(image, quality, colour, out).write(restartInterval);
  out.push(0xff, 0xd9);
  return Uint8Array.from(out);
}

/** An abbreviated stream of tables alone, as TIFF's tag JPEGTables holds. */
export function jpegTables(options: Pick<JpegOptions, "quality" | "colour"> = {}): Uint8Array {
  const { quality = 92, colour = "ycbcr" } = options;
  return Uint8Array.from([0xff, 0xd8, ...tableSegments(quality, colour), 0xff, 0xd9]);
}

/** RGB components carry the ids 0, 1, 2, as scanners write them. */
function idOf(component: number, colour: JpegOptions["colour"]): number {
  return colour === "rgb" ? component : component + 1;
}

/** RGB uses one table for all; YCbCr another for chroma. */
function tableOf(component: number, colour: JpegOptions["colour"]): 0 | 1 {
  return colour === "ycbcr" && component > 0 ? 1 : 0;
}

function colourMarker({ marker, colour = "ycbcr" }: JpegOptions): number[] {
  if (marker === "jfif") return [0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
  if (marker === "adobe")
    return [0xff, 0xee, 0, 14, 65, 100, 111, 98, 101, 0, 100, 0, 0, 0, 0, colour === "ycbcr" ? 1 : 0];
  return [];
}

function frame({ width, height }: Pixels, colour: JpegOptions["colour"]): number[] {
  const components = colour === "grey" ? 1 : 3;
  const each = [...Array(components).keys()].flatMap((i) => [idOf(i, colour), 0x11, tableOf(i, colour)]);
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return [0xff, 0xc0, 0, 8 + 3 * components, 8, ...size, components, ...each];
}

function tableSegments(quality: number, colour: JpegOptions["colour"]): number[] {
  const out: number[] = [];
  for (const table of colour === "ycbcr" ? ([0, 1] as const) : ([0] as const)) {
    const steps = quantisers(quality, table);
    out.push(0xff, 0xdb, 0, 67, table, ...ZIGZAG.map((i) => steps[i]!));
    for (const [kind, { counts, symbols }] of [HUFFMAN[table].dc, HUFFMAN[table].ac].entries())
      out.push(0xff, 0xc4, 0, 19 + symbols.length, kind * 16 + table, ...counts, ...symbols);
  }
  return out;
}

/** Steps in natural order, scaled by quality as libjpeg does. */
function quantisers(quality: number, table: 0 | 1): number[] {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return QUANTISERS[table].map((step) => Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))));
}

/** Writes the entropy-coded blocks. */
class Scan {
  readonly #image: Pixels;
  readonly #colour: "ycbcr" | "rgb" | "grey";
  readonly #out: number[];
  readonly #steps: readonly number[][];
  readonly #last = [0, 0, 0];
  #held = 0;
  #count = 0;

  constructor(image: Pixels, quality: number, colour: "ycbcr" | "rgb" | "grey", out: number[]) {
    this.#image = image;
    this.#colour = colour;
    this.#out = out;
    this.#steps = [quantisers(quality, 0), quantisers(quality, 1)];
  }

  write(restartInterval: number): void {
    const { width, height } = this.#image;
    const components = this.#colour === "grey" ? 1 : 3;
    const samples = new Float64Array(64);
    let done = 0;
    for (let y = 0; y < height; y += 8)
      for (let x = 0; x < width; x += 8, done++) {
        if (restartInterval > 0 && done > 0 && done % restartInterval === 0)
          this.#restart(done / restartInterval);
        for (let component = 0; component < components; component++) {
          this.#fill(samples, x, y, component);
          forwardDct(samples);
          this.#block(samples, component);
        }
      }
    this.#flush();
  }

  #restart(number: number): void {
    this.#flush();
    this.#out.push(0xff, 0xd0 + ((number - 1) % 8));
    this.#last.fill(0);
  }

  /** One component of a block, 128 subtracted; the border is repeated. */
  #fill(samples: Float64Array, left: number, top: number, component: number): void {
    const { width, height, data } = this.#image;
    for (let i = 0; i < 64; i++) {
      const x = Math.min(width - 1, left + (i & 7));
      const y = Math.min(height - 1, top + (i >> 3));
      const at = 3 * (y * width + x);
      samples[i] = this.#sample(data[at]!, data[at + 1]!, data[at + 2]!, component) - 128;
    }
  }

  #sample(r: number, g: number, b: number, component: number): number {
    if (this.#colour === "rgb") return component === 0 ? r : component === 1 ? g : b;
    if (component === 0) return 0.299 * r + 0.587 * g + 0.114 * b;
    if (component === 1) return 128 - 0.168735892 * r - 0.331264108 * g + 0.5 * b;
    return 128 + 0.5 * r - 0.418687589 * g - 0.081312411 * b;
  }

  #block(coefficients: Float64Array, component: number): void {
    const table = tableOf(component, this.#colour);
    const steps = this.#steps[table]!;
    const codes = CODES[table]!;
    const quantised = ZIGZAG.map((i) => Math.round(coefficients[i]! / steps[i]!));
    const difference = quantised[0]! - this.#last[component]!;
    this.#last[component] = quantised[0]!;
    this.#value(codes.dc, 0, difference);
    let zeros = 0;
    for (let i = 1; i < 64; i++) {
      if (quantised[i] === 0) {
        zeros++;
        continue;
      }
      for (; zeros > 15; zeros -= 16) this.#code(codes.ac.get(0xf0)!);
      this.#value(codes.ac, zeros, quantised[i]!);
      zeros = 0;
    }
    if (zeros > 0) this.#code(codes.ac.get(0)!);
  }

  #value(codes: ReadonlyMap<number, Code>, zeros: number, value: number): void {
    const size = 32 - Math.clz32(Math.abs(value));
    this.#code(codes.get(zeros * 16 + size)!);
    if (size > 0) this.#bits(value < 0 ? value + 2 ** size - 1 : value, size);
  }

  #code([bits, length]: Code): void {
    this.#bits(bits, length);
  }

  #bits(value: number, length: number): void {
    this.#held = (this.#held << length) | value;
    this.#count += length;
    while (this.#count >= 8) {
      this.#count -= 8;
      const byte = (this.#held >> this.#count) & 0xff;
      this.#out.push(byte);
      if (byte === 0xff) this.#out.push(0);
    }
    this.#held &= (1 << this.#count) - 1;
  }

  #flush(): void {
    if (this.#count > 0) this.#bits(2 ** (8 - this.#count) - 1, 8 - this.#count);
  }
}

/** COSINES[8 u + x] = c(u)/2 cos((2x+1) u pi/16): a separable, orthonormal transform. */
const COSINES = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

function forwardDct(block: Float64Array): void {
  const rows = new Float64Array(64);
  for (let y = 0; y < 8; y++)
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += COSINES[8 * u + x]! * block[8 * y + x]!;
      rows[8 * y + u] = sum;
    }
  for (let u = 0; u < 8; u++)
    for (let v = 0; v < 8; v++) {
      let sum = 0;
      for (let y = 0; y < 8; y++) sum += COSINES[8 * v + y]! * rows[8 * y + u]!;
      block[8 * v + u] = sum;
    }
}

/** Natural index of each coefficient in zigzag order. */
const ZIGZAG: readonly number[] = zigzag();

function zigzag(): number[] {
  const order: number[] = [];
  for (let sum = 0; sum < 15; sum++)
    for (let i = 0; i <= sum; i++) {
      const [row, column] = sum % 2 === 0 ? [sum - i, i] : [i, sum - i];
      if (row < 8 && column < 8) order.push(8 * row + column);
    }
  return order;
}

/** Tables K.1 and K.2 of ITU-T T.81. */
const QUANTISERS: readonly [readonly number[], readonly number[]] = [
  [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17,
    22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78,
    87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
  ],
  [
    17,
    18,
    24,
    47,
    99,
    99,
    99,
    99,
    18,
    21,
    26,
    66,
    99,
    99,
    99,
    99,
    24,
    26,
    56,
    99,
    99,
    99,
    99,
    99,
    47,
    66,
    99,
    ...Array<number>(37).fill(99),
  ],
];

interface HuffmanTable {
  /** Codes of each length 1..16. */
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

/** Tables K.3 to K.6 of ITU-T T.81. */
const HUFFMAN: readonly [
  { readonly dc: HuffmanTable; readonly ac: HuffmanTable },
  { readonly dc: HuffmanTable; readonly ac: HuffmanTable },
] = [
  {
    dc: table("00010501010101010100000000000000", "000102030405060708090a0b"),
    ac: table(
      "0002010303020403050504040000017d",
      "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738" +
        "393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5" +
        "a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
    ),
  },
  {
    dc: table("00030101010101010101010000000000", "000102030405060708090a0b"),
    ac: table(
      "00020102040403040705040400010277",
      "0001020311040521310612415107617113223281081442" +
        "91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a63646566" +
        "6768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8" +
        "c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa",
    ),
  },
];

function table(counts: string, symbols: string): HuffmanTable {
  const bytes = (hex: string) => hex.match(/../g)!.map((pair) => Number.parseInt(pair, 16));
  return { counts: bytes(counts), symbols: bytes(symbols) };
}

type Code = readonly [bits: number, length: number];

/** Symbol to code, by table. */
const CODES = HUFFMAN.map(({ dc, ac }) => ({ dc: codesOf(dc), ac: codesOf(ac) }));

function codesOf({ counts, symbols }: HuffmanTable): ReadonlyMap<number, Code> {
  const codes = new Map<number, Code>();
  let [code, next] = [0, 0];
  counts.forEach((count, i) => {
    for (let k = 0; k < count; k++) codes.set(symbols[next++]!, [code++, i + 1]);
    code *= 2;
  });
  return codes;
}
