// What training asks of whatever computes: run programs, add up gradients, update the parameters. Where the numbers live, on
// worker threads of the CPU or in a device's memory, is the executor's business alone.
import type { Graph } from "../graph/index.ts";
import type { PoolPlan } from "./program.ts";
import type { Tensor } from "./tensor.ts";

/** The update of the trainable parameters, as `createOptimiser` in `nn` makes it. */
export interface UpdateRule {
  /**
   * Inputs `parameters`, `gradient` and `state0`, … [trainable], and scalars; outputs `newParameters` and `newState0`, ….
   * Only element-wise operators.
   */
  readonly graph: Graph;
  readonly stateCount: number;
}

/** What an executor is opened with. */
export interface TrainingPlan extends PoolPlan {
  readonly update: UpdateRule;
}

/** Everything that updates change; putting it back restores the executor. */
export interface ExecutorState {
  /** In the layout of the plan's parameters: trainable first, stored statistics after. */
  readonly parameters: Float32Array;
  /** State vectors of the optimiser, each [trainable]. */
  readonly optimiser: readonly Float32Array[];
}

/** Outputs of a run, by name. */
export type Outputs = Readonly<Record<string, Tensor>>;

/** Runs programs; see `openExecutor`. */
export interface Executor {
  /** How many runs go on side by side. */
  readonly parallel: number;
  /** How many runs are worth having under way at a time; more wait, and keep their feeds in memory. */
  readonly capacity: number;
  /** Runs a program. The feeds' buffers are taken: the caller can no longer use them. */
  run(program: string, feeds: Readonly<Record<string, Tensor>>): Promise<Outputs>;
  close(): Promise<void>;
}

/** An executor that holds parameters and changes them. */
export interface TrainingExecutor extends Executor {
  /**
   * Runs a program that gives gradients and adds the gradient to the step's sum, in the order of the calls however the
   * runs end. At most `capacity` may be under way.
   */
  accumulate(program: string, feeds: Readonly<Record<string, Tensor>>): Promise<Outputs>;
  /**
   * Applies the update rule to the sum of gradients and starts a new sum.
   * @param scalars the rule's scalars for this step
   * @throws the error of the first `accumulate` of the step that failed; nothing is changed then.
   */
  update(scalars: Readonly<Record<string, number>>): Promise<void>;
  /** Forgets the gradients added since the last update, and the failures among them. */
  discard(): Promise<void>;
  /** Replaces the stored statistics: the numbers behind the trainable ones. No run may be under way. */
  store(statistics: Float32Array): Promise<void>;
  /** A copy of the state. No run may be under way. */
  snapshot(): Promise<ExecutorState>;
  /** Puts a state in place; the vectors are only read. No run may be under way. */
  restore(state: ExecutorState): Promise<void>;
}
