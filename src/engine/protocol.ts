// What the pool and its workers say to each other.
import type { ErrorCode } from "../base/index.ts";
import type { PoolPlan } from "./program.ts";
import type { Tensor } from "./tensor.ts";

/** Given to a worker when it starts. The vectors lie in shared memory. */
export interface WorkerStart {
  readonly plan: PoolPlan;
  readonly parameters: Float32Array;
  readonly gradientSlots: readonly Float32Array[];
}

/** One run of a program. */
export interface RunRequest {
  readonly id: number;
  readonly program: string;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Rises whenever the shared parameters change. */
  readonly parameterVersion: number;
  /** Which slot receives the gradient; null when the program gives none. */
  readonly gradientSlot: number | null;
}

/** Asks a worker to end once what it was sent before is done. */
export const CLOSE = "close";

/** What a worker answers. */
export type RunReply =
  | { readonly id: number; readonly outputs: Readonly<Record<string, Tensor>> }
  | {
      readonly id: number;
      readonly failure: {
        readonly code: ErrorCode | null;
        readonly message: string;
        readonly parts?: FailureParts;
      };
    };

/** A LowmagError taken apart so that it survives the journey between threads. */
export interface FailureParts {
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly fix: string;
}
