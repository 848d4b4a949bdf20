// Lays out TIFF and BigTIFF files in either byte order from directories of tags. Knows nothing of pixels.

/** Types of TIFF 6.0 and BigTIFF by their numbers. */
const TYPES = {
  byte: [1, 1],
  ascii: [2, 1],
  short: [3, 2],
  long: [4, 4],
  rational: [5, 8],
  undefined: [7, 1],
  slong: [9, 4],
  float: [11, 4],
  double: [12, 8],
  ifd: [13, 4],
  long8: [16, 8],
  ifd8: [18, 8],
} as const;

/** One tag. Rationals are given as numbers and stored over a denominator of 10,000 unless told otherwise. */
export interface Tag {
  readonly tag: number;
  readonly type: keyof typeof TYPES;
  readonly values: readonly number[] | string | Uint8Array;
  readonly denominator?: number;
}

/** One image file directory with the segments (tiles or strips) that belong to it. */
export interface Directory {
  readonly tags: readonly Tag[];
  /** Compressed tiles or strips; an empty one is stored as offset 0 and length 0, as sparse files do. */
  readonly segments: readonly Uint8Array[];
  readonly tiled: boolean;
  /** Directories hung below this one (tag SubIFDs). */
  readonly children?: readonly Directory[];
}

/** How the file is laid out. */
export interface TiffLayout {
  readonly bigTiff?: boolean;
  readonly bigEndian?: boolean;
}

/** The bytes of a file whose chain holds these directories. */
export function writeTiff(directories: readonly Directory[], layout: TiffLayout = {}): Uint8Array {
  return new TiffFile(layout).write(directories);
}

class TiffFile {
  readonly #big: boolean;
  readonly #little: boolean;
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  constructor({ bigTiff = false, bigEndian = false }: TiffLayout) {
    this.#big = bigTiff;
    this.#little = !bigEndian;
  }

  write(directories: readonly Directory[]): Uint8Array {
    this.#append(this.#header());
    let link = this.#big ? 8 : 4;
    for (const directory of directories) {
      const { at, next } = this.#directory(directory);
      this.#offset(link, at);
      link = next;
    }
    return this.#bytes.slice(0, this.#size);
  }

  #header(): Uint8Array {
    const header = new Uint8Array(this.#big ? 16 : 8);
    const view = new DataView(header.buffer);
    header.fill(this.#little ? 0x49 : 0x4d, 0, 2);
    view.setUint16(2, this.#big ? 43 : 42, this.#little);
    if (this.#big) view.setUint16(4, 8, this.#little);
    return header;
  }

  /** Writes a directory after its segments, children and long values; `next` is where the link onwards stands. */
  #directory({ tags, segments, tiled, children = [] }: Directory): { at: number; next: number } {
    const offsets = segments.map((segment) => (segment.length === 0 ? 0 : this.#append(segment)));
    const below = children.map((child) => this.#directory(child).at);
    const type = this.#big ? "long8" : "long";
    const all: Tag[] = [
      ...tags,
      { tag: tiled ? 324 : 273, type, values: offsets },
      { tag: tiled ? 325 : 279, type, values: segments.map(({ length }) => length) },
      ...(below.length === 0
        ? []
        : [{ tag: 330, type: this.#big ? ("ifd8" as const) : ("ifd" as const), values: below }]),
    ];
    return this.#entries(all.sort((a, b) => a.tag - b.tag));
  }

  #entries(tags: readonly Tag[]): { at: number; next: number } {
    const [countSize, entrySize, inline] = this.#big ? [8, 20, 8] : [2, 12, 4];
    const entries = new Uint8Array(countSize + entrySize * tags.length + inline);
    const view = new DataView(entries.buffer);
    if (this.#big) view.setBigUint64(0, BigInt(tags.length), this.#little);
    else view.setUint16(0, tags.length, this.#little);
    tags.forEach((tag, i) => {
      const at = countSize + entrySize * i;
      const value = this.#value(tag);
      view.setUint16(at, tag.tag, this.#little);
      view.setUint16(at + 2, TYPES[tag.type][0], this.#little);
      const count = value.length / TYPES[tag.type][1];
      if (this.#big) view.setBigUint64(at + 4, BigInt(count), this.#little);
      else view.setUint32(at + 4, count, this.#little);
      const slot = at + entrySize - inline;
      if (value.length <= inline) entries.set(value, slot);
      else if (this.#big) view.setBigUint64(slot, BigInt(this.#append(value)), this.#little);
      else view.setUint32(slot, this.#append(value), this.#little);
    });
    const at = this.#append(entries);
    return { at, next: at + entries.length - inline };
  }

  #value({ type, values, denominator = 10_000 }: Tag): Uint8Array {
    if (typeof values === "string") return new TextEncoder().encode(`${values}\0`);
    if (values instanceof Uint8Array) return values;
    const [, size] = TYPES[type];
    const bytes = new Uint8Array(size * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      this.#number(view, i * size, type, value, denominator);
    });
    return bytes;
  }

  #number(view: DataView, at: number, type: Tag["type"], value: number, denominator: number): void {
    const little = this.#little;
    if (type === "short") view.setUint16(at, value, little);
    else if (type === "long" || type === "ifd") view.setUint32(at, value, little);
    else if (type === "slong") view.setInt32(at, value, little);
    else if (type === "long8" || type === "ifd8") view.setBigUint64(at, BigInt(value), little);
    else if (type === "float") view.setFloat32(at, value, little);
    else if (type === "double") view.setFloat64(at, value, little);
    else if (type === "rational") {
      view.setUint32(at, Math.round(value * denominator), little);
      view.setUint32(at + 4, denominator, little);
    } else view.setUint8(at, value);
  }

  /** Appends at the next even place and says where. */
  #append(bytes: Uint8Array): number {
    const at = this.#size + (this.#size % 2);
    if (at + bytes.length > this.#bytes.length) {
      const grown = new Uint8Array(2 * (at + bytes.length));
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#bytes.set(bytes, at);
    this.#size = at + bytes.length;
    return at;
  }

  #offset(at: number, value: number): void {
    if (this.#big) this.#view.setBigUint64(at, BigInt(value), this.#little);
    else this.#view.setUint32(at, value, this.#little);
  }
}
