// One process at a time writes a folder: a lock file that says who holds it, and that a dead process cannot hold.
import { open, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fail } from "../base/index.ts";
import { notWritable } from "./files.ts";

/** Which lock is taken. */
export interface LockOptions {
  /** Name of the lock file in the folder: "prepare.lock". */
  readonly file: string;
  /** The command that takes it, for messages: "lowmag prepare". */
  readonly command: string;
}

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

/** Locks that this process holds: its own number in a lock file alone could be left from an earlier process. */
const heldHere = new Set<string>();

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
  const me: Holder = { pid: process.pid, host: hostname(), started: new Date().toISOString() };
  for (let attempt = 0; attempt < 3; attempt++) {
    if (!heldHere.has(path) && (await create(path, me))) return release(path);
    const holder = await readHolder(path);
    if (holder !== null && isAlive(path, holder, me)) throw heldError(path, holder, me);
    // Renaming succeeds for one process only, so two that find a stale lock do not both remove the newer one.
    const stale = `${path}.${me.pid}.tmp`;
    await rename(path, stale).catch(() => undefined);
    await rm(stale, { force: true });
  }
  throw fail("not-writable", {
    where: path,
    expected: "to take the lock",
    got: "other processes that take it over and over",
    fix: `Run one \`${command}\` at a time in this folder.`,
  });
}

function release(path: string): () => Promise<void> {
  heldHere.add(path);
  return async () => {
    heldHere.delete(path);
    await rm(path, { force: true });
  };
}

async function create(path: string, me: Holder): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    try {
      await handle.writeFile(`${JSON.stringify(me)}\n`);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw notWritable(path, error);
  }
}

/** Who holds the lock; `null` for a lock that is gone or was cut off while it was written. */
async function readHolder(path: string): Promise<Holder | null> {
  try {
    const { pid, host, started } = JSON.parse(await readFile(path, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && typeof host === "string" && typeof started === "string"
      ? { pid, host, started }
      : null;
  } catch {
    return null;
  }
}

/** Of a process on another machine nothing can be known: it counts as alive. */
function isAlive(path: string, { pid, host }: Holder, me: Holder): boolean {
  if (host !== me.host) return true;
  if (pid === me.pid) return heldHere.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function heldError(path: string, { pid, host, started }: Holder, me: Holder): Error {
  const elsewhere = host === me.host ? "" : ` on ${host}`;
  return fail("not-writable", {
    where: path,
    expected: "no other process at work in this folder",
    got: `process ${pid}${elsewhere}, started ${started}`,
    fix: "Wait for it or stop it. If it is surely gone, delete this file; or choose another `--out`.",
  });
}
