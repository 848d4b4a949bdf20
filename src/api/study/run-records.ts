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
 */
export function runRecords(
  plan: StudyPlan,
  outcomes: ReadonlyMap<string, RunOutcome>,
  chosen: ReadonlySet<string>,
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
        reason: outcome?.reason ?? null,
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
      Object.entries(config).map(([option, value]) => [option, relativeTo(base, option, value)]),
    );
    return [commandLineOf(operation, operation === "train" ? trainOptions : distillOptions, options)];
  });
}

const PATHS: readonly string[] = ["data", "splits", "unlabelled", "teacher", "from", "weights", "out"];

function relativeTo(base: string, option: string, value: unknown): unknown {
  if (!PATHS.includes(option)) return value;
  if (Array.isArray(value)) return value.map((item) => relativeTo(base, option, item));
  return typeof value === "string" ? relative(base, value).replaceAll(sep, "/") || "." : value;
}
