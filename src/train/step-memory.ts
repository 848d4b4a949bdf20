// How much memory a training takes, predicted from its graphs: for each worker thread the values that are alive at once in
// a step, in the validation pass and in the teacher, and what the process holds besides. docs/memory.md compares it with
// measured peaks.
import {
  arrangeBackward,
  type DimBindings,
  differentiate,
  Graph,
  peakBytes,
  reduceSum,
} from "../graph/index.ts";
import { type ArchitectureName, buildNetwork, imageInput, parameterCount } from "../models/index.ts";
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
const PARAMETER_COPIES = 12;
/** A worker thread before its first step, and its copies of the parameters: fed, as an ONNX file, and laid out anew. */
const WORKER_BYTES = 40e6;
const WORKER_PARAMETER_COPIES = 5;
/** What ONNX Runtime's arena takes for a byte that is alive: blocks do not fit into one another's places without gaps. */
const ARENA_SHARE = 1.25;
/** Standardised pixels of a micro-batch that exist at once for each worker: computed, waiting, being loaded. */
const PIXEL_COPIES = 3;
const IMAGE_PIXEL_BYTES = 12;

/** Predicted peak bytes of a training's process, and how many of them each worker takes. */
export function trainingBytes(training: TrainingMemory): {
  readonly bytes: number;
  readonly workerBytes: number;
} {
  const { step, teacher, workers, keptPixels } = training;
  const passes = teacher === null ? [step] : [step, teacher];
  const parameters = 4 * parameterCount(step.architecture, step.classes);
  const pixels = passes.reduce((sum, { images, width, height }) => sum + images * width * height, 0);
  const [own, validation] = [stepBytes(step, training.checkpointing), forwardBytes(step)];
  const alive =
    (training.checkpointing ? Math.max(own, validation) : own + validation) +
    (teacher === null ? 0 : forwardBytes(teacher));
  const workerBytes =
    WORKER_BYTES +
    WORKER_PARAMETER_COPIES * parameters +
    ARENA_SHARE * alive +
    PIXEL_COPIES * IMAGE_PIXEL_BYTES * pixels;
  const bytes = BASE_BYTES + PARAMETER_COPIES * parameters + keptPixels + workers * workerBytes;
  return { bytes: Math.round(bytes), workerBytes: Math.round(workerBytes) };
}

/** Bytes alive at once in a forward and backward pass. */
export function stepBytes(pass: Pass, checkpointing: boolean): number {
  const key = `${pass.architecture} ${pass.classes} ${checkpointing}`;
  return peakBytes(
    known(key, () => trainingGraph(pass, checkpointing)),
    sizesOf(pass),
  );
}

/** Bytes alive at once in a forward pass. */
export function forwardBytes(pass: Pass): number {
  return peakBytes(
    known(`${pass.architecture} ${pass.classes}`, () => forwardGraph(pass)),
    sizesOf(pass),
  );
}

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
