// A folder of files written whole or not at all: made beside its place under another name, then renamed. A folder that is in
// the way is only ever replaced when it is known to be an older one of the same kind.
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fail, isLowmagError } from "../base/index.ts";
import { makeFolder, notWritable, writeFileAtomically } from "../machine/index.ts";

/** A file of the folder; its name may hold "/". */
export interface FolderFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Writes a folder.
 *
 * @param replaces true for a folder that may be replaced; asked only when `overwrite` is set.
 * @throws LowmagError `invalid-argument` when something is in the way; `not-writable`.
 */
export async function writeFolder(
  out: string,
  files: readonly FolderFile[],
  { overwrite, replaces }: { readonly overwrite: boolean; readonly replaces: (folder: string) => boolean },
): Promise<void> {
  checkFree(out, overwrite, replaces);
  const beside = (ending: string) =>
    join(dirname(out), `.${basename(out)}.${randomBytes(6).toString("hex")}.${ending}`);
  const fresh = beside("tmp");
  const old = beside("old.tmp");
  try {
    await makeFolder(fresh);
    for (const { name, content } of files) await writeFileAtomically(join(fresh, name), content, false);
    if (existsSync(out)) await rename(out, old);
    await rename(fresh, out);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (existsSync(old) && !existsSync(out)) await rename(old, out);
    throw isLowmagError(error) ? error : notWritable(out, error);
  }
  await rm(old, { recursive: true, force: true });
}

function checkFree(out: string, overwrite: boolean, replaces: (folder: string) => boolean): void {
  if (!existsSync(out) || isEmptyFolder(out)) return;
  const known = replaces(out);
  if (overwrite && known) return;
  throw fail("invalid-argument", {
    where: out,
    expected: "a folder that is not there yet, or is empty",
    got: known ? "a page that was exported before" : "something else of that name",
    fix: known ? "Choose another name, or replace it with `--overwrite`." : "Choose another name.",
  });
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}
