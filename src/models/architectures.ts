// Architectures by name, and the graphs that use them.
import { closestWord, fail } from "../base/index.ts";
import { Graph, graphCost, symbol, type Value } from "../graph/index.ts";
import {
  FrozenContext,
  type ModelState,
  type NetworkContext,
  type ParameterSpec,
  TrainableContext,
} from "../nn/index.ts";
import { Generator } from "../random/index.ts";
import { buildResNet, type NetworkOutputs, type ResNetShape } from "./resnet.ts";

const thin = [32, 64, 128, 256] as const;
const wide = [64, 128, 256, 512] as const;

const shapes = {
  /** The network of DiPalma et al. 2021. */
  "resnet10-thin-gn": { blocks: [1, 1, 1, 1], planes: thin, normalization: "group" },
  "resnet18-bn": { blocks: [2, 2, 2, 2], planes: wide, normalization: "batch" },
  "resnet18-gn": { blocks: [2, 2, 2, 2], planes: wide, normalization: "group" },
  "resnet34-bn": { blocks: [3, 4, 6, 3], planes: wide, normalization: "batch" },
  "resnet34-gn": { blocks: [3, 4, 6, 3], planes: wide, normalization: "group" },
} satisfies Record<string, ResNetShape>;

export type ArchitectureName = keyof typeof shapes;

/** The architectures, the paper's first. */
export const architectureNames = Object.keys(shapes) as readonly ArchitectureName[];

/** The name, checked. @throws LowmagError `invalid-argument` with the closest known name. */
export function architectureName(name: string): ArchitectureName {
  if (Object.hasOwn(shapes, name)) return name as ArchitectureName;
  const close = closestWord(name, architectureNames);
  throw fail("invalid-argument", {
    where: "architecture",
    expected: `one of ${architectureNames.join(", ")}`,
    got: `\`${name}\``,
    ...(close === undefined ? {} : { fix: `Did you mean \`${close}\`?` }),
  });
}

/** True if the architecture's training depends on which images share a micro-batch (batch normalisation). */
export function normalizesByBatch(name: ArchitectureName): boolean {
  return shapes[name].normalization === "batch";
}

/** Channels of the last feature map. */
export function featureChannels(name: ArchitectureName): number {
  return shapes[name].planes[3];
}

/** A batch of standardised images [N, 3, H, W] of any size, as a graph input. */
export function imageInput(graph: Graph, name: string): Value {
  return graph.input(name, [symbol("N"), 3, symbol("H"), symbol("W")]);
}

/** Adds the network to the context's graph. */
export function buildNetwork(
  context: NetworkContext,
  architecture: ArchitectureName,
  image: Value,
  classes: number,
): NetworkOutputs {
  return buildResNet(context, image, shapes[architecture], classes);
}

/** The parameters of an architecture, in the order of a PyTorch state dict's modules. */
export function parameterSpecs(architecture: ArchitectureName, classes: number): readonly ParameterSpec[] {
  const context = new TrainableContext(new Graph(), false);
  buildNetwork(context, architecture, imageInput(context.graph, "image"), classes);
  return context.specs;
}

/** Numbers that training changes: 1,231,011 for resnet10-thin-gn and 3 classes. */
export function parameterCount(architecture: ArchitectureName, classes: number): number {
  return parameterSpecs(architecture, classes)
    .filter(({ trainable }) => trainable)
    .reduce((sum, { dims }) => sum + dims.reduce((product, dim) => product * dim, 1), 0);
}

/** Fresh parameters; each tensor has a random stream of its own, named after it. */
export function initialState(architecture: ArchitectureName, classes: number, seed: number): ModelState {
  return new Map(
    parameterSpecs(architecture, classes).map(({ name, dims, initialise }) => [
      name,
      { dims, data: initialise(Generator.derive(seed, "initialise", name)) },
    ]),
  );
}

/** Multiply-accumulates of one forward pass over an image of width x height px. */
export function forwardMacs(
  architecture: ArchitectureName,
  classes: number,
  width: number,
  height: number,
): number {
  return forwardCost(architecture, classes, width, height).macs;
}

/** The same, and the bytes of all tensors that the pass touches. */
export function forwardCost(
  architecture: ArchitectureName,
  classes: number,
  width: number,
  height: number,
): { readonly macs: number; readonly bytes: number } {
  const context = new TrainableContext(new Graph(), false);
  buildNetwork(context, architecture, imageInput(context.graph, "image"), classes);
  const { macs, bytes } = graphCost(context.graph, { N: 1, H: height, W: width });
  return { macs, bytes };
}

/** Names of a frozen network's input and outputs in its ONNX file. */
export interface FrozenNames {
  readonly image: string;
  readonly logits: string;
  readonly featureMap: string;
}

/** A graph with frozen weights: standardised image [N, 3, H, W] in; logits and last feature map out. */
export function frozenNetwork(
  architecture: ArchitectureName,
  classes: number,
  state: ModelState,
  names: FrozenNames = { image: "image", logits: "logits", featureMap: "featureMap" },
): Graph {
  const graph = new Graph();
  const context = new FrozenContext(graph, state);
  const outputs = buildNetwork(context, architecture, imageInput(graph, names.image), classes);
  graph.output(names.logits, outputs.logits);
  graph.output(names.featureMap, outputs.featureMap);
  return graph;
}
