// The two refusals of files, so that every place says them in the same words.
import { fail } from "../base/index.ts";

/** `corrupt-data`: the file is damaged, truncated or means harm. */
export function damaged(where: string, expected: string, got: string): Error {
  return fail("corrupt-data", {
    where,
    expected,
    got,
    fix: "The file is damaged or its copy is incomplete. Copy or export it again.",
  });
}

/** `unsupported-format`: a valid file of a kind that is not read. */
export function unsupported(where: string, expected: string, got: string, fix?: string): Error {
  return fail("unsupported-format", { where, expected, got, ...(fix === undefined ? {} : { fix }) });
}
