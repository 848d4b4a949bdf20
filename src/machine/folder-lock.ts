// One process at a time writes a folder: a lock that is refused, with the name of its holder, while another one has it.
import { hostname } from "node:os";
import { join } from "node:path";
import { fail } from "../base/index.ts";
import { type LockHolder, tryLock } from "./file-lock.ts";

/** Which lock is taken. */
export interface LockOptions {
  /** Name of the lock file in the folder: "prepare.lock". */
  readonly file: string;
  /** The command that takes it, for messages: "lowmag prepare". */
  readonly command: string;
}

/**
 * Takes the lock of a folder and returns what gives it back.
 *
 * @throws LowmagError `not-writable` when another living process holds it (it is named), or the folder cannot be written.
 */
export async function lockFolder(
  folder: string,
  { file, command }: LockOptions,
): Promise<() => Promise<void>> {
  const path = join(folder, file);
  const lock = await tryLock(path);
  if ("release" in lock) return () => lock.release();
  throw heldError(path, lock, command);
}

function heldError(path: string, { pid, host, started }: LockHolder, command: string): Error {
  const elsewhere = host === hostname() ? "" : ` on ${host}`;
  return fail("not-writable", {
    where: path,
    expected: "no other process at work in this folder",
    got: `process ${pid}${elsewhere}, started ${started}`,
    fix: `Run one \`${command}\` at a time in this folder: wait for it or stop it. If it is surely gone, delete this file; or choose another \`--out\`.`,
  });
}
