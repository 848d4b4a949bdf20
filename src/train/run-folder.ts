// A run's folder on disk: config.json (itself a valid --config), run.json (the record), log.jsonl (epochs),
// checkpoint.safetensors (to go on from), model.safetensors (the chosen epoch), and its card as MODEL_CARD.md and
// model-card.json. Every file is replaced atomically, so a crash leaves whole files behind.

import { readFile, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fail } from "../base/index.ts";
import type { RememberedRules } from "../cutting/index.ts";
import type { StainAugmentation } from "../dataset/index.ts";
import type { Device } from "../engine/index.ts";
import { hashBytes, hashFile, makeFolder, writeFileAtomically } from "../machine/index.ts";
import { loadModel, type Model, saveModel } from "../models/index.ts";
import { type EpochRecord, logText, parseLog, type RunTiming, timingOf } from "./log.ts";
import type { LoopResult } from "./loop-options.ts";
import type { MemoryPlan } from "./memory-plan.ts";
import { modelCard } from "./model-card.ts";
import { modelCardText } from "./model-card-text.ts";

/** What a run learned from. */
export type TrainingKind = "labels" | "fine-tuning" | "distillation";

/** Another run that this one stands on. */
export interface RunReference {
  readonly path: string;
  /** SHA-256 of its model.safetensors. */
  readonly modelHash: string;
}

/** The record of a run: everything a reader needs to judge it and to do it again. */
export interface RunRecord {
  readonly kind: TrainingKind;
  /** The teacher, or the run that was fine-tuned. */
  readonly origin: RunReference | null;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Commit of the working tree lowmag runs from and whether it was changed; null when installed as a package. */
  readonly commit: { readonly hash: string; readonly dirty: boolean } | null;
  readonly data: {
    /** Hash over contents, labels, patients and splits of all images used. */
    readonly hash: string;
    readonly classes: readonly string[];
    /** Images and patients in each part. */
    readonly counts: Readonly<Record<string, { readonly images: number; readonly patients: number | null }>>;
    /** By which rules the images were cut from slides, in sentences, where that is known. */
    readonly preparation?: readonly string[];
    /** Those rules as data, for using the model on slides. */
    readonly rules?: RememberedRules;
  };
  /** How stains were augmented, with the statistics of the training images; absent where they were not. */
  readonly stain?: StainAugmentation;
  /** Where the training departs from the recipe of the paper, in sentences; absent where it does not. */
  readonly deviations?: readonly string[];
  /** What computed; absent in records of earlier versions, which knew the CPU alone. */
  readonly device?: Device;
  /** How it was fitted into memory when it began; absent in records of earlier versions. */
  readonly memory?: MemoryPlan;
  /** What was left out, and why. */
  readonly exclusions: readonly string[];
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Counted from 1; null while running. */
  readonly bestEpoch: number | null;
  /** What the log says of time besides computing; absent while running, and in records of earlier versions. */
  readonly timing?: RunTiming;
}

/** How a run folder is opened for writing. */
export interface OpenRunOptions {
  /** The resolved options. Those named in `neutral` do not change results and may differ when resuming. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly neutral: readonly string[];
  readonly record: Omit<RunRecord, "finishedAt" | "bestEpoch">;
  readonly resume: boolean;
  readonly overwrite: boolean;
}

const FILES = [
  "config.json",
  "run.json",
  "log.jsonl",
  "checkpoint.safetensors",
  "model.safetensors",
  "MODEL_CARD.md",
  "model-card.json",
];

/** A run folder being written. */
export class RunFolder {
  private constructor(
    readonly path: string,
    readonly record: RunRecord,
    /** Settings and data by which a checkpoint is known to belong to this run. */
    readonly fingerprint: string,
  ) {}

  /**
   * Makes the folder or, with `resume`, goes on in it.
   * @throws LowmagError `invalid-argument` where a run is already there, or `checkpoint-mismatch` where it is another.
   */
  static async open(path: string, options: OpenRunOptions): Promise<RunFolder> {
    const there = await readRecord(path);
    const fingerprint = fingerprintOf(options);
    if (there !== null && !options.resume && !options.overwrite)
      throw fail("invalid-argument", {
        where: path,
        expected: "a folder without a run",
        got: there.finishedAt === null ? "an unfinished run" : "a finished run",
        fix: "Continue it with `--resume`, replace it with `--overwrite`, or choose another `--out`.",
      });
    if (there !== null && options.resume) {
      await checkSameSettings(path, options);
      return new RunFolder(path, there, fingerprint);
    }
    await makeFolder(path);
    for (const file of FILES) await rm(join(path, file), { force: true });
    const record: RunRecord = { ...options.record, finishedAt: null, bestEpoch: null };
    await writeJson(join(path, "config.json"), options.config);
    await writeJson(join(path, "run.json"), record);
    return new RunFolder(path, record, fingerprint);
  }

  get checkpointPath(): string {
    return join(this.path, "checkpoint.safetensors");
  }

  /** Replaces the log. */
  async writeLog(log: readonly EpochRecord[]): Promise<void> {
    await writeFileAtomically(join(this.path, "log.jsonl"), logText(log));
  }

  /** Writes the chosen model, its card and the finished record. */
  async finish(
    description: Model["description"],
    result: LoopResult,
    finishedAt: string,
  ): Promise<RunRecord> {
    const { bestEpoch, log } = result;
    const record: RunRecord = { ...this.record, finishedAt, bestEpoch, timing: timingOf(log) };
    await this.writeLog(result.log);
    await saveModel(modelPath(this.path), { description, state: result.state });
    const card = modelCard(basename(resolve(this.path)), description, record, result.log);
    await writeFileAtomically(join(this.path, "MODEL_CARD.md"), modelCardText(card));
    await writeJson(join(this.path, "model-card.json"), card);
    await writeJson(join(this.path, "run.json"), record);
    return record;
  }
}

/** A finished run, read back. */
export interface FinishedRun {
  readonly path: string;
  readonly name: string;
  readonly record: RunRecord;
  readonly config: Readonly<Record<string, unknown>>;
  readonly log: readonly EpochRecord[];
  readonly model: Model;
  readonly modelHash: string;
}

/**
 * Reads a finished run.
 * @throws LowmagError `not-found` where there is no run or it is not finished, `corrupt-data` for a damaged file.
 */
export async function readRun(path: string): Promise<FinishedRun> {
  const record = await readRecord(path);
  if (record === null || record.finishedAt === null)
    throw fail("not-found", {
      where: path,
      expected: "the folder of a finished run",
      got: record === null ? "a folder without run.json" : "a run that has not finished",
      fix:
        record === null
          ? "Give the `--out` folder of `lowmag train` or `lowmag distill`."
          : "Finish it with `--resume`.",
    });
  const config = (await readJson(join(path, "config.json"))) as Record<string, unknown>;
  const log = parseLog(await readFile(join(path, "log.jsonl"), "utf8"));
  const model = await loadModel(modelPath(path));
  return {
    path,
    name: basename(resolve(path)),
    record,
    config,
    log,
    model,
    modelHash: await hashFile(modelPath(path)),
  };
}

/** Where a run keeps its trained model. */
export function modelPath(run: string): string {
  return join(run, "model.safetensors");
}

/** The record of a run, finished or not; `null` where there is none. */
export async function readRecord(path: string): Promise<RunRecord | null> {
  return (await readJson(join(path, "run.json"))) as RunRecord | null;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fail("corrupt-data", { where: path, expected: "JSON", got: String(error), cause: error });
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}

function decisive({ config, neutral }: OpenRunOptions): [string, unknown][] {
  return Object.entries(config)
    .filter(([key, value]) => !neutral.includes(key) && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function fingerprintOf(options: OpenRunOptions): string {
  const { data, origin, kind } = options.record;
  return hashBytes(JSON.stringify([kind, data.hash, origin?.modelHash ?? null, decisive(options)]));
}

async function checkSameSettings(path: string, options: OpenRunOptions): Promise<void> {
  const before = (await readJson(join(path, "config.json"))) as Record<string, unknown> | null;
  const now = Object.fromEntries(decisive(options));
  const then = Object.fromEntries(decisive({ ...options, config: before ?? {} }));
  for (const key of new Set([...Object.keys(now), ...Object.keys(then)]))
    if (JSON.stringify(now[key]) !== JSON.stringify(then[key]))
      throw fail("checkpoint-mismatch", {
        where: path,
        expected: `\`${key}\` = ${JSON.stringify(then[key]) ?? "not set"}, as the run began`,
        got: JSON.stringify(now[key]) ?? "not set",
        fix: `Resume with \`--config ${join(path, "config.json")}\`, or start over with \`--overwrite\`.`,
      });
}
