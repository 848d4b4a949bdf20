// What the training loop is told, and what it gives back.
import type { ProgressListener } from "../base/index.ts";
import type { AugmentationDraw, Dataset, Loader } from "../dataset/index.ts";
import type { Device } from "../engine/index.ts";
import type { Precision } from "../graph/index.ts";
import type { ModelState, OptimiserOptions, Schedule } from "../nn/index.ts";
import type { Generator } from "../random/index.ts";
import type { EpochRecord } from "./log.ts";
import type { SelectionMetric } from "./metrics.ts";
import type { TrainingTask } from "./task.ts";

/** Everything the loop needs to be told. */
export interface LoopOptions {
  readonly task: TrainingTask;
  readonly dataset: Dataset;
  /** Supplies the task's views of the data set's images. */
  readonly loader: Loader;
  /** Image numbers to train on and to validate on (may be empty: then the last epoch is kept). */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly epochs: number;
  /** Images per optimiser step. */
  readonly batch: number;
  /** Most images of equal size in one forward pass; by default chosen from their size. */
  readonly microBatch?: number;
  /** Most pixels in a micro-batch of several images, where it is not said how many images. */
  readonly microBatchPixels?: number;
  /** Recompute values of the forward pass instead of keeping them: less memory, more time, the same results. */
  readonly checkpointing?: boolean;
  readonly optimiser: OptimiserOptions;
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly select: SelectionMetric;
  /** Draws the augmentation of one image in one epoch. */
  readonly augment: (generator: Generator) => AugmentationDraw | null;
  readonly seed: number;
  /** Threads that compute; results do not depend on it. */
  readonly workers: number;
  /** What computes. Default: the CPU. Results of another device are equal up to rounding. */
  readonly device?: Device;
  /** Arithmetic of frozen graphs (a teacher). Default "float32". */
  readonly frozenPrecision?: Precision;
  /** Where the run's checkpoint lies, and the fingerprint of settings and data that it must carry. */
  readonly checkpoint?: {
    readonly path: string;
    readonly fingerprint: string;
    readonly everySeconds: number;
  };
  /** When the work began whose first step is timed, by `performance.now()`. Default: when the loop was called. */
  readonly startedAt?: number;
  /** Called after each epoch with the whole log. */
  readonly onEpoch?: (record: EpochRecord, log: readonly EpochRecord[]) => Promise<void>;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** What came out of a run. */
export interface LoopResult {
  /** Parameters of the chosen epoch. */
  readonly state: ModelState;
  /** The chosen epoch, counted from 1. */
  readonly bestEpoch: number;
  readonly log: readonly EpochRecord[];
}
