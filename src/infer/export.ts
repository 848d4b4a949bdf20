// A trained model as one ONNX file that any ONNX runtime can use: pixels in, probabilities and maps out. Standardisation
// is part of the file, so that nobody can forget or mistake it.
import { add, conv, div, encodeOnnx, Graph, softmax, sub, type Value } from "../graph/index.ts";
import { buildNetwork, imageInput, type Model } from "../models/index.ts";
import { FrozenContext, type ModelState, storedParameter } from "../nn/index.ts";
import { modelMetadata } from "./onnx-metadata.ts";

/**
 * The bytes of the ONNX file. Input `image`: float32 [N, 3, H, W], RGB in 0..1, any size, at the model's µm/px.
 * Outputs: `probabilities` [N, K], `logits` [N, K], `featureMap` [N, C, h, w] and `classActivation` [N, K, h, w], with
 * h = ceil(H/32) and w = ceil(W/32). Class activation (Zhou et al. 2016) is the softmax over the classes of the classifier
 * at each place of the feature map; the mean over places of what it is the softmax of is `logits`.
 *
 * @param metadata what the file says of itself; of a model without its run, what the model knows.
 */
export function exportOnnx(
  model: Model,
  metadata: Readonly<Record<string, string>> = modelMetadata(model.description),
): Uint8Array {
  const { architecture, classes, mean, std } = model.description;
  const graph = new Graph();
  const image = imageInput(graph, "image");
  const perChannel = (name: string, values: readonly number[]) =>
    graph.constant(name, Float32Array.from(values), [1, 3, 1, 1]);
  const standardised = div(sub(image, perChannel("mean", mean)), perChannel("std", std));
  const context = new FrozenContext(graph, model.state);
  const { logits, featureMap } = buildNetwork(context, architecture, standardised, classes.length);
  graph.output("probabilities", softmax(logits));
  graph.output("logits", logits);
  graph.output("featureMap", featureMap);
  graph.output("classActivation", softmax(placeLogits(featureMap, model.state, classes.length), 1));
  return encodeOnnx(graph, { metadata });
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
