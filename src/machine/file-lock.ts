// A lock file that one process at a time holds: it says who, a dead process cannot hold it, and of two processes that
// find a stale one exactly one gets it. A holder on another machine is known to be alive by a beat: it touches its file.
import { open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { notWritable } from "./files.ts";

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

/** A lock in hand. */
export interface HeldLock {
  /** Gives it back. */
  release(): Promise<void>;
}

/** How a lock is taken. */
export interface TryLockOptions {
  /**
   * The holder beats, and one whose file has not been touched while we looked on for `staleMs` is gone, wherever it runs.
   * Without beats a holder on another machine counts as alive for ever.
   */
  readonly beats?: boolean;
  /** Milliseconds between two beats. Default 10,000. */
  readonly beatMs?: number;
  /** Milliseconds without a beat until a lock is stale. Default 90,000. */
  readonly staleMs?: number;
}

const BEAT_MS = 10_000;
const STALE_MS = 90_000;

/** Locks that this process holds: its own number in a lock file alone could be left from an earlier process. */
const heldHere = new Set<string>();
/** When a lock file that others hold was last seen to be touched: its time of change, and the time by our clock. */
const lastBeats = new Map<string, { readonly changed: number; readonly seen: number }>();

/**
 * Takes a lock.
 *
 * @returns the lock, or who holds it.
 * @throws LowmagError `not-writable`.
 */
export async function tryLock(
  path: string,
  { beats = false, beatMs = BEAT_MS, staleMs = STALE_MS }: TryLockOptions = {},
): Promise<HeldLock | LockHolder> {
  const me: LockHolder = { pid: process.pid, host: hostname(), started: new Date().toISOString() };
  const every = beats ? beatMs : null;
  const stale = beats ? staleMs : Number.POSITIVE_INFINITY;
  for (;;) {
    if (!heldHere.has(path) && (await create(path, me))) return held(path, every);
    const found = await readHolder(path);
    if (found === null) continue; // given back in the meantime
    const { holder, text } = found;
    if (holder !== null && (await isAlive(path, holder, me, stale))) return holder;
    if (await takeOver(path, text, me)) return held(path, every);
  }
}

function held(path: string, beatMs: number | null): HeldLock {
  heldHere.add(path);
  lastBeats.delete(path);
  const beat = () => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  };
  const timer = beatMs === null ? undefined : setInterval(beat, beatMs);
  timer?.unref();
  return {
    release: async () => {
      clearInterval(timer);
      heldHere.delete(path);
      await rm(path, { force: true });
    },
  };
}

async function create(path: string, me: LockHolder): Promise<boolean> {
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

/** Looks at a file that is perhaps being written: this often, with so many milliseconds in between. */
const LOOKS = 20;
const LOOK_MS = 25;

/** What a lock file says; `holder` is `null` where it was cut off while it was written. `null` where there is no file. */
async function readHolder(path: string): Promise<{ holder: LockHolder | null; text: string } | null> {
  for (let look = 1; ; look++) {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw notWritable(path, error);
    });
    if (text === null) return null;
    const holder = parseHolder(text);
    if (holder !== null || look === LOOKS) return { holder, text };
    await sleep(LOOK_MS);
  }
}

function parseHolder(text: string): LockHolder | null {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<LockHolder>;
    return typeof pid === "number" && typeof host === "string" && typeof started === "string"
      ? { pid, host, started }
      : null;
  } catch {
    return null;
  }
}

async function isAlive(
  path: string,
  { pid, host }: LockHolder,
  me: LockHolder,
  staleMs: number,
): Promise<boolean> {
  if (host === me.host && pid === me.pid) return heldHere.has(path);
  if (host === me.host && !processExists(pid)) return false;
  // Its number may have gone to another process since, and on another machine it says nothing: then only the beat counts.
  return staleMs === Number.POSITIVE_INFINITY || (await isBeating(path, staleMs));
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** By our own clock alone: those of two machines may differ. */
async function isBeating(path: string, staleMs: number): Promise<boolean> {
  const changed = (await stat(path).catch(() => null))?.mtimeMs;
  if (changed === undefined) return false;
  const before = lastBeats.get(path);
  const now = performance.now();
  if (before === undefined || before.changed !== changed) lastBeats.set(path, { changed, seen: now });
  return before === undefined || before.changed !== changed || now - before.seen < staleMs;
}

/**
 * Puts our name where a dead holder's stands. Whoever does this holds a second file for a moment, so that of several
 * only one does, and none of them mistakes the next holder for the dead one.
 */
async function takeOver(path: string, text: string, me: LockHolder): Promise<boolean> {
  const guard = `${path}.taking`;
  if (!(await create(guard, me))) {
    // Somebody else is at it, or died in the middle of it.
    if (!(await isBeating(guard, STALE_MS))) await rm(guard, { force: true });
    await sleep(LOOK_MS);
    return false;
  }
  try {
    if ((await readFile(path, "utf8").catch(() => null)) !== text) return false;
    const mine = `${path}.${me.pid}.tmp`;
    await rm(mine, { force: true });
    await create(mine, me);
    await rename(mine, path);
    return true;
  } catch (error) {
    throw notWritable(path, error);
  } finally {
    await rm(guard, { force: true });
  }
}
