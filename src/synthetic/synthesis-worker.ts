// The worker thread of `render-pool.ts`: draws and writes one image or slide per message and answers with what it wrote.
import { parentPort, workerData } from "node:worker_threads";
import { isLowmagError } from "../base/index.ts";
import type { SynthesisParameters } from "./plan.ts";
import { type Planned, type RenderedOf, renderers, type SynthesisKind } from "./render-planned.ts";

/** What the pool hands a worker at its start. */
export interface WorkerSetup<Kind extends SynthesisKind = SynthesisKind> {
  readonly kind: Kind;
  readonly out: string;
  readonly parameters: SynthesisParameters;
}

/** A worker's answer: what it drew, or an error as plain data (errors lose their class between threads). */
export type WorkerAnswer<Rendered> =
  | { readonly rendered: Rendered }
  | { readonly failed: { code: string; where: string; expected: string; got: string; fix: string } };

async function answer<Kind extends SynthesisKind>(
  { kind, out, parameters }: WorkerSetup<Kind>,
  planned: Planned<Kind>,
): Promise<WorkerAnswer<RenderedOf<Kind>>> {
  try {
    return { rendered: await renderers[kind](out, planned, parameters) };
  } catch (error) {
    if (isLowmagError(error)) return { failed: error.toJSON() };
    const got = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { failed: { code: "internal", where: planned.file, expected: "to be drawn", got, fix: "" } };
  }
}

parentPort?.on("message", async (planned: Planned<SynthesisKind>) => {
  parentPort?.postMessage(await answer(workerData as WorkerSetup, planned));
});
