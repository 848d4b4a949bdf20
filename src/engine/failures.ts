// Errors between threads: a LowmagError is taken apart on one side and made again on the other.
import { fail, isLowmagError } from "../base/index.ts";
import type { RunReply } from "./protocol.ts";

/** What a thread says of a failure. */
export type Failure = Extract<RunReply, { readonly failure: object }>["failure"];

export function sentFailure(error: unknown): Failure {
  if (!isLowmagError(error)) return { code: null, message: String(error) };
  const { code, message, where, expected, got, fix } = error;
  return { code, message, parts: { where, expected, got, fix } };
}

export function receivedFailure({ code, message, parts }: Failure): Error {
  return code !== null && parts !== undefined
    ? fail(code, parts)
    : fail("internal", { where: "worker thread", expected: "a result", got: message });
}
