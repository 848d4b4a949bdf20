// The area filter over a level of a slide, block by block of whole tiles. What two blocks share of an output pixel is
// carried from one to the next, so every tile is read once, and memory is a block, some rows of sums and the output.
import { throwIfCancelled } from "../base/index.ts";
import { sumBlock } from "./area-block.ts";
import { type AxisSpans, type OutputAxis, spansOf } from "./axis-spans.ts";
import { giveRoom, takeRoom } from "./block-room.ts";
import type { Slide, SlideLevel } from "./types.ts";

/** Source bytes read at a time unless told otherwise or a single tile is larger. */
const BLOCK_BYTES = 8 * 2 ** 20;

/** Quotients closer to a tie than this are ties, which round up: they differ by float64's rounding alone. */
const TIE = 1e-9;

/** Added before a value is cut to whole numbers, as a byte array does by itself. */
const HALF = 0.5 + TIE;

/** The sums of one output row that is not whole yet: those of all source rows above the next band. */
interface OpenRow {
  readonly j: number;
  readonly sums: Float64Array;
}

/** Reads one output image. */
export class AreaReader {
  readonly #level: SlideLevel;
  readonly #columns: AxisSpans;
  readonly #rows: AxisSpans;
  readonly #out: Uint8Array;
  /** The row that the band above left open, and the one that this band leaves. */
  #above: OpenRow | null = null;
  #below: OpenRow | null = null;
  /** Per output row of the band: the sums of the output column that the block to the left left open. */
  #leftOpen = new Map<number, Float64Array>();
  #rightOpen = new Map<number, Float64Array>();

  constructor(
    private readonly slide: Slide,
    private readonly index: number,
    private readonly axes: { readonly x: OutputAxis; readonly y: OutputAxis },
    private readonly blockBytes = BLOCK_BYTES,
    into?: Uint8Array,
  ) {
    this.#level = slide.levels[index]!;
    this.#columns = spansOf(axes.x, 0, this.#level.width);
    this.#rows = spansOf(axes.y, 0, this.#level.height);
    this.#out = into ?? new Uint8Array(3 * axes.x.count * axes.y.count);
    if (!isFull(this.#columns) || !isFull(this.#rows)) this.#out.fill(255);
  }

  /** Output pixels, rows from the top; white where nothing lies under them. */
  async read(signal?: AbortSignal): Promise<Uint8Array> {
    if (this.#columns.to === 0 || this.#rows.to === 0) return this.#out;
    const [left, right] = extent(this.#columns);
    const [top, bottom] = extent(this.#rows);
    const { tileWidth, tileHeight } = this.#level;
    const width = blockSide(tileWidth, right - left, this.blockBytes / (3 * tileHeight));
    const height = blockSide(tileHeight, bottom - top, this.blockBytes / (3 * Math.min(width, right - left)));
    for (let y = top; y < bottom; ) {
      const end = Math.min(bottom, (Math.floor(y / tileHeight) + height / tileHeight) * tileHeight);
      for (let x = left; x < right; ) {
        const edge = Math.min(right, (Math.floor(x / tileWidth) + width / tileWidth) * tileWidth);
        await this.#block(x, y, edge, end, signal);
        x = edge;
      }
      this.#nextBand();
      y = end;
    }
    return this.#out;
  }

  async #block(
    left: number,
    top: number,
    right: number,
    bottom: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await breathe(signal, this.slide.name);
    const window = { left, top, width: right - left, height: bottom - top };
    const room = takeRoom(3 * window.width * window.height);
    const { data } = await this.slide.readRegion(this.index, window, { signal, into: room });
    const columns = spansOf(this.axes.x, left, right);
    const rows = spansOf(this.axes.y, top, bottom);
    sumBlock({ ...window, data }, columns, rows, (j, sums) => {
      if (this.#rows.last[j]! >= bottom) this.#leaveOpen(j, columns.from, sums);
      else this.#write(j, columns, sums, right);
    });
    giveRoom(room);
    [this.#leftOpen, this.#rightOpen] = [this.#rightOpen, this.#leftOpen];
    this.#rightOpen.clear();
  }

  /** A row that goes on below: its sums wait for the next band. */
  #leaveOpen(j: number, from: number, sums: Float64Array): void {
    if (this.#above?.j === j) this.#below = this.#above;
    this.#below ??= { j, sums: new Float64Array(3 * this.axes.x.count) };
    for (let k = 0, to = 3 * from; k < sums.length; k++, to++) this.#below.sums[to]! += sums[k]!;
  }

  /** A row that ends here: its pixels, except a last one that goes on to the right. */
  #write(j: number, columns: AxisSpans, sums: Float64Array, right: number): void {
    const before = this.#leftOpen.get(j);
    if (before !== undefined)
      for (let channel = 0; channel < 3; channel++) sums[channel]! += before[channel]!;
    let { to } = columns;
    if (this.#columns.last[to - 1]! >= right) {
      to -= 1;
      this.#rightOpen.set(j, sums.slice(-3));
    }
    const { from } = columns;
    if (this.#above?.j === j) addAbove(sums, this.#above.sums.subarray(3 * from, 3 * to));
    writeMeans(
      this.#out.subarray(3 * (j * this.axes.x.count + from)),
      sums,
      this.#columns.length.subarray(from, to),
      this.#rows.length[j]!,
    );
  }

  #nextBand(): void {
    this.#above = this.#below;
    this.#below = null;
    this.#leftOpen.clear();
  }
}

function addAbove(sums: Float64Array, above: Float64Array): void {
  for (let k = 0; k < above.length; k++) sums[k]! += above[k]!;
}

/** Sums over areas, rounded half up. */
function writeMeans(out: Uint8Array, sums: Float64Array, widths: Float64Array, height: number): void {
  const count = widths.length;
  for (let i = 0, k = 0; i < count; i++, k += 3) {
    const area = widths[i]! * height;
    out[k] = sums[k]! / area + HALF;
    out[k + 1] = sums[k + 1]! / area + HALF;
    out[k + 2] = sums[k + 2]! / area + HALF;
  }
}

/** True where every output pixel covers something. */
function isFull({ from, to, length }: AxisSpans): boolean {
  return from === 0 && to === length.length;
}

/** The source pixels under all outputs. */
function extent({ first, last, from, to }: AxisSpans): [number, number] {
  return [first[from]!, last[to - 1]! + 1];
}

/** A side of a block: whole tiles, at least one, at most `most` pixels where that allows. */
function blockSide(tile: number, needed: number, most: number): number {
  return tile * Math.max(1, Math.min(Math.ceil(needed / tile) + 1, Math.floor(most / tile)));
}

/** Lets a signal fire between blocks, which sources that never wait would not. */
async function breathe(signal: AbortSignal | undefined, where: string): Promise<void> {
  if (signal === undefined) return;
  await new Promise((resolve) => setTimeout(resolve, 0));
  throwIfCancelled(signal, where);
}
