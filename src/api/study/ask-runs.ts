// When all trainings have ended: every chosen run, and a teacher that was given, is asked once about each split.
import type { StudyPlan } from "../../study/index.ts";
import { readRun } from "../../train/index.ts";
import type { OperationContext } from "../context.ts";
import { type AskOptions, answersOf } from "./answers.ts";
import type { RunAnswers } from "./cells.ts";
import type { RunOutcome } from "./execute-runs.ts";
import type { FinishedStudyRun } from "./run-file.ts";
import type { TestLedger } from "./test-ledger.ts";

/**
 * Answers by key of the run, a given teacher's by the hash of its model. Validation first, for all: the test split is
 * met when nothing else is left to do.
 */
export async function askRuns(
  plan: StudyPlan,
  chosen: ReadonlyMap<string, readonly string[]>,
  outcomes: ReadonlyMap<string, RunOutcome>,
  options: AskOptions,
  context: OperationContext,
): Promise<ReadonlyMap<string, RunAnswers>> {
  const asked = new Map<string, FinishedStudyRun>();
  if (plan.givenTeacher !== null)
    asked.set(plan.givenTeacher.modelHash, await givenTeacherRun(plan.givenTeacher.path, options.ledger));
  const wanted = new Set([...chosen.values()].flat());
  for (const { key } of plan.runs) {
    const outcome = outcomes.get(key);
    if (wanted.has(key) && outcome?.state === "done") asked.set(key, outcome.finished);
  }
  const said = new Map<string, Omit<RunAnswers, "test">>();
  for (const [key, finished] of asked)
    said.set(key, { finished, val: await answersOf(finished, "val", options, context) });
  const answers = new Map<string, RunAnswers>();
  for (const [key, { finished, val }] of said)
    answers.set(key, { finished, val, test: await answersOf(finished, "test", options, context) });
  return answers;
}

/** A run that was made elsewhere: when it was trained is known by its own record alone. */
async function givenTeacherRun(path: string, ledger: TestLedger): Promise<FinishedStudyRun> {
  const { model: _, ...run } = await readRun(path);
  const first = ledger.readings[0];
  return {
    ...run,
    file: {
      format: "lowmag-study-run-1",
      name: run.name,
      key: "",
      testReadingsBefore: first !== undefined && run.record.startedAt > first.at ? 1 : 0,
      seconds: run.log.reduce((sum, { seconds }) => sum + seconds, 0),
      modelHash: run.modelHash,
    },
  };
}
