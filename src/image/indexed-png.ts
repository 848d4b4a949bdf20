// PNG of pictures with few colours, as heat maps are: one byte per pixel and a palette. libvips writes such files only by a
// search for the best colours, at three times the cost; here every colour is kept. See https://www.w3.org/TR/png-3/.
import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";

/** A picture with transparency. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, opacity per pixel, row-major. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

const MOST_COLOURS = 256;
/** Of the table of colours: 2^11, so that few of 256 meet. */
const SLOTS = 2048;
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const INDEXED = 3;
/** The filter that stores each byte's difference from the one before. */
const SUB = 1;

const deflated = promisify(deflate);

/** The picture as an indexed PNG without loss; `null` where it has more than 256 colours. The same pixels give the same bytes. */
export async function encodeIndexedPng({ width, height, data }: RgbaImage): Promise<Uint8Array | null> {
  const bytesOfPixels = data.byteOffset % 4 === 0 ? data : data.slice();
  const indexed = indexColours(
    new Uint32Array(bytesOfPixels.buffer, bytesOfPixels.byteOffset, width * height),
  );
  if (indexed === null) return null;
  const { places, colours } = indexed;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED, 0, 0, 0], 8);
  const bytes = new Uint8Array(colours.buffer);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk(
      "PLTE",
      bytes.filter((_, i) => i % 4 !== 3),
    ),
    chunk(
      "tRNS",
      bytes.filter((_, i) => i % 4 === 3),
    ),
    chunk("IDAT", await deflated(differences(places, width, height), { level: 4 })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** Each pixel's place among the colours, dark ones first: where colours go over into one another, so do the places. */
function indexColours(pixels: Uint32Array): { places: Uint8Array; colours: Uint32Array } | null {
  const found = coloursOf(pixels);
  if (found === null) return null;
  const colours = Uint32Array.from(found).sort((a, b) => lightness(a) - lightness(b) || a - b);
  const table = new ColourTable();
  for (const [place, colour] of colours.entries()) table.set(colour, place);
  const places = new Uint8Array(pixels.length);
  for (let k = 0; k < pixels.length; k++) places[k] = table.get(pixels[k]!);
  return { places, colours };
}

/** The colours of a picture, or `null` where they are too many. */
function coloursOf(pixels: Uint32Array): number[] | null {
  const table = new ColourTable();
  const colours: number[] = [];
  for (let k = 0; k < pixels.length; k++) {
    const colour = pixels[k]!;
    if (table.get(colour) >= 0) continue;
    if (colours.length === MOST_COLOURS) return null;
    table.set(colour, colours.length);
    colours.push(colour);
  }
  return colours;
}

/** Few numbers by colour: open addressing, several times as fast as a `Map` on a million pixels. */
class ColourTable {
  readonly #colours = new Uint32Array(SLOTS);
  readonly #places = new Int16Array(SLOTS).fill(-1);

  /** -1 for a colour that was not set. */
  get(colour: number): number {
    return this.#places[this.#slotOf(colour)]!;
  }

  set(colour: number, place: number): void {
    const slot = this.#slotOf(colour);
    this.#colours[slot] = colour;
    this.#places[slot] = place;
  }

  /** Where the colour stands, or the empty slot for it. */
  #slotOf(colour: number): number {
    let slot = Math.imul(colour, 0x9e3779b1) >>> 21;
    while (this.#places[slot]! >= 0 && this.#colours[slot] !== colour) slot = (slot + 1) % SLOTS;
    return slot;
  }
}

/** Of a pixel's four bytes, red lowest; clear pixels are darkest. */
function lightness(colour: number): number {
  const [red, green, blue, opacity] = [
    colour & 255,
    (colour >>> 8) & 255,
    (colour >>> 16) & 255,
    colour >>> 24,
  ];
  return opacity * (2 * red + 5 * green + blue);
}

/** Rows as PNG stores them, each behind the number of its filter. */
function differences(places: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0, to = 0, from = 0; y < height; y++) {
    rows[to++] = SUB;
    for (let x = 0, before = 0; x < width; x++) {
      const own = places[from++]!;
      rows[to++] = own - before;
      before = own;
    }
  }
  return rows;
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const whole = Buffer.alloc(content.length + 12);
  whole.writeUInt32BE(content.length, 0);
  whole.write(name, 4, "latin1");
  whole.set(content, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), content.length + 8);
  return whole;
}
