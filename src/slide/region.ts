// Puts a region of one level together from its tiles: which tiles, whole or in part, and where their rows go. Rows are
// copied, never pixels; no promise is made for a tile that need not be waited for.
import type { PixelWindow } from "../codec/index.ts";
import { type ComposedLevel, type Part, Parts, tileInside, windowOf } from "./region-parts.ts";
import type { TileCache } from "./tile-cache.ts";
import type { TiledLevel } from "./types.ts";

/** A tile counts as wanted whole when a read covers at least this share of it. */
const WHOLE_FROM = 0.5;

/** A read of more tiles than this is no single look. */
const FEW = 64;

/** Tiles waited for at a time, where a source makes one wait. */
const AT_ONCE = 16;

/** Bytes of room that is kept for parts of tiles. */
const LARGEST_SCRATCH = 2 ** 20;

const NONE = new Uint8Array(0);

/** Decodes of whole tiles that are under way, by key: nobody decodes a tile that is being decoded. */
export type TilesInFlight = Map<number, Promise<Uint8Array | null>>;

/** Composes regions of one slide. */
export class RegionComposer {
  readonly #inFlight: TilesInFlight = new Map();
  #scratch: Uint8Array = NONE;

  constructor(private readonly cache: TileCache) {}

  /**
   * RGB of a window of a level; white outside the level and where the slide holds no tile.
   *
   * @param check called before every tile; throws to stop.
   * @param into where to write, and what is returned; a new buffer without it.
   */
  read(
    composed: ComposedLevel,
    window: PixelWindow,
    check: () => void,
    into?: Uint8Array,
  ): Uint8Array | Promise<Uint8Array> {
    const { level } = composed;
    const whole = this.#oneTile(composed, window, into);
    if (whole !== undefined) return whole;
    const out = into ?? new Uint8Array(3 * window.width * window.height);
    const left = Math.max(0, window.left);
    const top = Math.max(0, window.top);
    const right = Math.min(level.width, window.left + window.width);
    const bottom = Math.min(level.height, window.top + window.height);
    const inside = right > left && bottom > top ? (right - left) * (bottom - top) : 0;
    if (inside < window.width * window.height) out.fill(255);
    if (inside === 0) return out;
    const parts = new Parts(composed, left, top, right, bottom);
    const walking = parts.count > FEW || parts.some(({ key }) => this.cache.knows(key));
    const place = (index: number) => this.#place(composed, parts.at(index), window, walking, out);
    for (let index = 0; index < parts.count; index++) {
      check();
      const wait = place(index);
      if (wait !== undefined) return finish(wait, index + 1, parts.count, place, check).then(() => out);
    }
    return out;
  }

  /** Drops what is kept; reads under way finish by themselves. */
  clear(): void {
    this.cache.clear();
    this.#inFlight.clear();
  }

  /**
   * A window that is one tile, not wanted lately, from a source that makes nobody wait: the decoder's own buffer, neither
   * copied nor kept. This is what a walk from tile to tile asks for, again and again.
   */
  #oneTile(
    { level, columns, firstKey }: ComposedLevel,
    window: PixelWindow,
    into: Uint8Array | undefined,
  ): Uint8Array | undefined {
    const { tileWidth, tileHeight } = level;
    if (window.width !== tileWidth || window.height !== tileHeight) return undefined;
    const column = window.left / tileWidth;
    const row = window.top / tileHeight;
    if (!Number.isInteger(column) || !Number.isInteger(row) || column < 0 || row < 0) return undefined;
    if ((column + 1) * tileWidth > level.width || (row + 1) * tileHeight > level.height) return undefined;
    const key = firstKey + row * columns + column;
    if (this.cache.knows(key) || this.#inFlight.has(key)) return undefined;
    this.cache.touch(key);
    const tile = this.#whole(level, { column, row, key }, false, into);
    if (!(tile instanceof Uint8Array)) return undefined; // missing, or in flight now
    if (into === undefined) return tile.length === tile.buffer.byteLength ? tile : tile.slice();
    if (tile !== into) into.set(tile);
    return into;
  }

  #place(
    composed: ComposedLevel,
    part: Part,
    window: PixelWindow,
    walking: boolean,
    out: Uint8Array,
  ): Promise<void> | undefined {
    const { tileWidth, tileHeight } = composed.level;
    const x = part.column * tileWidth;
    const y = part.row * tileHeight;
    const kept = this.cache.get(part.key);
    if (kept !== undefined) {
      copyPart(kept, tileWidth, x, y, part, window, out);
      return undefined;
    }
    const wanted = (part.right - part.left) * (part.bottom - part.top);
    const whole =
      walking || this.#inFlight.has(part.key) || wanted >= WHOLE_FROM * tileInside(composed.level, x, y);
    this.cache.touch(part.key);
    const from = whole ? { left: x, top: y, width: tileWidth } : windowOf(part);
    const tile = whole ? this.#whole(composed.level, part, true) : this.#window(composed, part, x, y);
    if (!(tile instanceof Promise))
      return void copyPart(tile, from.width, from.left, from.top, part, window, out);
    return tile.then((data) => copyPart(data, from.width, from.left, from.top, part, window, out));
  }

  /** A part of a tile, in room that the next part may use: for copying at once, unless it is waited for. */
  #window({ level }: ComposedLevel, part: Part, x: number, y: number) {
    const { left, top, width, height } = windowOf(part);
    const window = { left: left - x, top: top - y, width, height };
    const bytes = 3 * width * height;
    if (bytes > LARGEST_SCRATCH) return level.readTile(part.column, part.row, window);
    const scratch = this.#scratch.length < bytes ? new Uint8Array(bytes) : this.#scratch;
    const tile = level.readTile(part.column, part.row, window, scratch.subarray(0, bytes));
    this.#scratch = tile instanceof Promise ? NONE : scratch;
    return tile;
  }

  #whole(
    level: TiledLevel,
    { column, row, key }: Pick<Part, "column" | "row" | "key">,
    keep: boolean,
    into?: Uint8Array,
  ) {
    const running = this.#inFlight.get(key);
    if (running !== undefined) return running;
    const room = into ?? this.cache.takeSpare(3 * level.tileWidth * level.tileHeight);
    const tile = level.readTile(column, row, undefined, room);
    if (!(tile instanceof Promise)) {
      // Whoever made nobody wait has handed over the buffer, unless it is a view of another.
      if (keep && tile !== null) this.cache.set(key, tile, tile.length === tile.buffer.byteLength);
      return tile;
    }
    const flight = tile
      .then((data) => {
        const own = data === into ? (data?.slice() ?? null) : data; // the caller's buffer is not ours to keep
        if (own !== null) this.cache.set(key, own);
        return own;
      })
      .finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, flight);
    return flight;
  }
}

/** Copies a part's rows from a tile (or a window of it) that begins at (x, y) of the level; a missing one is white. */
function copyPart(
  tile: Uint8Array | null,
  rowPixels: number,
  x: number,
  y: number,
  part: Part,
  window: PixelWindow,
  out: Uint8Array,
): void {
  const row = 3 * (part.right - part.left);
  let to = 3 * ((part.top - window.top) * window.width + part.left - window.left);
  let from = 3 * ((part.top - y) * rowPixels + part.left - x);
  if (tile !== null && row === 3 * rowPixels && rowPixels === window.width) {
    out.set(tile.subarray(from, from + row * (part.bottom - part.top)), to);
    return;
  }
  for (let line = part.top; line < part.bottom; line++) {
    if (tile === null) out.fill(255, to, to + row);
    else out.set(tile.subarray(from, from + row), to);
    from += 3 * rowPixels;
    to += 3 * window.width;
  }
}

/** Places the parts behind the first that has to be waited for, some of them at a time. */
async function finish(
  first: Promise<void>,
  begin: number,
  end: number,
  place: (index: number) => Promise<void> | undefined,
  check: () => void,
): Promise<void> {
  const waits = [first];
  try {
    for (let index = begin; index < end; index++) {
      if (waits.length >= AT_ONCE) await settle(waits.splice(0));
      check();
      const wait = place(index);
      if (wait !== undefined) waits.push(wait);
    }
  } catch (error) {
    await Promise.allSettled(waits);
    throw error;
  }
  await settle(waits);
  check();
}

/** Waits for all, then throws the first failure: no read is left running behind an error. */
async function settle(waits: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(waits)) if (result.status === "rejected") throw result.reason;
}
