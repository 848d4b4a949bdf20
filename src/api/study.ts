// `study`: the whole experiment of a study file. Every run once, choices on validation data, then the test split once, and
// a record that shows it. The same call goes on where an earlier one was interrupted, and redoes only what changed.
import { basename, dirname, extname, join, resolve } from "node:path";
import { evaluateStudy, type StudyEvaluation, type StudyRecord } from "../evaluate/index.ts";
import { rasteriseSvg } from "../image/index.ts";
import { lockFolder, makeFolder, writeFileAtomically } from "../machine/index.ts";
import { resolveOptions, type StudyOptions, studyOptions } from "../options/index.ts";
import { writeStudyReport } from "../report/index.ts";
import {
  describePlan,
  type PlanDescription,
  readStudyFile,
  type StudyFile,
  type StudyPlan,
} from "../study/index.ts";
import { withCache } from "./cache.ts";
import type { OperationContext } from "./context.ts";
import { askRuns } from "./study/ask-runs.ts";
import { CallSeconds } from "./study/call-seconds.ts";
import { type CellSources, cellInputs } from "./study/cells.ts";
import { chooseCandidates } from "./study/choose.ts";
import { disagreementExamples } from "./study/disagreements.ts";
import { doneKeys } from "./study/done-keys.ts";
import { executeRuns } from "./study/execute-runs.ts";
import { type Shares, sharesOf } from "./study/jobs.ts";
import { type OpenedStudy, openStudy } from "./study/open-study.ts";
import { outcomeText } from "./study/outcome-text.ts";
import { studyRecord } from "./study/record.ts";
import { TestLedger } from "./study/test-ledger.ts";

/** What was done, or would be. All paths are absolute. */
export interface StudyResult {
  /** Folder of the study. */
  readonly out: string;
  readonly dryRun: boolean;
  readonly title: string;
  readonly plan: StudyPlan;
  readonly shares: Shares;
  /** What the trainings cost that are still to be done. */
  readonly cost: PlanDescription;
  /** The rest is `null` for a dry run. */
  readonly record: StudyRecord | null;
  readonly recordFile: string | null;
  /** The page. */
  readonly report: string | null;
}

type CompleteOptions = ReturnType<typeof resolveStudyOptions>;

function resolveStudyOptions(options: StudyOptions) {
  return resolveOptions("study", studyOptions, options);
}

/**
 * Does a study. Trainings that fail are told in the record and cost those that need them; the same call tries them again.
 *
 * @throws LowmagError what reading the file and the data throws; `data-leak` naming pairs; `invalid-argument` where file
 *   and data contradict each other; `not-writable`, also where another process is at work in the folder; `corrupt-data` for
 *   a ledger of test readings that was changed; `cancelled` (the same call goes on).
 */
export async function study(options: StudyOptions, context: OperationContext = {}): Promise<StudyResult> {
  const complete = resolveStudyOptions(options);
  const file = await readStudyFile(complete.file);
  const out = resolve(complete.out ?? join(dirname(file.path), basename(file.path, extname(file.path))));
  if (complete.dryRun)
    return withCache(complete.cache, context, async (cacheFolder) => {
      const { plan } = await openStudy(file, cacheFolder, context);
      const shares = sharesOf(plan, complete);
      const cost = describePlan(plan, shares, await doneKeys(plan, out));
      const nothing = { record: null, recordFile: null, report: null };
      return { ...head(file, out, true), plan, shares, cost, ...nothing };
    });
  await makeFolder(out);
  const release = await lockFolder(out, { file: "study.lock", command: "lowmag study" });
  try {
    return await doStudy(file, out, complete, context);
  } finally {
    await release();
  }
}

function head({ content }: StudyFile, out: string, dryRun: boolean) {
  return { out, dryRun, title: content.title };
}

async function doStudy(
  file: StudyFile,
  out: string,
  complete: CompleteOptions,
  context: OperationContext,
): Promise<StudyResult> {
  const cacheFolder = complete.cache === undefined ? join(out, "cache") : resolve(complete.cache);
  const ledger = await TestLedger.open(out);
  const opened = await openStudy(file, cacheFolder, context);
  const shares = sharesOf(opened.plan, complete);
  const cost = describePlan(opened.plan, shares, await doneKeys(opened.plan, out));
  const seconds = await CallSeconds.start(out, cost.wallSeconds);
  try {
    const done = await trainAndAsk({ opened, out, cacheFolder, shares, ledger }, context);
    context.onNote?.("Judging the networks and writing the report …");
    const { cells, evaluation } = evaluateAnswers(done.sources, opened, complete.seed);
    const record = await studyRecord({
      ...{ opened, ...done, evaluation, leaks: opened.leaks, testReadings: ledger.readings },
      seconds: { estimated: seconds.estimated, taken: seconds.taken },
      createdAt: new Date().toISOString(),
    });
    const examples = await disagreementExamples(cells, opened.dataset, file.content.examples, cacheFolder);
    const [report = null] = await writeStudyReport(join(out, "report"), { record, examples }, rasteriseSvg);
    const recordFile = join(out, "study.json");
    await writeFileAtomically(recordFile, `${JSON.stringify(record, undefined, 2)}\n`);
    return { ...head(file, out, false), plan: opened.plan, shares, cost, record, recordFile, report };
  } finally {
    await seconds.stop();
  }
}

interface Work {
  readonly opened: OpenedStudy;
  readonly out: string;
  readonly cacheFolder: string;
  readonly shares: Shares;
  readonly ledger: TestLedger;
}

/** All trainings; when they have ended the choices, and then the answers. */
async function trainAndAsk({ opened, out, cacheFolder, shares, ledger }: Work, context: OperationContext) {
  const { plan, dataset, file } = opened;
  const outcomes = await executeRuns(plan, {
    ...{ folder: join(out, "runs"), dataset, cacheFolder, ...shares },
    // A given teacher's order of the classes stands; a run's own config must say so.
    dataOptions: {
      ...file.content.data,
      ...(plan.givenTeacher === null ? {} : { classes: dataset.classes }),
    },
    testReadingsBefore: ledger.readings.length,
    signal: context.signal,
    onProgress: context.onProgress,
    onNote: context.onNote,
    onEnd: (outcome) => {
      if (outcome.state !== "done" || !outcome.reused) context.onNote?.(outcomeText(outcome));
    },
  });
  const found = [...outcomes.values()].filter((outcome) => outcome.state === "done" && outcome.reused).length;
  if (found > 0) context.onNote?.(`${found} of ${outcomes.size} runs had been finished before`);
  const { chosen, choices } = chooseCandidates(plan, outcomes);
  const asking = {
    ...{ folder: out, dataset, cacheFolder, workers: shares.workers, ledger },
    now: () => new Date().toISOString(),
  };
  const answers = await askRuns(plan, chosen, outcomes, asking, context);
  const sources: CellSources = { plan, dataset, seeds: file.content.seeds, chosen, answers };
  return { outcomes, chosen, choices, sources };
}

function evaluateAnswers(sources: CellSources, { dataset, file }: OpenedStudy, seed: number) {
  const cells = cellInputs(sources);
  const { primary, margin, level, draws } = file.content.comparison;
  const { classes } = dataset;
  const evaluation: StudyEvaluation | null =
    cells.length === 0 ? null : evaluateStudy({ classes, cells, primary, margin, level, draws, seed });
  return { cells, evaluation };
}
