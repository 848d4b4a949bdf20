// How much memory a training takes, predicted from its graphs: for each worker thread the values that are alive at once in
// a step, in the validation pass and in the teacher, and what the process holds besides. docs/memory.md compares it with
// measured peaks.
import {
  arrangeBackward,
  bandCount,
  type DimBindings,
  differentiate,
  Graph,
  type MemoryTarget,
  peakBytes,
  reduceSum,
} from "../graph/index.ts";
import {
  type ArchitectureName,
  buildNetwork,
  imageInput,
  normalizesByBatch,
  parameterCount,
} from "../models/index.ts";
import { crossEntropy, TrainableContext } from "../nn/index.ts";
import { perImageInput } from "./task.ts";

/** Images that go through a network together. */
export interface Pass {
  readonly architecture: ArchitectureName;
  readonly classes: number;
  readonly images: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** A training, as far as its memory goes. */
export interface TrainingMemory {
  /** The largest micro-batch. */
  readonly step: Pass;
  /** Images in a last micro-batch that is smaller, for which there are graphs of their own; 0 for none. */
  readonly rest: number;
  /** Channels in a block of the CPU's blocked layout; absent where graphs are not lowered to it. */
  readonly block: number | undefined;
  readonly checkpointing: boolean;
  /** The teacher's pass over the same images, where it runs beside. */
  readonly teacher: Pass | null;
  readonly workers: number;
  /** Bytes of decoded pixels that loaders keep. */
  readonly keptPixels: number;
}

/** Bytes of a process that trains nothing yet: Node, libraries, loader threads. */
const BASE_BYTES = 200e6;
/** Copies of the parameters: values, gradients, optimiser's state, best so far, checkpoint being written. */
const PARAMETER_COPIES = 7;
/** A worker thread before its first step, and its copies of the parameters: fed, and laid out anew. */
const WORKER_BYTES = 40e6;
const WORKER_PARAMETER_COPIES = 2;
/** What graphs for validation take that wait beside those for training: as such, and in copies of the parameters. */
const WAITING_BYTES = 30e6;
const WAITING_PARAMETER_COPIES = 2;
/**
 * What ONNX Runtime's arena takes for a byte that is alive, as measured: blocks do not fit into one another's places without
 * gaps. Batch normalisation also has maps in both layouts.
 */
const ARENA_SHARES = {
  group: { kept: 1.3, recomputed: 1.65 },
  batch: { kept: 1.72, recomputed: 1.45 },
} as const;
/** The same for the pass of a teacher that runs beside, as measured. */
const TEACHER_SHARE = 1.7;
/** What a process with a teacher holds besides its pass and its parameters. */
const TEACHER_BYTES = 150e6;
/** Standardised pixels of a micro-batch that exist at once for each worker: computed, waiting, being loaded. */
const PIXEL_COPIES = 3;
const IMAGE_PIXEL_BYTES = 12;

/** Predicted peak bytes of a training's process, and how many of them each worker takes. */
export function trainingBytes(training: TrainingMemory): {
  readonly bytes: number;
  readonly workerBytes: number;
} {
  const { step, teacher, workers, keptPixels, checkpointing } = training;
  const passes = teacher === null ? [step] : [step, teacher];
  const [parameters, taught] = [step, teacher].map((pass) =>
    pass === null ? 0 : 4 * parameterCount(pass.architecture, pass.classes),
  ) as [number, number];
  const pixels = passes.reduce((sum, { images, width, height }) => sum + images * width * height, 0);
  const workerBytes =
    WORKER_BYTES +
    WORKER_PARAMETER_COPIES * (parameters + taught) +
    (checkpointing ? 0 : WAITING_BYTES + WAITING_PARAMETER_COPIES * parameters) +
    arenaBytes(training) +
    PIXEL_COPIES * IMAGE_PIXEL_BYTES * pixels;
  const held = BASE_BYTES + (teacher === null ? 0 : TEACHER_BYTES) + keptPixels;
  const bytes = held + PARAMETER_COPIES * parameters + workers * workerBytes;
  return { bytes: Math.round(bytes), workerBytes: Math.round(workerBytes) };
}

/** What a worker's graphs take. Those of a training that recomputes are freed before others run; else each keeps its own. */
function arenaBytes({ step, rest, teacher, checkpointing, block }: TrainingMemory): number {
  const { kept, recomputed } = ARENA_SHARES[normalizesByBatch(step.architecture) ? "batch" : "group"];
  const beside = teacher === null ? 0 : TEACHER_SHARE * forwardBytes(teacher, block);
  const [own, validation] = [stepBytes(step, checkpointing, block), forwardBytes(step, block)];
  if (checkpointing) return Math.max(recomputed * own, kept * validation) + beside;
  // What is normalised by batch has one graph for micro-batches of every size.
  const others = normalizesByBatch(step.architecture) ? 0 : rest / step.images;
  return kept * (own + validation) * (1 + others) + beside;
}

/** Bytes alive at once in a forward and backward pass, by default in plain layout. */
export function stepBytes(pass: Pass, checkpointing: boolean, block?: number): number {
  const key = `${pass.architecture} ${pass.classes} ${checkpointing}`;
  return peakBytes(
    known(key, () => trainingGraph(pass, checkpointing)),
    sizesOf(pass),
    targetOf(pass, block),
  );
}

/** Bytes alive at once in a forward pass. */
export function forwardBytes(pass: Pass, block?: number): number {
  return peakBytes(
    known(`${pass.architecture} ${pass.classes}`, () => forwardGraph(pass)),
    sizesOf(pass),
    targetOf(pass, block),
  );
}

const targetOf = ({ width, height }: Pass, block: number | undefined): MemoryTarget =>
  block === undefined ? {} : { block, bands: bandCount([[width, height]]) };

const sizesOf = ({ images, width, height }: Pass): DimBindings => ({ N: images, H: height, W: width });

const graphs = new Map<string, Graph>();

function known(key: string, make: () => Graph): Graph {
  const graph = graphs.get(key) ?? make();
  graphs.set(key, graph);
  return graph;
}

function forwardGraph({ architecture, classes }: Pass): Graph {
  const context = new TrainableContext(new Graph(), false);
  const image = imageInput(context.graph, "image");
  context.graph.output("logits", buildNetwork(context, architecture, image, classes).logits);
  return context.graph;
}

/** A training from labels; other losses add nothing that counts. */
function trainingGraph({ architecture, classes }: Pass, checkpointing: boolean): Graph {
  const context = new TrainableContext(new Graph(), true);
  const { graph } = context;
  const { logits } = buildNetwork(context, architecture, imageInput(graph, "image"), classes);
  const loss = crossEntropy(logits, perImageInput(graph, "targets", classes));
  const forward = graph.nodes.length;
  const trainable = context.specs.filter((spec) => spec.trainable).map(({ name }) => name);
  const gradients = differentiate(
    reduceSum(loss, [0]),
    trainable.map((name) => context.values.get(name)!),
  );
  gradients.forEach((gradient, i) => {
    graph.output(`gradient:${trainable[i]}`, gradient);
  });
  return arrangeBackward(graph, { forward, checkpointing });
}
