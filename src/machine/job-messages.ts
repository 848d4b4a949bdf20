// What a process pool and its processes say to each other, and how an error crosses from one process to another.
import { type ErrorCode, fail, isLowmagError } from "../base/index.ts";

/** From the pool to a process. */
export type ToWorker =
  | { readonly kind: "job"; readonly message: unknown }
  /** Asks the job in hand to stop. */
  | { readonly kind: "cancel" };

/** An error as plain data. */
export interface SentError {
  readonly code: ErrorCode;
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly fix: string;
}

/** From a process to the pool. */
export type FromWorker =
  | { readonly kind: "report"; readonly report: unknown }
  | { readonly kind: "reply"; readonly reply: unknown }
  | { readonly kind: "error"; readonly error: SentError };

/** An error as data; one that lowmag did not raise on purpose becomes `internal`. */
export function sendableError(error: unknown): SentError {
  if (isLowmagError(error)) {
    const { code, where, expected, got, fix } = error;
    return { code, where, expected, got, fix };
  }
  const got = error instanceof Error ? error.message : String(error);
  return { code: "internal", where: "", expected: "no failure inside", got, fix: "" };
}

/** The error again; `where` names it when the sender could not. */
export function reviveError(error: SentError, where: string): Error {
  return fail(error.code, { ...error, where: error.where === "" ? where : error.where });
}
