// A trained model as the network that slides are classified with, on ONNX Runtime. It runs the very bytes that
// `lowmag export` writes, so what a command, the server and another program answer is one and the same file's answer.

import {
  ANSWER_OUTPUTS,
  type ModelFacts,
  type NetworkAnswer,
  networkAnswers,
  type SlideNetwork,
} from "../classify/index.ts";
import { type Device, runtimeInfo, Session, type SessionOptions } from "../engine/index.ts";
import type { Model } from "../models/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { exportOnnx } from "./export.ts";
import { imageTensor } from "./image-tensor.ts";

/** What records call the part of ONNX Runtime that ran. */
const ENGINES: Readonly<Record<Device, string>> = { cpu: "CPU", webgpu: "WebGPU", cuda: "CUDA" };

/** How a network is opened. */
export interface OpenNetworkOptions extends SessionOptions {
  readonly model: Model;
  /** See `modelFacts`. */
  readonly facts: ModelFacts;
}

/**
 * A model ready for slides. `run` computes on the calling thread, one batch after the other however many are asked for.
 * ONNX Runtime keeps the memory of the largest batch so far: taking it anew each time doubles the time of a pass, and the
 * peak is the same.
 *
 * @throws LowmagError `engine-failure` if ONNX Runtime refuses the graph; `run`: `shape-mismatch` for images of different
 *   sizes, `out-of-memory` where the images are too large.
 */
export async function openNetwork({ model, facts, ...how }: OpenNetworkOptions): Promise<SlideNetwork> {
  return networkOf(exportOnnx(model), facts, how);
}

/** The same from the bytes of an exported file. */
export async function networkOf(
  onnx: Uint8Array,
  facts: ModelFacts,
  how: SessionOptions = {},
): Promise<SlideNetwork> {
  const session = await Session.create(onnx, how);
  // Planes are made when their turn comes, so that waiting batches hold no memory.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    model: facts,
    engine: `onnxruntime-node ${runtimeInfo().version}, ${ENGINES[how.device ?? "cpu"]}`,
    run: (images) => inTurn(() => answersOf(session, images, facts.classes.length)),
    close: () => inTurn(() => session.release()),
  };
}

async function answersOf(
  session: Session,
  images: readonly RgbImage[],
  classes: number,
): Promise<readonly NetworkAnswer[]> {
  if (images.length === 0) return [];
  const outputs = await session.run({ image: imageTensor(images) }, ANSWER_OUTPUTS);
  return networkAnswers(outputs, images.length, classes);
}
