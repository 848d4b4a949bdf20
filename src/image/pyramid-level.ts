// One level of a pyramid while it is written: rows come in, whole rows of tiles go to the file, and every row goes on to
// the next level by the area filter.
import type { FileInParts } from "../machine/index.ts";
import { AreaRows, type RgbImage } from "../pixels/index.ts";
import type { TileEncoder } from "./tile-encoder.ts";

/** Tiles compressed at once: enough to keep the encoder's thread busy, few enough to bound memory. */
const AT_ONCE = 8;

/** A level that takes rows from above and hands them down. */
export class PyramidLevel {
  readonly width: number;
  readonly height: number;
  /** Places and lengths of the tiles in the file, row by row. */
  readonly offsets: number[] = [];
  readonly byteCounts: number[] = [];
  readonly #tileSize: number;
  readonly #encoder: TileEncoder;
  readonly #file: FileInParts;
  readonly #band: Uint8Array;
  #held = 0;
  #done = 0;
  #below: PyramidLevel | undefined;
  #reduce: AreaRows | undefined;

  constructor(width: number, height: number, tileSize: number, encoder: TileEncoder, file: FileInParts) {
    this.width = width;
    this.height = height;
    this.#tileSize = tileSize;
    this.#encoder = encoder;
    this.#file = file;
    this.#band = new Uint8Array(3 * width * Math.min(tileSize, height));
  }

  /** The next coarser level. */
  set below(level: PyramidLevel | undefined) {
    this.#below = level;
    this.#reduce = level && new AreaRows(this.width, this.height, level.width, level.height);
  }

  /** Takes the next whole rows. */
  async push(rows: Uint8Array): Promise<void> {
    const stride = 3 * this.width;
    for (let at = 0; at < rows.length; ) {
      const length = Math.min(rows.length - at, this.#band.length - this.#held);
      this.#band.set(rows.subarray(at, at + length), this.#held);
      at += length;
      this.#held += length;
      const last = this.#done + this.#held / stride === this.height;
      if (this.#held === this.#band.length || last) await this.#flush();
    }
    if (this.#below === undefined || this.#reduce === undefined) return;
    const smaller = this.#reduce.push(rows);
    if (smaller.length > 0) await this.#below.push(smaller);
  }

  /** Writes the rows held as a row of tiles. */
  async #flush(): Promise<void> {
    const rows = this.#held / (3 * this.width);
    const columns = Math.ceil(this.width / this.#tileSize);
    for (let first = 0; first < columns; first += AT_ONCE) {
      const group = Array.from({ length: Math.min(AT_ONCE, columns - first) }, (_, i) =>
        this.#encoder.encode(this.#tile((first + i) * this.#tileSize, rows)),
      );
      for (const tile of await Promise.all(group)) {
        this.offsets.push(this.#file.size);
        this.byteCounts.push(tile.length);
        await this.#file.append(tile);
      }
    }
    this.#done += rows;
    this.#held = 0;
  }

  /** A tile of the band, filled up at the right and the bottom by repeating the border, which compresses best. */
  #tile(left: number, rows: number): RgbImage {
    const size = this.#tileSize;
    const data = new Uint8Array(3 * size * size);
    const inside = Math.min(size, this.width - left);
    for (let y = 0; y < size; y++) {
      const from = 3 * (Math.min(y, rows - 1) * this.width + left);
      const to = 3 * y * size;
      data.set(this.#band.subarray(from, from + 3 * inside), to);
      const border = data.subarray(to + 3 * (inside - 1), to + 3 * inside);
      for (let x = inside; x < size; x++) data.set(border, to + 3 * x);
    }
    return { width: size, height: size, data };
  }
}
