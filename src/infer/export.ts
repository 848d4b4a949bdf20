// A trained model as one ONNX file that any ONNX runtime can use: pixels in, probabilities and maps out. Standardisation
// is part of the file, so that nobody can forget or mistake it.
import { fail } from "../base/index.ts";
import { Session } from "../engine/index.ts";
import {
  add,
  conv,
  div,
  encodeOnnx,
  encodeRangeObserver,
  Graph,
  softmax,
  sub,
  type Value,
  type ValueRange,
} from "../graph/index.ts";
import { buildNetwork, imageInput, type Model } from "../models/index.ts";
import { FrozenContext, type ModelState, storedParameter } from "../nn/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { imageTensor } from "./image-tensor.ts";
import { modelMetadata } from "./onnx-metadata.ts";

/**
 * The bytes of the ONNX file. Input `image`: float32 [N, 3, H, W], RGB in 0..1, any size, at the model's µm/px.
 * Outputs: `probabilities` [N, K], `logits` [N, K], `featureMap` [N, C, h, w] and `classActivation` [N, K, h, w], with
 * h = ceil(H/32) and w = ceil(W/32). Class activation (Zhou et al. 2016) is the softmax over the classes of the classifier
 * at each place of the feature map; the mean over places of what it is the softmax of is `logits`.
 *
 * @param metadata what the file says of itself; of a model without its run, what the model knows.
 * @param quantisation "weights" stores the weights of convolutions in 8 bits; ranges (of {@link activationRanges}) let them
 *   compute in 8 bits too. Default: float32.
 */
export function exportOnnx(
  model: Model,
  metadata: Readonly<Record<string, string>> = modelMetadata(model.description),
  quantisation?: "weights" | ActivationRanges,
): Uint8Array {
  const keep = KEPT;
  return encodeOnnx(exportGraph(model), {
    metadata,
    ...(quantisation === undefined
      ? {}
      : {
          quantisation:
            quantisation === "weights"
              ? { kind: "weights", keep }
              : { kind: "convolutions", ranges: quantisation, keep },
        }),
  });
}

/** The smallest and largest numbers that flow through a network, by tensor. */
export type ActivationRanges = ReadonlyMap<string, ValueRange>;

/** The classifier stays exact, so that class activation remains its own. */
const KEPT = ["placeWeight"];

/**
 * Ranges over images at the model's µm/px: what {@link exportOnnx} needs to let convolutions compute in 8 bits.
 *
 * @throws LowmagError `invalid-argument` without an image, `out-of-memory` where an image is too large.
 */
export async function activationRanges(
  model: Model,
  images: AsyncIterable<RgbImage>,
): Promise<ActivationRanges> {
  const { onnx, tensors } = encodeRangeObserver(exportGraph(model), KEPT);
  const session = await Session.create(onnx);
  const ranges = new Map<string, ValueRange>();
  try {
    for await (const image of images) {
      const { low, high } = await session.run({ image: imageTensor([image]) });
      tensors.forEach((tensor, i) => {
        const [least, most] = [Number(low!.data[i]), Number(high!.data[i])];
        const { low: before = least, high: after = most } = ranges.get(tensor) ?? {};
        ranges.set(tensor, { low: Math.min(before, least), high: Math.max(after, most) });
      });
    }
  } finally {
    await session.release();
  }
  if (ranges.size > 0) return ranges;
  throw fail("invalid-argument", {
    where: "activationRanges",
    expected: "at least one image to see the ranges of",
    got: "none",
  });
}

/** Pixels to probabilities and maps, as a graph. */
function exportGraph({ description, state }: Model): Graph {
  const { architecture, classes, mean, std } = description;
  const graph = new Graph();
  const image = imageInput(graph, "image");
  const perChannel = (name: string, values: readonly number[]) =>
    graph.constant(name, Float32Array.from(values), [1, 3, 1, 1]);
  const standardised = div(sub(image, perChannel("mean", mean)), perChannel("std", std));
  const context = new FrozenContext(graph, state);
  const { logits, featureMap } = buildNetwork(context, architecture, standardised, classes.length);
  graph.output("probabilities", softmax(logits));
  graph.output("logits", logits);
  graph.output("featureMap", featureMap);
  graph.output("classActivation", softmax(placeLogits(featureMap, state, classes.length), 1));
  return graph;
}

/** The classifier at each place: a convolution of one pixel. [N, K, h, w]. */
function placeLogits(featureMap: Value, state: ModelState, classes: number): Value {
  const { graph } = featureMap;
  const channels = featureMap.dims[1] as number;
  const weight = storedParameter(state, { name: "fc.weight", dims: [classes, channels] });
  const bias = storedParameter(state, { name: "fc.bias", dims: [classes] });
  const window = { kernel: [1, 1], strides: [1, 1], pads: [0, 0] } as const;
  const kernel = graph.constant("placeWeight", weight, [classes, channels, 1, 1]);
  return add(conv(featureMap, kernel, window), graph.constant("placeBias", bias, [1, classes, 1, 1]));
}
