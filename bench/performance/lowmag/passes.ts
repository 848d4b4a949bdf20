// Times passes of a session: the frozen teacher's, or a large matrix product. On one thread here; on several, each with a
// session of its own and images of its own, as `lowmag predict` and the training's workers share them out.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { cpuTarget, Session } from "../../../src/engine/index.ts";
import { bandCount, encodeOnnx, Graph, matMul } from "../../../src/graph/index.ts";
import { frozenNetwork } from "../../../src/models/index.ts";
import { encodeFrozen } from "../../../src/train/index.ts";
import { Stopwatch, type Times } from "./stopwatch.ts";
import { ARCHITECTURE, CLASSES, startingState } from "./tasks.ts";
import { noise, type Work } from "./work.ts";

/** A model and what it is fed, as it can be sent to a thread. */
export interface Pass {
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>;
  /** Passes in one repetition. */
  readonly count: number;
}

/** The frozen teacher for single images of a size, as `lowmag distill` lowers it. */
export async function teacherModel(size: number): Promise<Uint8Array> {
  const target = { ...(await cpuTarget()), images: 1, bands: bandCount([[size, size]]) };
  return encodeFrozen(frozenNetwork(ARCHITECTURE, CLASSES.length, startingState()), target);
}

/** One image through the frozen teacher. Whole batches are no faster here: images go one by one, where they are large. */
async function forwardPass({ size }: Work, count: number): Promise<Pass> {
  const model = await teacherModel(size);
  return { model, feeds: { image: { dims: [1, 3, size, size], data: noise(3 * size * size) } }, count };
}

/** A product of two square matrices, the second constant as the network's weights are. */
export function productPass(side: number, count = 1): Pass {
  const graph = new Graph();
  const a = graph.input("a", [side, side]);
  graph.output("c", matMul(a, graph.constant("b", noise(side * side), [side, side])));
  return { model: encodeOnnx(graph), feeds: { a: { dims: [side, side], data: noise(side * side) } }, count };
}

/** A session of the pass, and a function that runs it `count` times. */
export async function openPass({ model, feeds, count }: Pass) {
  const session = await Session.create(model);
  const run = async (): Promise<void> => {
    for (let i = 0; i < count; i++) await session.run(feeds);
  };
  return { run, close: () => session.release() };
}

/** Least time of repetitions on this thread, for one pass. */
export async function timePass(pass: Pass, seconds: number): Promise<Times> {
  const { run, close } = await openPass(pass);
  const watch = new Stopwatch(seconds);
  await run();
  watch.begin();
  while (!watch.isEnough) {
    await run();
    watch.lap();
  }
  await close();
  return watch.timesPer(pass.count);
}

/** The same on several threads at a time, which begin each repetition together. */
async function timeOnThreads(pass: Pass, threads: number, seconds: number): Promise<Times> {
  const script = new URL("./pass-worker.js", import.meta.url);
  const workers = Array.from({ length: threads }, () => new Worker(script, { workerData: pass }));
  const all = async (): Promise<void> => {
    const done = workers.map((worker) => once(worker, "message"));
    for (const worker of workers) worker.postMessage("run");
    await Promise.all(done);
  };
  const watch = new Stopwatch(seconds);
  await all();
  watch.begin();
  while (!watch.isEnough) {
    await all();
    watch.lap();
  }
  for (const worker of workers) worker.postMessage("close");
  return watch.timesPer(pass.count * threads);
}

/** Least time of the work's passes, per image. */
export async function timePasses(work: Work): Promise<Times> {
  const count = Math.max(1, Math.round(work.batch / work.workers));
  const pass = work.kind === "product" ? productPass(work.size, count) : await forwardPass(work, count);
  return work.workers === 1 ? timePass(pass, work.seconds) : timeOnThreads(pass, work.workers, work.seconds);
}
