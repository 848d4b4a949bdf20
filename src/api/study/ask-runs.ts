// When all trainings have ended: every chosen run, and a teacher that was given, is asked once about each split.
import { type ProgressListener, ProgressMeter } from "../../base/index.ts";
import { LoaderThreads } from "../../dataset/index.ts";
import type { StudyPlan } from "../../study/index.ts";
import { readRun } from "../../train/index.ts";
import type { OperationContext } from "../context.ts";
import { type AskedSplit, type AskOptions, answersOf, imagesOf, type SplitAnswers } from "./answers.ts";
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
  given: Omit<AskOptions, "threads">,
  context: OperationContext,
): Promise<ReadonlyMap<string, RunAnswers>> {
  let started: Promise<LoaderThreads> | undefined;
  const threads = () => {
    started ??= LoaderThreads.start(given);
    return started;
  };
  try {
    return await askAll(plan, chosen, outcomes, { ...given, threads }, context);
  } finally {
    await started?.then(
      (open) => open.close(),
      () => undefined,
    );
  }
}

async function askAll(
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
  const ask = asker(asked.size, options, context);
  const said = new Map<string, Omit<RunAnswers, "test">>();
  for (const [key, finished] of asked) said.set(key, { finished, val: await ask(finished, "val") });
  const answers = new Map<string, RunAnswers>();
  for (const [key, { finished, val }] of said)
    answers.set(key, { finished, val, test: await ask(finished, "test") });
  return answers;
}

/** Asks one run after the other, with one progress over all of them. */
function asker(runs: number, options: AskOptions, context: OperationContext) {
  const images = (split: AskedSplit) => imagesOf(options.dataset, split).numbers.length;
  const total = runs * (images("val") + images("test"));
  const meter = new ProgressMeter("asking the networks", total, context.onProgress);
  return async (finished: FinishedStudyRun, split: AskedSplit): Promise<SplitAnswers> => {
    const note = `${finished.name}, ${split} split`;
    let done = 0;
    const onProgress: ProgressListener = (progress) => {
      meter.advance(progress.done - done, note);
      done = progress.done;
    };
    const answers = await answersOf(finished, split, options, { ...context, onProgress });
    if (done < answers.images.length) meter.advance(answers.images.length - done, note);
    return answers;
  };
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
