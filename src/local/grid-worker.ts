// A thread of `readGrid`: its own file descriptor, decoders and cache of decoded tiles.
import { parentPort, workerData } from "node:worker_threads";
import { sendableError } from "../machine/index.ts";
import { readAtMpp, type Slide } from "../slide/index.ts";
import { type GridShape, gridShape } from "./grid-geometry.ts";
import type { GridReply, GridRun, GridWork } from "./grid-protocol.ts";
import { loadDecoders } from "./load-decoders.ts";
import { openSlide } from "./open-slide.ts";

const work = workerData as GridWork;
let opened: Promise<{ slide: Slide; shape: GridShape }> | null = null;

parentPort?.on("message", async (run: GridRun) => {
  let reply: GridReply;
  try {
    opened ??= open();
    const { slide, shape } = await opened;
    reply = { pieces: await read(slide, shape, run) };
  } catch (error) {
    reply = { error: sendableError(error) };
  }
  const transfers = "pieces" in reply ? new Set(reply.pieces.map(({ buffer }) => buffer as ArrayBuffer)) : [];
  parentPort?.postMessage(reply, [...transfers]);
});

async function open(): Promise<{ slide: Slide; shape: GridShape }> {
  const { path, decoder, backend, slideMpp, cacheBytes } = work;
  const decoders = await loadDecoders(decoder);
  const slide = await openSlide(path, { decoders, backend, mpp: slideMpp, cacheBytes });
  return { slide, shape: gridShape(slide, work) };
}

async function read(slide: Slide, shape: GridShape, run: GridRun): Promise<Uint8Array[]> {
  const { level, mpp, size, stride, reuse } = work;
  const { row, column, count } = run;
  const bytes = 3 * size * size;
  const room = reuse ? roomFor(count * bytes, run.room) : null;
  const pieces: Uint8Array[] = [];
  for (let i = column; i < column + count; i++) {
    const into = room === null ? undefined : new Uint8Array(room, pieces.length * bytes, bytes);
    const window = { left: i * stride, top: row * stride, width: size, height: size };
    const { data } =
      level === undefined
        ? await readAtMpp(slide, mpp!, shape.boxOf(i, row), { into })
        : await slide.readRegion(level, window, { into });
    // A view of something larger would take that along.
    pieces.push(room !== null || data.byteLength === data.buffer.byteLength ? data : data.slice());
  }
  return pieces;
}

function roomFor(bytes: number, used: ArrayBuffer | undefined): ArrayBuffer {
  return used !== undefined && used.byteLength >= bytes ? used : new ArrayBuffer(bytes);
}
