// Every training of a study: how it ended, and what it took.
import type { StudyRecord, StudyRun } from "../../evaluate/index.ts";
import { formatCount, formatDuration, joinWords } from "../format.ts";
import { type Block, simpleTable, type TableRow } from "./document.ts";
import { shortHash } from "./readings.ts";

/** Every training with how it ended. */
export function runBlocks({ runs }: StudyRecord): Block[] {
  if (runs.length === 0) return [{ kind: "text", text: "No training was planned." }];
  const count = (state: StudyRun["state"]) => runs.filter((run) => run.state === state).length;
  const reused = runs.filter((run) => run.reused).length;
  const seconds = runs.reduce((sum, run) => sum + (run.seconds ?? 0), 0);
  const states = (["done", "failed", "skipped", "missing"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${formatCount(count(state))} ${state}`);
  const problems = runs.filter(({ state }) => state !== "done");
  const words = `${formatCount(runs.length)} trainings: ${joinWords(states)}${reused === 0 ? "" : `; ${formatCount(reused)} had been done by an earlier call`}. All trainings together took ${formatDuration(seconds)}.`;
  const table = (own: readonly StudyRun[], label: string, folded?: string) =>
    simpleTable(
      label,
      "",
      ["Training", "Network", "Seed", "State", "Epochs (steps)", "Took", "Model, SHA-256"],
      own.map(runRow),
      { words: [1, 3], ...(folded === undefined ? {} : { folded }) },
    );
  return [
    { kind: "text", text: words },
    ...(problems.length === 0 ? [] : [table(problems, "Trainings that did not finish")]),
    table(runs, "All trainings", `Show all ${formatCount(runs.length)} trainings`),
  ];
}

function runRow(run: StudyRun): TableRow {
  const notes = [run.reused ? "reused" : "", run.candidate ? "tried, not chosen" : ""]
    .filter((word) => word !== "")
    .join(", ");
  return [
    run.name,
    run.cell,
    `${run.seed}`,
    { main: run.reason === null ? run.state : `${run.state}: ${run.reason}`, sub: notes },
    `${formatCount(run.epochs)} (${formatCount(run.steps)})`,
    run.seconds === null ? "–" : formatDuration(run.seconds),
    shortHash(run.modelHash),
  ];
}
