// What every operation takes besides its options.
import type { ProgressListener } from "../base/index.ts";

/** How an operation is stopped and what it tells while it works. All parts are optional. */
export interface OperationContext {
  /** Stops the operation at the next step; it then throws `cancelled`, and what it wrote can be resumed. */
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
  /** Receives remarks for a person, in whole sentences: what was skipped, what to look at. */
  readonly onNote?: (sentence: string) => void;
  /** Folder for decoded pixels where the option `cache` is not given; without it nothing is kept. */
  readonly defaultCache?: string;
  /** When the work began, by `performance.now()`: 0 for a process's own start. Default: when the operation was called. */
  readonly startedAt?: number;
}
