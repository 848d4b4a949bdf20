// The record of a data set's rules, `prepare.json`, and the guard that keeps one folder from mixing two sets of them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../base/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import type { PrepareRules } from "./types.ts";

const RECORD = "prepare.json";
/** Changes whenever equal rules would cut other pixels. */
export const PREPARE_VERSION = "prepare-1";

/** What `prepare.json` says. */
export interface PrepareRecord {
  readonly version: string;
  readonly rules: PrepareRules;
  readonly versions: Readonly<Record<string, string>>;
  /** Counts; `null` while slides are missing. */
  readonly finished: { readonly slides: number; readonly images: number; readonly setAside: number } | null;
}

/**
 * Makes the folder this set of rules' own, or goes on in it.
 *
 * @throws LowmagError `checkpoint-mismatch` where other rules are at work in it (the first difference is named),
 *   `invalid-argument` where it holds something else.
 */
export async function claimFolder(
  out: string,
  rules: PrepareRules,
  versions: Readonly<Record<string, string>>,
): Promise<void> {
  const there = await readRecord(out);
  if (there === null) {
    const other = (await readdir(out)).find((name) => !/\.tmp$|^prepare\.lock$/.test(name));
    if (other !== undefined) throw strangeFolder(out, other);
    await writeRecord(out, rules, versions, null);
    return;
  }
  if (there.version !== PREPARE_VERSION) throw otherRule(out, "version", there.version, PREPARE_VERSION);
  for (const key of Object.keys(rules) as (keyof PrepareRules)[])
    if (JSON.stringify(there.rules[key]) !== JSON.stringify(rules[key]))
      throw otherRule(out, key, there.rules[key], rules[key]);
}

/** Replaces the record. */
export async function writeRecord(
  out: string,
  rules: PrepareRules,
  versions: PrepareRecord["versions"],
  finished: PrepareRecord["finished"],
): Promise<void> {
  const record: PrepareRecord = { version: PREPARE_VERSION, rules, versions, finished };
  await writeFileAtomically(join(out, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** The record of a folder; `null` where there is none. */
export async function readRecord(out: string): Promise<PrepareRecord | null> {
  const path = join(out, RECORD);
  try {
    return JSON.parse(await readFile(path, "utf8")) as PrepareRecord;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw fail("corrupt-data", {
      where: path,
      expected: "the record of a prepared data set",
      got: error instanceof Error ? error.message : String(error),
      fix: "Start over with `--overwrite`, or choose another `--out`.",
      cause: error,
    });
  }
}

function strangeFolder(out: string, entry: string): Error {
  return fail("invalid-argument", {
    where: out,
    expected: "a new or empty folder, or one that `lowmag prepare` has begun",
    got: `a folder with \`${entry}\` in it`,
    fix: "Choose another `--out`.",
  });
}

function otherRule(out: string, key: string, before: unknown, now: unknown): Error {
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return fail("checkpoint-mismatch", {
    where: out,
    expected: `the rules it was begun with: ${flag} ${inWords(before)}`,
    got: `${flag} ${inWords(now)}`,
    fix: "Use the same options to finish it, `--overwrite` to start over, or another `--out`.",
  });
}

function inWords(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value ?? "(not given)");
}
