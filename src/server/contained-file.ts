// Reads files of a results folder and of nothing else: a link that leads out of the folder is refused, and so is whatever
// is no plain file (a pipe would wait for ever) or too large.
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { fail } from "../base/index.ts";

/** A file's text and a mark that changes with it. */
export interface ContainedText {
  readonly text: string;
  readonly stamp: string;
}

/**
 * Reads a text file inside a folder.
 *
 * @param root the folder, its real path.
 * @param parts names below it; none may be "..", none may hold a separator.
 * @returns `null` where there is none.
 * @throws LowmagError `corrupt-data` for what is not a plain file inside the folder of at most `mostBytes`.
 */
export async function readContained(
  root: string,
  parts: readonly string[],
  mostBytes: number,
): Promise<ContainedText | null> {
  const path = join(root, ...parts);
  const named = parts.every((part) => part !== "" && part !== "." && part !== ".." && !/[/\\\0]/.test(part));
  if (!named) throw refusal(path, "a name that leads elsewhere");
  const real = await realpath(path).catch(() => null);
  if (real === null) return null;
  if (!isInside(root, real)) throw refusal(path, "a link that leads out of the folder");
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(real, flags);
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw refusal(path, "something else");
    if (facts.size > mostBytes)
      throw refusal(path, `${facts.size} bytes, where ${mostBytes} are read at most`);
    return { text: await handle.readFile("utf8"), stamp: `${facts.size} ${facts.mtimeMs}` };
  } finally {
    await handle.close();
  }
}

/** True for what lies below a folder; both are real paths. */
export function isInside(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function refusal(where: string, got: string): Error {
  return fail("corrupt-data", {
    where,
    expected: "a plain file inside the results folder",
    got,
    fix: "Give `lowmag serve` the folder that `lowmag predict` wrote.",
  });
}
