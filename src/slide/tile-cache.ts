// Decoded tiles kept for their neighbours, within a limit of bytes, and a memory of the tiles that were touched lately.
// A walk over a slide touches tiles again and again; random reads do not. The second memory tells one from the other.

/**
 * Tiles remembered as touched. Steps of a walk meet the same tile at once, so few are enough; with many, reads at random
 * places would look like a walk (measured: 2,048 cost them a third of their speed).
 */
const TOUCHED = 32;

/** Keeps the tiles used last. Keys are numbers, unique per level, column and row. */
export class TileCache {
  readonly #tiles = new Map<number, Uint8Array>();
  readonly #touched = new Set<number>();
  #bytes = 0;

  /** @param limit bytes of decoded tiles to keep at most; 0 keeps none. */
  constructor(readonly limit: number) {}

  /** Bytes kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A kept tile, now the one used last. */
  get(key: number): Uint8Array | undefined {
    const tile = this.#tiles.get(key);
    if (tile === undefined) return undefined;
    this.#tiles.delete(key);
    this.#tiles.set(key, tile);
    return tile;
  }

  set(key: number, tile: Uint8Array): void {
    if (tile.length > this.limit) return;
    this.#drop(key);
    this.#tiles.set(key, tile);
    this.#bytes += tile.length;
    while (this.#bytes > this.limit) this.#drop(this.#tiles.keys().next().value!);
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
    this.#bytes = 0;
  }

  #drop(key: number): void {
    this.#bytes -= this.#tiles.get(key)?.length ?? 0;
    this.#tiles.delete(key);
  }
}
