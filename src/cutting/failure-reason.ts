// Tells causes apart: why a slide was set aside, from the error that it ended with.
import { type ErrorCode, isLowmagError } from "../base/index.ts";

/** Why a slide was set aside. */
export type FailureReason =
  | "not-found"
  | "not-a-slide"
  | "unsupported"
  | "unsupported-compression"
  | "truncated"
  | "damaged"
  | "no-pixel-size"
  | "too-coarse"
  | "too-large"
  | "no-tissue"
  | "annotation"
  | "stain"
  | "crashed"
  | "out-of-memory"
  | "other";

/** What to look for in an error's words where its code alone does not tell. */
const BY_WORDS: readonly (readonly [ErrorCode, RegExp, FailureReason])[] = [
  ["corrupt-data", /worker process/i, "crashed"],
  ["internal", /worker process/i, "crashed"],
  ["corrupt-data", /truncat|end of the file|beyond the end|past the end/i, "truncated"],
  ["unsupported-format", /compress|codec|encoding/i, "unsupported-compression"],
  ["unsupported-format", /a slide|file of another kind|empty file|not recogni[sz]ed/i, "not-a-slide"],
];

const BY_CODE: Partial<Record<ErrorCode, FailureReason>> = {
  "not-found": "not-found",
  "corrupt-data": "damaged",
  "unsupported-format": "unsupported",
  "missing-metadata": "no-pixel-size",
  "out-of-memory": "out-of-memory",
};

/** Marks an error with its reason where its code is shared by several. */
const REASONS = new WeakMap<Error, FailureReason>();

/** The same error, with its reason. */
export function withReason<E extends Error>(error: E, reason: FailureReason): E {
  REASONS.set(error, reason);
  return error;
}

/** The reason of an error. */
export function failureReason(error: unknown): FailureReason {
  if (!isLowmagError(error)) return "other";
  const marked = REASONS.get(error);
  if (marked !== undefined) return marked;
  const words = `${error.where} ${error.expected} ${error.got}`;
  const told = BY_WORDS.find(([code, pattern]) => error.code === code && pattern.test(words));
  return told?.[2] ?? BY_CODE[error.code] ?? "other";
}
