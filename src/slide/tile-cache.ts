// Decoded tiles kept for their neighbours, within a limit of bytes, and a memory of the tiles that were touched lately.
// A walk over a slide touches tiles again and again; random reads do not. The second memory tells one from the other.
// A buffer that leaves the cache serves the next tile: memory that is fresh every time costs as much as decoding into it.

/**
 * Tiles remembered as touched. Steps of a walk meet the same tile at once, so few are enough; with many, reads at random
 * places would look like a walk (measured: 2,048 cost them a third of their speed).
 */
const TOUCHED = 32;

interface Kept {
  readonly tile: Uint8Array;
  /** Nobody else holds its buffer. */
  readonly sole: boolean;
}

/** Keeps the tiles used last. Keys are numbers, unique per level, column and row. */
export class TileCache {
  readonly #tiles = new Map<number, Kept>();
  readonly #touched = new Set<number>();
  #bytes = 0;
  /** The buffer of the tile that left last, if nobody else holds it. */
  #spare: Uint8Array | undefined;

  /** @param limit bytes of decoded tiles to keep at most; 0 keeps none. */
  constructor(readonly limit: number) {}

  /** Bytes kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A kept tile, now the one used last. */
  get(key: number): Uint8Array | undefined {
    const kept = this.#tiles.get(key);
    if (kept === undefined) return undefined;
    this.#tiles.delete(key);
    this.#tiles.set(key, kept);
    return kept.tile;
  }

  /** @param sole whether nobody else holds the tile's buffer, now or later. */
  set(key: number, tile: Uint8Array, sole = false): void {
    if (tile.length > this.limit) return;
    this.#drop(key);
    this.#tiles.set(key, { tile, sole });
    this.#bytes += tile.length;
    while (this.#bytes > this.limit) this.#drop(this.#tiles.keys().next().value!);
  }

  /** A buffer of exactly this length that a tile left behind, once; its content is any. */
  takeSpare(length: number): Uint8Array | undefined {
    if (this.#spare?.length !== length) return undefined;
    const spare = this.#spare;
    this.#spare = undefined;
    return spare;
  }

  /** True when the tile is kept or was touched lately. */
  knows(key: number): boolean {
    return this.#tiles.has(key) || this.#touched.has(key);
  }

  /** Remembers that a tile was wanted. */
  touch(key: number): void {
    this.#touched.delete(key);
    this.#touched.add(key);
    if (this.#touched.size > TOUCHED) this.#touched.delete(this.#touched.values().next().value!);
  }

  clear(): void {
    this.#tiles.clear();
    this.#touched.clear();
    this.#spare = undefined;
    this.#bytes = 0;
  }

  #drop(key: number): void {
    const kept = this.#tiles.get(key);
    if (kept === undefined) return;
    this.#bytes -= kept.tile.length;
    this.#tiles.delete(key);
    if (kept.sole) this.#spare = kept.tile;
  }
}
