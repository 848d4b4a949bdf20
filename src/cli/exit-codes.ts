// Exit codes, and how an error becomes one. The README carries the same table.
import { type ErrorCode, isLowmagError } from "../base/index.ts";

export const EXIT_DONE = 0;
/** Our failure: the engine, memory, a loss that is not finite, or a defect. */
export const EXIT_FAILURE = 1;
/** What was asked cannot be done as given: a flag, a config, a path, the data. */
export const EXIT_USAGE = 2;
export const EXIT_SOME_INPUTS_FAILED = 3;
export const EXIT_INTERRUPTED = 130;

const OURS: ReadonlySet<ErrorCode> = new Set(["engine-failure", "out-of-memory", "not-finite", "internal"]);

/** The exit code for a thrown value. */
export function exitCodeOf(error: unknown): number {
  if (!isLowmagError(error)) return EXIT_FAILURE;
  if (error.code === "cancelled") return EXIT_INTERRUPTED;
  return OURS.has(error.code) ? EXIT_FAILURE : EXIT_USAGE;
}
