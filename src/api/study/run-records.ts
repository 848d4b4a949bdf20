// The runs of a study as its record lists them, and the commands that would make each of them alone.
import { relative, sep } from "node:path";
import type { StudyRun } from "../../evaluate/index.ts";
import { commandLineOf, distillOptions, trainOptions } from "../../options/index.ts";
import type { PlannedRun, StudyPlan } from "../../study/index.ts";
import type { RunOutcome } from "./execute-runs.ts";

/** Options that say where things are or how to work, not what comes out. */
const NO_FACTS: readonly string[] = [
  ...["data", "splits", "unlabelled", "teacher", "from", "weights", "out"],
  ...["resume", "overwrite", "cache", "workers", "checkpointEvery"],
];

/**
 * All planned runs, in the order of the plan.
 *
 * @param chosen keys of the runs that meet the test split.
 * @param base folder of the study file: what is said of files does not name where it lies.
 */
export function runRecords(
  plan: StudyPlan,
  outcomes: ReadonlyMap<string, RunOutcome>,
  chosen: ReadonlySet<string>,
  base: string,
): StudyRun[] {
  return plan.runs.map((run) => {
    const { name, key, cell, seed, kind } = run;
    const outcome = outcomes.get(key);
    const facts = { name, key, cell, seed, kind, candidate: !chosen.has(key) };
    if (outcome?.state !== "done")
      return {
        ...facts,
        ...unfinished(run),
        state: outcome?.state ?? "missing",
        reason: outcome?.reason.replaceAll(`${base}${sep}`, "") ?? null,
      };
    const { log, record, config, modelHash, file } = outcome.finished;
    return {
      ...facts,
      name: outcome.finished.name,
      state: "done",
      reason: null,
      reused: outcome.reused,
      seconds: file.seconds,
      epochs: log.length,
      steps: log.at(-1)?.step ?? 0,
      options: factsOf(config),
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
      modelHash,
    };
  });
}

function unfinished({ cost, options }: PlannedRun) {
  const { epochs, steps } = cost;
  const nothing = { reused: false, seconds: null, startedAt: null, finishedAt: null, modelHash: null };
  return { ...nothing, epochs, steps, options: factsOf(options) };
}

function factsOf(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !NO_FACTS.includes(key)));
}

/** The command of every finished run, with paths relative to the folder of the study file. */
export function commandsOf(
  plan: StudyPlan,
  outcomes: ReadonlyMap<string, RunOutcome>,
  base: string,
): string[] {
  return plan.runs.flatMap(({ key, operation }) => {
    const outcome = outcomes.get(key);
    if (outcome?.state !== "done") return [];
    const { cache: _, workers: __, checkpointEvery: ___, ...config } = outcome.finished.config;
    const options = Object.fromEntries(
      Object.entries(config).map(([option, value]) => [
        option,
        OPTION_PATHS.includes(option) ? relativeTo(base, value) : value,
      ]),
    );
    return [commandLineOf(operation, operation === "train" ? trainOptions : distillOptions, options)];
  });
}

/** Options of a training, and keys of a study file, that hold paths. */
const OPTION_PATHS: readonly string[] = [
  ...["data", "splits", "unlabelled", "teacher", "from", "weights", "out"],
];
const FILE_PATHS: readonly string[] = ["data", "splits", "unlabelled", "run", "weights"];

/** A path, or a list of paths, relative to a folder; "/" between folders. */
function relativeTo(base: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => relativeTo(base, item));
  return typeof value === "string" ? relative(base, value).replaceAll(sep, "/") || "." : value;
}

/** A study file's settings with paths relative to its folder: a record is shown to people who have other folders. */
export function settingsOf(settings: object, base: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]: [string, unknown]) => {
      if (typeof value === "string" || isListOfText(value))
        return [key, FILE_PATHS.includes(key) ? relativeTo(base, value) : value];
      if (Array.isArray(value))
        return [key, value.map((item) => (isSection(item) ? settingsOf(item, base) : item))];
      return [key, isSection(value) ? settingsOf(value, base) : value];
    }),
  );
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isSection(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
