// The record of a folder of results, `predict.json`, and the guard that keeps one folder from mixing two models or two
// ways to cut.
import { readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../base/index.ts";
import { type ModelFacts, rulesOfModel } from "../classify/index.ts";
import { makeFolder, tryLock, writeFileAtomically } from "../machine/index.ts";
import { refuseWhereAtWork } from "./claims.ts";
import { slideFolder } from "./slide-record.ts";
import type { ChosenThreshold } from "./threshold.ts";
import type { AnswerSettings, Presentation } from "./types.ts";

const RECORD = "predict.json";
const FORMAT = "lowmag-predict-1";
/** Held for the moments in which the lists and the record are written. */
const LOCK = "predict.lock";

/** How many slides became what. */
export interface ResultCounts {
  readonly slides: number;
  readonly pieces: number;
  readonly setAside: number;
  /** Slides that were asked for and have neither an answer nor a reason: another shard's. */
  readonly waiting: number;
}

/** What `predict.json` says. */
export interface PredictRecord {
  readonly format: typeof FORMAT;
  readonly model: ModelFacts;
  readonly settings: AnswerSettings;
  /** Hash over model and settings; see `settingsHash`. */
  readonly settingsHash: string;
  readonly presentation: Presentation;
  /** How the slide rule's threshold was chosen; `null` where it was not. */
  readonly threshold: ChosenThreshold | null;
  /** The options of the last call, without paths. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: { readonly hash: string; readonly dirty: boolean } | null;
  readonly startedAt: string;
  /** `null` while slides are missing. */
  readonly finishedAt: string | null;
  readonly counts: ResultCounts | null;
}

/** What a new record is made from. */
export type BegunRecord = Omit<PredictRecord, "format" | "startedAt" | "finishedAt" | "counts">;

/**
 * Makes the folder this model's own, or goes on in it.
 *
 * @param overwrite starts over: removes what an earlier call wrote, and nothing else.
 * @throws LowmagError `checkpoint-mismatch` where another model or other rules are at work in it (the first difference is
 *   named); `invalid-argument` where it holds something else; `not-writable`.
 */
export async function beginFolder(
  out: string,
  record: BegunRecord,
  { overwrite, now }: { overwrite: boolean; now: string },
): Promise<void> {
  await makeFolder(out);
  await withFolderLock(out, async () => {
    // Only where our record stands is anything ours to remove.
    const anew = overwrite && (await readdir(out)).includes(RECORD);
    if (anew) await clear(out);
    const there = await readPredictRecord(out);
    if (there !== null) refuseOther(out, there, record);
    else if (!anew) await refuseStrangeFolder(out);
    const startedAt = there?.startedAt ?? now;
    await writePredictRecord(out, { format: FORMAT, ...record, startedAt, finishedAt: null, counts: null });
  });
}

/** Replaces the record. */
export async function writePredictRecord(out: string, record: PredictRecord): Promise<void> {
  await writeFileAtomically(join(out, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * The record of a folder; `null` where there is none.
 *
 * @throws LowmagError `corrupt-data`.
 */
export async function readPredictRecord(out: string): Promise<PredictRecord | null> {
  const path = join(out, RECORD);
  try {
    const record = JSON.parse(await readFile(path, "utf8")) as PredictRecord;
    if (isRecord(record)) return record;
    throw new Error("another format");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw fail("corrupt-data", {
      where: path,
      expected: "the record of `lowmag predict`",
      got: error instanceof Error ? error.message : String(error),
      fix: "Start over with `--overwrite`, or choose another `--out`.",
      cause: error,
    });
  }
}

/** What is looked at again of a record; the rest is for people. */
function isRecord(record: Partial<PredictRecord> | null): record is PredictRecord {
  const { format, settingsHash, startedAt, model, settings, versions } = record ?? {};
  const texts = [settingsHash, startedAt, model?.hash, model?.name];
  const parts = [settings, versions];
  return (
    format === FORMAT &&
    texts.every((text) => typeof text === "string") &&
    parts.every((part) => typeof part === "object" && part !== null)
  );
}

/** Milliseconds between two tries for the lock. */
const RETRY_MS = 100;

/** Lets one process at a time do something to the folder's lists; others wait. */
export async function withFolderLock<T>(out: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const lock = await tryLock(join(out, LOCK), { beats: true });
    if (!("release" in lock)) {
      await sleep(RETRY_MS);
      continue;
    }
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }
}

const LISTS: readonly string[] = [RECORD, "predictions.csv", "slides.csv", "failures.csv", "report.html"];
const OF_SLIDES =
  /^((prediction|overlay|source|failure)\.json|objects\.geojson|heatmap.*\.png|(thumbnail|overlay)\.jpg|\..*\.tmp)$/;

/** Removes what `predict` writes, and nothing else: a folder that holds more stays. */
async function clear(out: string): Promise<void> {
  await refuseWhereAtWork(out);
  for (const slide of await readdir(join(out, "slides")).catch(() => [])) {
    const folder = slideFolder(out, slide);
    for (const name of await readdir(folder).catch(() => []))
      if (OF_SLIDES.test(name)) await rm(join(folder, name), { force: true });
    await rmdir(folder).catch(() => undefined);
  }
  for (const name of LISTS) await rm(join(out, name), { force: true });
  for (const name of ["slides", "claims"]) await rmdir(join(out, name)).catch(() => undefined);
}

async function refuseStrangeFolder(out: string): Promise<void> {
  const other = (await readdir(out)).find((name) => !/\.tmp$/.test(name) && !name.startsWith(LOCK));
  if (other === undefined) return;
  throw fail("invalid-argument", {
    where: out,
    expected: "a new or empty folder, or one that `lowmag predict` has begun",
    got: `a folder with \`${other}\` in it`,
    fix: "Choose another `--out`.",
  });
}

function refuseOther(out: string, there: PredictRecord, now: BegunRecord): void {
  if (there.settingsHash === now.settingsHash) return;
  const [what, before, after] = firstDifference(there, now);
  throw fail("checkpoint-mismatch", {
    where: out,
    expected: `what it was begun with: ${what} ${before}`,
    got: `${what} ${after}`,
    fix: "Use the same model and options to finish it, `--overwrite` to start over, or another `--out`.",
  });
}

function firstDifference(
  there: PredictRecord,
  now: BegunRecord,
): [what: string, before: string, after: string] {
  if (there.model.hash !== now.model.hash)
    return ["the model", modelInWords(there.model), modelInWords(now.model)];
  const [before, after] = [flat(there), flat(now)];
  const key = Object.keys(after).find((name) => before[name] !== after[name]);
  return key === undefined
    ? ["the version of lowmag", there.versions.lowmag ?? "?", now.versions.lowmag ?? "?"]
    : [`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, before[key] ?? "-", after[key]!];
}

function modelInWords({ name, hash }: ModelFacts): string {
  return `${name} (${hash.slice(0, 12)})`;
}

function flat({ settings, model }: Pick<PredictRecord, "settings" | "model">): Record<string, string> {
  const { rules: given, ...rest } = settings;
  const { rules } = rulesOfModel(model, given);
  return Object.fromEntries(
    Object.entries({ ...rest, ...rules }).map(([key, value]) => [key, String(value ?? "(not given)")]),
  );
}
