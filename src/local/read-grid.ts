// Reads all pieces of a grid over a slide in parallel: each thread takes bands of neighbours, so that a tile of the slide
// is decoded once, by one thread, and hands its pieces over without a copy.
import { fail, throwIfCancelled } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { reviveError, WorkerPool, workerFile } from "../machine/index.ts";
import type { PixelSize, RgbImage } from "../pixels/index.ts";
import { levelForMpp } from "../slide/index.ts";
import { allRuns, type Band, bandsOf, tilesAtATime } from "./grid-bands.ts";
import { type GridShape, gridShape } from "./grid-geometry.ts";
import type { GridReply, GridRun, GridWork } from "./grid-protocol.ts";
import type { DecoderKind } from "./load-decoders.ts";
import { openSlide, type SlideBackend } from "./open-slide.ts";

/** What {@link readGrid} reads. */
export interface GridRequest {
  /** Pieces of a level as it is stored, or at a µm/px; one of the two. */
  readonly level?: number | undefined;
  readonly mpp?: number | undefined;
  /** Side of a piece and step from piece to piece, in pixels of the output. */
  readonly size: number;
  readonly stride: number;
  /** Threads, 1 or more. */
  readonly workers: number;
  /** Default "wasm": what crashes a thread crashes the program. */
  readonly decoder?: DecoderKind | undefined;
  readonly backend?: SlideBackend | undefined;
  /** µm/px of level 0, whatever the file says. */
  readonly slideMpp?: number | PixelSize | undefined;
  /** Bytes of decoded tiles that each thread keeps. Default: those of a band's width, about 32 MiB. */
  readonly cacheBytes?: number | undefined;
  /**
   * True for a receiver who is done with a piece when `onPiece` is: its memory serves the next pieces then, and the data of
   * one that was kept is empty. Less memory and a tenth less time. Default false: pieces are the receiver's.
   */
  readonly reuse?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One piece. */
export interface GridPiece {
  readonly column: number;
  readonly row: number;
  /** In level-0 pixels. */
  readonly box: PixelWindow;
  readonly image: RgbImage;
}

/**
 * Reads a grid of whole pieces from the upper left corner, band by band: some columns of some rows, row by row. Bands of
 * different threads come between each other, so whoever cares looks at `column` and `row`. The next pieces are read
 * while `onPiece` works; a thread is at most one run of pieces (4 MiB) ahead.
 *
 * @returns the size of the grid.
 * @throws LowmagError what opening and reading throw; `invalid-argument`; `cancelled`; what `onPiece` throws.
 */
export async function readGrid(
  path: string,
  request: GridRequest,
  onPiece: (piece: GridPiece) => void | Promise<void>,
): Promise<{ readonly columns: number; readonly rows: number }> {
  const { workers, signal } = request;
  if (!Number.isInteger(workers) || workers < 1 || workers > 256)
    throw fail("invalid-argument", { where: "readGrid", expected: "1 to 256 workers", got: `${workers}` });
  const { work, shape, columns } = await plan(path, request);
  const bands = bandsOf(shape, workers, columns);
  const pools = Array.from(
    { length: Math.min(workers, bands.length) },
    () => new WorkerPool<GridRun, GridReply>(path, workerFile(import.meta.url, "./grid-worker.ts"), 1, work),
  );
  const check = () => throwIfCancelled(signal, path);
  try {
    await Promise.all(pools.map((pool) => readBands(pool, bands, shape, work, check, onPiece)));
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }
  return { columns: shape.columns, rows: shape.rows };
}

/** Looks at the slide once, so that a bad request fails before threads start. */
async function plan(
  path: string,
  request: GridRequest,
): Promise<{ work: GridWork; shape: GridShape; columns: number }> {
  const { level, mpp, size, stride, slideMpp, decoder = "wasm", backend = "auto" } = request;
  const slide = await openSlide(path, { backend, mpp: slideMpp });
  try {
    const shape = gridShape(slide, { level, mpp, size, stride });
    const read = slide.levels[level ?? levelForMpp(slide, mpp!)]!;
    const { columns, bytes } = tilesAtATime(read, read.width / shape.width, size, stride);
    const { reuse = false, cacheBytes = bytes } = request;
    const work = { path, decoder, backend, slideMpp, cacheBytes, level, mpp, size, stride, reuse };
    return { shape, columns, work };
  } finally {
    await slide.close();
  }
}

/** Takes bands off the list until it is empty. */
async function readBands(
  pool: WorkerPool<GridRun, GridReply>,
  bands: Band[],
  shape: GridShape,
  work: GridWork,
  check: () => void,
  onPiece: (piece: GridPiece) => void | Promise<void>,
): Promise<void> {
  const runs = allRuns(bands, work.size);
  const ask = (room?: ArrayBuffer) => {
    const { value: run } = runs.next();
    if (run === undefined) return null;
    const reply = room === undefined ? pool.run(run) : pool.run({ ...run, room }, [room]);
    reply.catch(() => undefined); // heard when it is awaited
    return { run, reply };
  };
  let room: ArrayBuffer | undefined;
  for (let asked = ask(); asked !== null; ) {
    const reply = await asked.reply;
    const ahead = ask(room);
    if ("error" in reply) throw reviveError(reply.error, work.path);
    for (const [i, data] of reply.pieces.entries()) {
      check();
      const [column, row] = [asked.run.column + i, asked.run.row];
      const image = { width: work.size, height: work.size, data };
      await onPiece({ column, row, box: shape.boxOf(column, row), image });
    }
    room = work.reuse ? (reply.pieces[0]?.buffer as ArrayBuffer | undefined) : undefined;
    asked = ahead;
  }
  check();
}
