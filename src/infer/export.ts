// A trained model as one ONNX file that any ONNX runtime can use: pixels in, probabilities and maps out. Standardisation
// is part of the file, so that nobody can forget or mistake it.
import { div, encodeOnnx, Graph, softmax, sub } from "../graph/index.ts";
import { buildNetwork, imageInput, type Model } from "../models/index.ts";
import { FrozenContext } from "../nn/index.ts";

/**
 * The bytes of the ONNX file. Input `image`: float32 [N, 3, H, W], RGB in 0..1, any size, at the model's µm/px.
 * Outputs: `probabilities` [N, K], `logits` [N, K], `featureMap` [N, C, ~H/32, ~W/32]. Metadata: classes, mpp, architecture.
 */
export function exportOnnx({ description, state }: Model): Uint8Array {
  const { architecture, classes, mean, std, mpp } = description;
  const graph = new Graph();
  const image = imageInput(graph, "image");
  const perChannel = (name: string, values: readonly number[]) =>
    graph.constant(name, Float32Array.from(values), [1, 3, 1, 1]);
  const standardised = div(sub(image, perChannel("mean", mean)), perChannel("std", std));
  const { logits, featureMap } = buildNetwork(
    new FrozenContext(graph, state),
    architecture,
    standardised,
    classes.length,
  );
  graph.output("probabilities", softmax(logits));
  graph.output("logits", logits);
  graph.output("featureMap", featureMap);
  const metadata = {
    format: "lowmag-onnx-1",
    architecture,
    classes: JSON.stringify(classes),
    micronsPerPixel: `${mpp}`,
    input: "RGB, 0..1",
  };
  return encodeOnnx(graph, { metadata });
}
