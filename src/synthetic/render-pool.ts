// Draws many planned images or slides, in this thread or in several workers. Which worker draws what does not matter: a
// picture depends on its plan alone.
import { type ErrorCode, fail, throwIfCancelled } from "../base/index.ts";
import { WorkerPool, workerFile } from "../machine/index.ts";
import type { SynthesisParameters } from "./plan.ts";
import { type Planned, type RenderedOf, renderers, type SynthesisKind } from "./render-planned.ts";
import type { WorkerAnswer, WorkerSetup } from "./synthesis-worker.ts";

/** What to draw and how. */
export interface RenderJob<Kind extends SynthesisKind> {
  readonly kind: Kind;
  readonly out: string;
  readonly parameters: SynthesisParameters;
  readonly planned: readonly Planned<Kind>[];
  /** Threads to draw with; 1 draws in the calling thread. */
  readonly workers: number;
  /** Called in the order of completion; drawing waits for it. */
  readonly onRendered: (rendered: RenderedOf<Kind>) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Draws and writes everything of a job. When it is cancelled, or one fails, what is under way is finished first.
 *
 * @throws LowmagError `cancelled`, `not-writable`
 */
export async function renderAll<Kind extends SynthesisKind>(job: RenderJob<Kind>): Promise<void> {
  const queue = [...job.planned];
  const { out, parameters, kind } = job;
  if (job.workers <= 1)
    return drain(queue, job, async (planned) => {
      // Drawing is synchronous: give signals and timers their turn.
      await new Promise((resume) => setImmediate(resume));
      throwIfCancelled(job.signal, "synthesize");
      return renderers[kind](out, planned, parameters);
    });
  const count = Math.min(job.workers, queue.length);
  const setup: WorkerSetup = { kind, out, parameters };
  const script = workerFile(import.meta.url, "./synthesis-worker.ts");
  const pool = new WorkerPool<Planned<Kind>, WorkerAnswer<RenderedOf<Kind>>>(
    "synthesize",
    script,
    count,
    setup,
  );
  try {
    const ends = await Promise.allSettled(
      Array.from({ length: count }, () =>
        drain(queue, job, async (planned) => unwrap(await pool.run(planned))),
      ),
    );
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  } finally {
    await pool.close();
  }
}

/** Draws one after another until the queue is empty; a failure empties it for all. */
async function drain<Kind extends SynthesisKind>(
  queue: Planned<Kind>[],
  { signal, onRendered }: RenderJob<Kind>,
  render: (planned: Planned<Kind>) => Promise<RenderedOf<Kind>>,
): Promise<void> {
  try {
    for (let planned = queue.shift(); planned !== undefined; planned = queue.shift()) {
      throwIfCancelled(signal, "synthesize");
      await onRendered(await render(planned));
    }
  } catch (error) {
    queue.length = 0;
    throw error;
  }
}

function unwrap<Rendered>(answer: WorkerAnswer<Rendered>): Rendered {
  if ("failed" in answer) throw fail(answer.failed.code as ErrorCode, answer.failed);
  return answer.rendered;
}
