// A machine's measured speed, kept in a folder. One that was measured while other programs were at work is too low: it
// serves for an hour, so that one study is planned by one speed, and is measured again after that.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, writeFileAtomically } from "../machine/index.ts";
import { type MachineSpeed, parseMachineSpeed } from "../study/index.ts";

const HOUR_MS = 3_600_000;
/** How long a speed stands: systems and their settings change too. */
const QUIET_MS = 30 * 24 * HOUR_MS;
const BUSY_MS = HOUR_MS;
/** Programs at work per core, as the mean over the last minute, from which on a machine counts as busy. */
const BUSY_LOAD = 0.5;

/** True for a machine that others use: `load` programs on `cores`. */
export function isBusy(load: number, cores: number): boolean {
  return load > BUSY_LOAD * cores;
}

/** The speed measured before under this key, if it still stands; one of the quiet machine first. */
export async function keptSpeed(folder: string, key: string, now: number): Promise<MachineSpeed | null> {
  return (
    (await read(fileOf(folder, key, false), QUIET_MS, now)) ??
    (await read(fileOf(folder, key, true), BUSY_MS, now))
  );
}

/** @throws LowmagError `not-writable`. */
export async function keepSpeed(
  folder: string,
  key: string,
  speed: MachineSpeed,
  busy: boolean,
): Promise<void> {
  await makeFolder(folder);
  await writeFileAtomically(fileOf(folder, key, busy), `${JSON.stringify(speed, undefined, 2)}\n`);
}

function fileOf(folder: string, key: string, busy: boolean): string {
  return join(folder, `speed-${key}${busy ? "-busy" : ""}.json`);
}

async function read(path: string, longestMs: number, now: number): Promise<MachineSpeed | null> {
  try {
    const { mtimeMs } = await stat(path);
    return now - mtimeMs > longestMs ? null : parseMachineSpeed(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}
