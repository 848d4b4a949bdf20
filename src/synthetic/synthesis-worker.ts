// The worker thread of `render-pool.ts`: draws and writes one image per message and answers with what it wrote.
import { parentPort, workerData } from "node:worker_threads";
import { isLowmagError } from "../base/index.ts";
import type { PlannedImage, SynthesisParameters } from "./plan.ts";
import { type RenderedImage, renderImage } from "./render-image.ts";

/** What the pool hands a worker at its start. */
export interface WorkerSetup {
  readonly out: string;
  readonly parameters: SynthesisParameters;
}

/** A worker's answer: the image, or an error as plain data (errors lose their class between threads). */
export type WorkerAnswer =
  | { readonly rendered: RenderedImage }
  | { readonly failed: { code: string; where: string; expected: string; got: string; fix: string } };

const { out, parameters } = workerData as WorkerSetup;

parentPort?.on("message", async (planned: PlannedImage) => {
  parentPort?.postMessage(await answer(planned));
});

async function answer(planned: PlannedImage): Promise<WorkerAnswer> {
  try {
    return { rendered: await renderImage(out, planned, parameters) };
  } catch (error) {
    if (isLowmagError(error)) return { failed: error.toJSON() };
    const got = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { failed: { code: "internal", where: planned.file, expected: "to be drawn", got, fix: "" } };
  }
}
