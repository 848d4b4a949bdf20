// The error for bytes that are damaged, truncated or hostile: the same advice everywhere in this room.
import { fail, type LowmagError } from "../base/index.ts";

/** `corrupt-data`: what was expected at this place of the stream, and what stands there. */
export function damaged(where: string, expected: string, got: string, cause?: unknown): LowmagError {
  const fix = "The file is damaged here: copy it anew from where it came from.";
  return fail("corrupt-data", { where, expected, got, fix, cause });
}
