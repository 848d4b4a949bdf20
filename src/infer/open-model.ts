// A model by its path, whichever form it has: the folder of a finished run, or a file that `lowmag export` wrote.
import type { ModelFacts, SlideNetwork } from "../classify/index.ts";
import type { SessionOptions } from "../engine/index.ts";
import { readRun } from "../train/index.ts";
import { modelFacts } from "./model-facts.ts";
import { openOnnxNetwork, readOnnxFacts } from "./onnx-network.ts";
import { openNetwork } from "./slide-network.ts";

const isFile = (path: string): boolean => path.toLowerCase().endsWith(".onnx");

/**
 * What a model says of itself.
 *
 * @throws LowmagError `not-found`, `corrupt-data`.
 */
export async function readModelFacts(path: string): Promise<ModelFacts> {
  return isFile(path) ? readOnnxFacts(path) : modelFacts(await readRun(path));
}

/**
 * The model as the network that slides are classified with.
 *
 * @param how threads inside operators (default 1), and what runs it (default the CPU).
 * @throws LowmagError `not-found`, `corrupt-data`; `engine-failure` if ONNX Runtime refuses the graph.
 */
export async function openModel(path: string, how: SessionOptions = {}): Promise<SlideNetwork> {
  if (isFile(path)) return openOnnxNetwork(path, how);
  const run = await readRun(path);
  return openNetwork({ model: run.model, facts: modelFacts(run), ...how });
}
