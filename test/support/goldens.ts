// The PyTorch goldens (test/golden/models, test/golden/nn) as typed objects, and comparisons with them.
//
// A comparison in full:
//   const golden = networkGolden("resnet10-thin-gn");
//   const state = hashStateDict(golden.state);                       // the weights: name -> { dims, data }
//   for (const { images, height, width, logits } of golden.cases) {
//     const x = hashImages(images, height, width);                   // [N, 3, H, W]
//     expectClose(run(state, x), decode(logits).data, GOLDEN_TOLERANCE, "logits");
//   }
// and for a gradient: expectSummary(name, gradient, golden.cases[0].losses[0].gradients[name], GOLDEN_TOLERANCE).
import { readFileSync } from "node:fs";
import { hashUniform, type StateEntry } from "./hash-weights.ts";

/** An array as a golden file holds it: little-endian float32 in base64. `decode` turns it into numbers. */
export interface GoldenArray {
  readonly dims: readonly number[];
  readonly float32: string;
}

/** A scalar as PyTorch computes it in float32, and in float64. */
export interface GoldenScalar {
  readonly float32: number;
  readonly float64: number;
}

/** What is kept of a long array such as a gradient; `expectSummary` compares all of it. */
export interface Summary {
  readonly l2: number;
  readonly maxAbs: number;
  readonly sum: number;
  /** Dot product with the probe 2u - 1, u of "probe/<name>". */
  readonly dot: number;
  /** Entries at floor(u * length), u of "sample/<name>". */
  readonly samples: readonly number[];
}

/** By parameter name. */
export type Summaries = Readonly<Record<string, Summary>>;

export interface CrossEntropyGolden {
  readonly labelSmoothing: number;
  readonly classWeights: readonly number[] | null;
  /** Weighted mean over the batch, as PyTorch's `cross_entropy`. */
  readonly loss: GoldenScalar;
  /** How far float32 itself lies from float64 under rounding-sized noise, relative, worst parameter. */
  readonly gradientDeviation: number;
  readonly gradients: Summaries;
}

/** One forward pass, and one backward pass per entry of `losses`. */
export interface NetworkCase {
  /** Names for `hashImages`. */
  readonly images: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly labels: readonly number[];
  readonly mode: "train" | "eval";
  readonly logits: GoldenArray;
  readonly logitsFloat64: readonly number[];
  readonly featureMap: GoldenArray;
  readonly losses: readonly CrossEntropyGolden[];
  /** Batch normalisation in training: the stored statistics after this one pass (momentum 0.1, variance unbiased). */
  readonly runningStatistics?: Summaries;
}

export type GoldenArchitecture =
  | "resnet10-thin-gn"
  | "resnet18-gn"
  | "resnet18-bn"
  | "resnet34-gn"
  | "resnet34-bn";

export interface NetworkGolden {
  readonly architecture: GoldenArchitecture;
  readonly classes: number;
  /** Trainable numbers. */
  readonly parameters: number;
  /** The whole state dict in PyTorch's order, for `hashStateDict`. */
  readonly state: readonly StateEntry[];
  readonly cases: readonly NetworkCase[];
}

export interface DistillationSide {
  readonly images: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly logits: GoldenArray;
  readonly featureMapDims: readonly number[];
  /** Probe and samples are named "teacher-map/<case>" and "student-map/<case>". */
  readonly featureMap: Summary;
}

export interface DistillationVariant {
  readonly name: string;
  readonly resizers: readonly ("max" | "bicubic")[];
  readonly distance: "l2" | "l1";
  readonly temperature: number;
  readonly softWeight: number;
  readonly pixelWeight: number;
  /** The authors' default mode: 0.5 * MSE(F_s, g_max(F_t)), whatever `resizers` says. */
  readonly published: boolean;
  /** softWeight * softLoss + pixelWeight * pixelLoss. */
  readonly loss: GoldenScalar;
  readonly softLoss: GoldenScalar;
  readonly pixelLoss: GoldenScalar;
  readonly gradientDeviation: number;
  /** Of the student's parameters. */
  readonly gradients: Summaries;
}

export interface DistillationGolden {
  readonly architecture: GoldenArchitecture;
  /** Teacher weights: hashStateDict(networkGolden(architecture).state, teacherPrefix). */
  readonly teacherPrefix: string;
  readonly cases: readonly {
    readonly name: string;
    readonly teacher: DistillationSide;
    readonly student: DistillationSide;
    readonly variants: readonly DistillationVariant[];
  }[];
}

export interface TrainingRun {
  readonly task: "supervised" | "distillation";
  readonly optimizer: "adam" | "adamw" | "sgd";
  readonly options: {
    readonly learningRate: number;
    readonly weightDecay: number;
    readonly momentum?: number;
  };
  /** Image names by step, then by position in the step. */
  readonly images: readonly (readonly string[])[];
  /** The same field at the teacher's magnification; distillation only. */
  readonly teacherImages?: readonly (readonly string[])[];
  /** Class indices by step and position; the distillation does not use them. */
  readonly labels: readonly (readonly number[])[];
  /** Loss of each step before its update: the mean over its images. */
  readonly losses: readonly GoldenScalar[];
  readonly lossDeviation: number;
  readonly parameterDeviation: number;
  /** Parameters after the last step. */
  readonly finalParameters: Summaries;
}

export interface TrainingGolden {
  readonly architecture: GoldenArchitecture;
  readonly steps: number;
  /** Images per step, each a batch of one whose loss is divided by this. */
  readonly accumulation: number;
  readonly image: { readonly height: number; readonly width: number };
  readonly teacherImage: { readonly height: number; readonly width: number };
  readonly runs: readonly TrainingRun[];
}

export interface LossesGolden {
  readonly crossEntropy: readonly {
    readonly logits: GoldenArray;
    readonly labels: readonly number[];
    readonly labelSmoothing: number;
    readonly classWeights: readonly number[] | null;
    readonly loss: GoldenScalar;
    /** With respect to the logits. */
    readonly gradient: GoldenArray;
  }[];
  /** The first two are the fixtures of the method's description. */
  readonly soft: readonly {
    readonly teacherLogits: GoldenArray;
    readonly studentLogits: GoldenArray;
    readonly temperature: number;
    readonly loss: GoldenScalar;
    /** With respect to the student's logits. */
    readonly gradient: GoldenArray;
  }[];
}

export interface ResizeGolden {
  /** The first of each method is the fixture of the method's description. Dims [N, C, H, W]. */
  readonly cases: readonly {
    readonly method: "max" | "bicubic";
    readonly input: GoldenArray;
    readonly output: GoldenArray;
    /** Gradient with respect to the input, for the output gradient hashArray(upstreamName, output.dims). */
    readonly inputGradient: GoldenArray;
    readonly upstreamName: string;
  }[];
}

export type LayerCase = {
  readonly name: string;
  readonly training: boolean;
  /** Parameters and stored statistics before the pass, by PyTorch's names. */
  readonly weights: Readonly<Record<string, GoldenArray>>;
  readonly input: GoldenArray;
  readonly output: GoldenArray;
  /** The output gradient that was sent back. */
  readonly upstream: GoldenArray;
  readonly inputGradient: GoldenArray;
  readonly gradients: Readonly<Record<string, GoldenArray>>;
  /** Stored statistics after the pass. */
  readonly statistics: Readonly<Record<string, GoldenArray>>;
} & (
  | {
      readonly layer: "conv" | "maxPool";
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly layer: "groupNorm"; readonly groups: number }
  | { readonly layer: "batchNorm"; readonly momentum: number }
  | { readonly layer: "relu" | "globalAveragePool" | "linear" }
);

export interface OptimizersGolden {
  readonly start: GoldenArray;
  /** [steps, parameters]. */
  readonly gradients: GoldenArray;
  readonly cases: readonly {
    readonly optimizer: "adam" | "adamw" | "sgd";
    readonly options: {
      readonly learningRate: number;
      readonly weightDecay?: number;
      readonly momentum?: number;
      readonly nesterov?: boolean;
      readonly betas?: readonly [number, number];
      readonly epsilon?: number;
    };
    /** Parameters after each step, [steps, parameters]. */
    readonly after: GoldenArray;
    readonly afterFloat64: readonly number[];
  }[];
}

export interface SchedulesGolden {
  readonly cases: readonly (
    | {
        readonly schedule: "exponential";
        readonly learningRate: number;
        readonly gamma: number;
        readonly rates: readonly number[];
      }
    | {
        readonly schedule: "cosine";
        readonly learningRate: number;
        readonly warmupSteps: number;
        readonly totalSteps: number;
        readonly rates: readonly number[];
      }
  )[];
}

export const goldenArchitectures: readonly GoldenArchitecture[] = [
  "resnet10-thin-gn",
  "resnet18-gn",
  "resnet18-bn",
  "resnet34-gn",
  "resnet34-bn",
];

export const networkGolden = (architecture: GoldenArchitecture): NetworkGolden =>
  read(`models/${architecture}`);
export const distillationGolden = (): DistillationGolden => read("models/distillation");
export const trainingGolden = (): TrainingGolden => read("models/training");
export const lossesGolden = (): LossesGolden => read("nn/losses");
export const resizeGolden = (): ResizeGolden => read("nn/resize");
export const layersGolden = (): { readonly cases: readonly LayerCase[] } => read("nn/layers");
export const optimizersGolden = (): OptimizersGolden => read("nn/optimizers");
export const schedulesGolden = (): SchedulesGolden => read("nn/schedules");

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8")) as T;
}

/** The numbers of a golden array. */
export function decode({ dims, float32 }: GoldenArray): { dims: readonly number[]; data: Float32Array } {
  const bytes = Uint8Array.from(Buffer.from(float32, "base64"));
  return { dims, data: new Float32Array(bytes.buffer) };
}

/** `relative` counts against the largest number expected, since float32 errors do not shrink with single entries. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute?: number;
}

/** What every comparison with PyTorch has to meet. */
export const GOLDEN_TOLERANCE: Tolerance = { relative: 1e-4 };

/** Throws unless every |actual - expected| <= absolute + relative * max |expected|, and none is NaN. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute = 0 }: Tolerance,
  label: string,
): void {
  if (actual.length !== expected.length)
    throw new Error(`${label}: expected ${expected.length} numbers, got ${actual.length}`);
  let scale = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]!));
  const allowed = absolute + relative * scale;
  let [worst, at] = [0, -1];
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs(actual[i]! - expected[i]!);
    if (apart > worst || Number.isNaN(apart)) [worst, at] = [Number.isNaN(apart) ? Infinity : apart, i];
  }
  // Written so that a NaN among the expected, which makes `allowed` NaN, is refused too.
  if (!(worst <= allowed))
    throw new Error(
      `${label}[${at}]: expected ${expected[at]} within ${allowed.toPrecision(3)}, got ${actual[at]}` +
        ` (off by ${worst.toPrecision(3)}; largest expected ${scale.toPrecision(3)})`,
    );
}

/**
 * Throws unless an array agrees with its summary. Norm and largest entry are relative to themselves; samples to the
 * largest entry; the probe, whose terms cancel, to the norm: a wrong entry anywhere moves it. The sum is held to a mean
 * error of `relative` times the root-mean-square entry; more cannot be asked, since the rounding errors of a sum's
 * terms are alike and add up (PyTorch's own float32 misses its float64 by 1.8e-4 of the norm in resnet34-bn).
 */
export function expectSummary(
  name: string,
  actual: Float32Array,
  expected: Summary | undefined,
  tolerance: Tolerance,
  label = name,
): void {
  if (expected === undefined) throw new Error(`${label}: no golden of this name`);
  const found = summarize(name, actual, expected.samples.length);
  const { relative, absolute = 0 } = tolerance;
  const meanError = absolute + relative * Math.sqrt(actual.length) * expected.l2;
  expectClose([found.l2], [expected.l2], tolerance, `${label} norm`);
  expectClose([found.maxAbs], [expected.maxAbs], tolerance, `${label} largest`);
  expectClose([found.sum], [expected.sum], { relative: 0, absolute: meanError }, `${label} sum`);
  const probe = absolute + relative * expected.l2;
  expectClose([found.dot], [expected.dot], { relative: 0, absolute: probe }, `${label} probe`);
  const samples = absolute + relative * expected.maxAbs;
  expectClose(found.samples, expected.samples, { relative: 0, absolute: samples }, `${label} samples`);
}

/** The summary of an array, as golden_format.py makes it. */
export function summarize(name: string, values: Float32Array, samples: number): Summary {
  const probe = hashUniform(`probe/${name}`, values.length);
  let [squares, sum, dot, maxAbs] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    squares += value * value;
    sum += value;
    dot += value * (2 * probe[i]! - 1);
    maxAbs = Math.max(maxAbs, Math.abs(value));
  }
  const at = Array.from(
    hashUniform(`sample/${name}`, samples),
    (u) => values[Math.floor(u * values.length)]!,
  );
  return { l2: Math.sqrt(squares), maxAbs, sum, dot, samples: at };
}
