// Draws many planned images, in this thread or in several workers. Which worker draws what does not matter: an image
// depends on its plan alone.
import { Worker } from "node:worker_threads";
import { type ErrorCode, fail, throwIfCancelled } from "../base/index.ts";
import { workerFile } from "../machine/index.ts";
import type { PlannedImage, SynthesisParameters } from "./plan.ts";
import { type RenderedImage, renderImage } from "./render-image.ts";
import type { WorkerAnswer, WorkerSetup } from "./synthesis-worker.ts";

/** What to draw and how. */
export interface RenderJob {
  readonly out: string;
  readonly parameters: SynthesisParameters;
  readonly images: readonly PlannedImage[];
  /** Threads to draw with; 1 draws in the calling thread. */
  readonly workers: number;
  /** Called in the order of completion; drawing waits for it. */
  readonly onRendered: (rendered: RenderedImage) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Draws and writes all images of a job. @throws LowmagError `cancelled`, `not-writable` */
export async function renderAll(job: RenderJob): Promise<void> {
  const queue = [...job.images];
  if (job.workers <= 1) {
    for (const planned of queue) {
      // Drawing is synchronous: give signals and timers their turn.
      await new Promise((resume) => setImmediate(resume));
      throwIfCancelled(job.signal, "synthesize");
      await job.onRendered(await renderImage(job.out, planned, job.parameters));
    }
    return;
  }
  const setup: WorkerSetup = { out: job.out, parameters: job.parameters };
  const count = Math.min(job.workers, queue.length);
  const workers = Array.from(
    { length: count },
    () => new Worker(workerFile(import.meta.url, "./synthesis-worker.ts"), { workerData: setup }),
  );
  try {
    await Promise.all(workers.map((worker) => drainQueue(worker, queue, job)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Feeds one worker until the queue is empty, another worker has failed or the signal fires. */
async function drainQueue(worker: Worker, queue: PlannedImage[], job: RenderJob): Promise<void> {
  try {
    for (let planned = queue.shift(); planned !== undefined; planned = queue.shift()) {
      throwIfCancelled(job.signal, "synthesize");
      const answer = await ask(worker, planned);
      if ("failed" in answer) throw fail(answer.failed.code as ErrorCode, answer.failed);
      await job.onRendered(answer.rendered);
    }
  } catch (error) {
    queue.length = 0;
    throw error;
  }
}

/** Sends one image to a worker and waits for its answer, or for its death. */
function ask(worker: Worker, planned: PlannedImage): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const done = () => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
    };
    const onMessage = (answer: WorkerAnswer) => {
      done();
      resolve(answer);
    };
    const onError = (error: Error) => {
      done();
      reject(error);
    };
    const onExit = (code: number) => {
      done();
      const expected = "the worker thread to draw it";
      reject(fail("internal", { where: planned.file, expected, got: `an exit with code ${code}` }));
    };
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
    worker.postMessage(planned);
  });
}
