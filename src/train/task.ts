// What is trained: a task adds a network and its loss to a graph and says what to feed. The loop knows nothing else, so
// classification, every kind of distillation and whatever comes later are tasks, and none needs a flag in the loop.
import type { LoadedBatch, View } from "../dataset/index.ts";
import {
  gradientOutput,
  layoutOf,
  type PoolPlan,
  type Program,
  type Stage,
  type Tensor,
} from "../engine/index.ts";
import {
  arrangeBackward,
  differentiate,
  encodeOnnx,
  Graph,
  type LoweringTarget,
  mul,
  type Precision,
  reduceSum,
  symbol,
  type Value,
} from "../graph/index.ts";
import { type ModelState, type NetworkContext, type ParameterSpec, TrainableContext } from "../nn/index.ts";

/** What a task adds to a graph. */
export interface TaskOutputs {
  /** Loss of each image, [N]: the weighted sum of the parts. */
  readonly loss: Value;
  /** Parts of the loss for the log, each [N]. */
  readonly parts: Readonly<Record<string, Value>>;
  /** [N, K]; validation metrics are computed from them. */
  readonly logits: Value;
}

/** A training task. Image numbers index the data set that the loader was made for. */
export interface TrainingTask {
  /** For messages and records: "classification", "distillation". */
  readonly name: string;
  /** Class names, in the order of the logits. */
  readonly classes: readonly string[];
  /** Parameters to start from, under the names that `build` asks for. */
  readonly initialState: ModelState;
  /** The magnifications the loader must supply for each image. */
  readonly views: readonly View[];
  /**
   * Further µm/px at which the images of a micro-batch must be of one size, though no pixels are loaded there: what is fed
   * besides the views was made from images at that resolution. Default none.
   */
  readonly alikeAt?: readonly number[];
  /** Graphs with constant weights that run first (a frozen teacher); what they put out can be fed by name. */
  readonly frozen: readonly Graph[];
  /** True if results depend on which images share a micro-batch (batch normalisation). */
  readonly couplesImages: boolean;
  /** Adds network and loss. Called for training and again for validation (`context.training`). */
  build(context: NetworkContext): TaskOutputs;
  /** The weight by which an image counts in the mean loss of an optimiser step. */
  weight(image: number): number;
  /** The tensors for a loaded micro-batch; views become this task's property. */
  feeds(batch: LoadedBatch, images: readonly number[]): Record<string, Tensor>;
}

/** Input that turns losses of images into their share of the step's mean: 1 / (sum of the step's weights). */
export const LOSS_SCALE = "lossScale";
/** Output with the loss of each image. */
export const LOSS = "loss";
const PART = "part:";
const STATISTIC = "statistic:";

/** A task ready for a pool. */
export interface CompiledTask {
  readonly plan: PoolPlan;
  readonly specs: readonly ParameterSpec[];
  /** Names of the loss parts. */
  readonly parts: readonly string[];
  /** Names of stored statistics that each training run reports. */
  readonly statistics: readonly string[];
}

/** The output that holds a part of the loss. */
export const partOutput = (part: string): string => `${PART}${part}`;
/** The output that holds a batch statistic. */
export const statisticOutput = (name: string): string => `${STATISTIC}${name}`;

/** How a task's graphs are made. */
export interface CompileOptions {
  /** Keep few values of the forward pass and recompute the others: less memory, more time, the same numbers. */
  readonly checkpointing?: boolean;
  /** What the graphs will run on. Default: the CPU, in plain layout. */
  readonly target?: LoweringTarget;
  /** Arithmetic of the frozen graphs. Default "float32". */
  readonly frozenPrecision?: Precision;
  /** `bands` of the target for the frozen graphs, which may see other sizes. Default 1. */
  readonly frozenBands?: number;
  /** How many images micro-batches hold. Default: one graph takes any number. */
  readonly batches?: BatchSizes;
}

/** Sizes of micro-batches. A graph for a known number of images is faster than one for any. */
export interface BatchSizes {
  /** Numbers of images worth graphs of their own. */
  readonly usual: readonly number[];
  /** True where there may be others. */
  readonly others: boolean;
}

/** Builds the task's graphs: one with gradients for training, one without for validation. */
export function compileTask(task: TrainingTask, options: CompileOptions = {}): CompiledTask {
  const { checkpointing = false, batches = { usual: [], others: true } } = options;
  const training = new TrainableContext(new Graph(), true);
  const outputs = task.build(training);
  const forward = training.graph.nodes.length;
  const trainable = training.specs.filter((spec) => spec.trainable);
  addGradients(training, outputs, trainable);
  const parts = Object.keys(outputs.parts);
  const statistics = [...training.statistics.keys()];
  declare(training.graph, outputs);
  for (const [name, value] of training.statistics) training.graph.output(statisticOutput(name), value);
  const arranged = arrangeBackward(training.graph, { forward, checkpointing });

  const validation = new TrainableContext(new Graph(), false);
  const validated = task.build(validation);
  declare(validation.graph, validated);
  validation.graph.output("logits", validated.logits);

  const specs = [...trainable, ...training.specs.filter((spec) => !spec.trainable)];
  const returns = [LOSS, ...parts.map(partOutput)];
  const parameters = layoutOf(specs);
  const programs = [...batches.usual, ...(batches.others ? [undefined] : [])].flatMap((images) => {
    const own = { ...options, target: targetOf(options, images) };
    const frozen = frozenStages(task, own);
    const made = (phase: Phase, graph: Graph, more: readonly string[]): readonly [string, Program] => {
      const model = encodeOnnx(graph, { target: own.target });
      const stages = [...frozen, { model, takesParameters: true, givesGradients: phase === "train" }];
      return [programName(phase, images), { phase, stages, returns: [...returns, ...more] }];
    };
    return [
      made("train", arranged, statistics.map(statisticOutput)),
      made("validate", validation.graph, ["logits"]),
    ];
  });
  const plan: PoolPlan = {
    programs: Object.fromEntries(programs),
    parameters,
    trainable: layoutOf(trainable).count,
    // Where memory is short, the validation pass shall not wait in it for the epoch to end.
    onePhaseAtATime: checkpointing,
  };
  return { plan, specs, parts, statistics };
}

/** Training, or the validation pass. */
type Phase = "train" | "validate";

const programName = (phase: Phase, images: number | undefined): string =>
  images === undefined ? phase : `${phase} ${images}`;

/** The program for a micro-batch of so many images. */
export function programFor({ plan }: CompiledTask, phase: Phase, images: number): string {
  const own = programName(phase, images);
  return own in plan.programs ? own : phase;
}

function addGradients(
  context: TrainableContext,
  outputs: TaskOutputs,
  trainable: readonly ParameterSpec[],
): void {
  const scale = context.graph.input(LOSS_SCALE, []);
  const total = reduceSum(mul(outputs.loss, scale), [0]);
  const gradients = differentiate(
    total,
    trainable.map(({ name }) => context.values.get(name)!),
  );
  trainable.forEach(({ name }, i) => {
    context.graph.output(gradientOutput(name), gradients[i]!);
  });
}

function declare(graph: Graph, { loss, parts }: TaskOutputs): void {
  graph.output(LOSS, loss);
  for (const [name, value] of Object.entries(parts)) graph.output(partOutput(name), value);
}

/** What a graph for so many images is lowered for. */
function targetOf(
  { target = { device: "cpu" } }: CompileOptions,
  images: number | undefined,
): LoweringTarget {
  return images === undefined ? target : { ...target, images };
}

/** The frozen graphs, as stages that the programs for a number of images share. */
function frozenStages(
  task: TrainingTask,
  { target, frozenPrecision = "float32" }: CompileOptions & { readonly target: LoweringTarget },
): Stage[] {
  return task.frozen.map((teacher) => ({
    model: encodeFrozen(teacher, target, frozenPrecision),
    takesParameters: false,
    givesGradients: false,
    passes: [...teacher.outputs.keys()],
  }));
}

/**
 * A frozen graph for a target. On the CPU ONNX Runtime itself puts graphs of constant weights into its blocked layout, and
 * does it better where the number of images is not known.
 */
export function encodeFrozen(
  graph: Graph,
  target: LoweringTarget,
  precision: Precision = "float32",
): Uint8Array {
  const plain = target.device === "cpu" && (target.images === undefined || precision !== "float32");
  return encodeOnnx(graph, { ...(plain ? {} : { target }), precision });
}

/** A per-image input of a task: [N, ...dims]. */
export function perImageInput(graph: Graph, name: string, ...dims: readonly number[]): Value {
  return graph.input(name, [symbol("N"), ...dims]);
}
