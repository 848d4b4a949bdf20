// The lists of a folder, made from all that is finished in it, whoever did it: predictions.csv, slides.csv, failures.csv,
// report.html and the run's record. One process at a time does this; the last one to end sees everything.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  csvText,
  pieceColumns,
  pieceRows,
  rulesOfModel,
  slideColumns,
  slideRow,
  type TableCell,
} from "../classify/index.ts";
import { type SlideFailure, writeFailures } from "../jobs/index.ts";
import { writeFileAtomically, writeFileInParts } from "../machine/index.ts";
import {
  type PredictedSlide,
  type PredictionPace,
  renderPredictionPage,
  summarisePrediction,
} from "../report/index.ts";
import { readFailure } from "./failure-record.ts";
import { restate } from "./restate.ts";
import {
  type BegunRecord,
  type PredictRecord,
  readPredictRecord,
  withFolderLock,
  writePredictRecord,
} from "./results-folder.ts";
import { readRecord } from "./slide-record.ts";
import { summaryOf } from "./summary.ts";
import type { PlannedSlide, SlideSummary, StoredSlide } from "./types.ts";

/** What lists are made of. */
export interface MergeInput {
  readonly out: string;
  readonly begun: BegunRecord;
  /** All slides of the call, those of other shards too. */
  readonly asked: readonly PlannedSlide[];
  readonly pace: PredictionPace | null;
  /** ISO 8601. */
  readonly now: string;
}

/** Everything that is finished in the folder, by the slide's name. */
export interface MergedResults {
  readonly summaries: ReadonlyMap<string, SlideSummary>;
  readonly failures: ReadonlyMap<string, SlideFailure>;
  /** Slides of the call without answer or reason. */
  readonly waiting: number;
}

/** Writes all lists. */
export async function mergeLists(input: MergeInput): Promise<MergedResults> {
  return await withFolderLock(input.out, () => merge(input));
}

async function merge(input: MergeInput): Promise<MergedResults> {
  const { out, begun, asked } = input;
  const { classes } = begun.model;
  const truths = new Map(asked.map(({ id, truth }) => [id, truth]));
  const summaries = new Map<string, SlideSummary>();
  const failures = new Map<string, SlideFailure>();
  const page: PredictedSlide[] = [];
  const slideRows: TableCell[][] = [];
  let pieces = 0;
  let engine = "";
  await writeFileInParts(join(out, "predictions.csv"), async (file) => {
    const append = (rows: readonly (readonly TableCell[])[]) => file.append(Buffer.from(csvText(rows)));
    await append([pieceColumns(classes)]);
    for (const id of await slideNames(out)) {
      const record = await currentRecord(input, id, truths);
      if (record === null) {
        const found = await readFailure(out, id);
        if (found !== null) failures.set(id, found.failure);
        continue;
      }
      const { prediction } = record;
      await append(pieceRows(prediction));
      slideRows.push(slideRow(prediction));
      page.push(summarisePrediction(prediction, `slides/${id}`));
      summaries.set(id, summaryOf(prediction));
      pieces += prediction.pieces.length;
      engine = prediction.engine;
    }
  });
  await writeFileAtomically(join(out, "slides.csv"), csvText([slideColumns(classes), ...slideRows]));
  await writeFailures(out, [...failures.values()]);
  const waiting = asked.filter(({ id }) => !summaries.has(id) && !failures.has(id)).length;
  await writePage(input, { page, failures: [...failures.values()], waiting, engine });
  const counts = { slides: summaries.size, pieces, setAside: failures.size, waiting };
  await finishRecord(input, counts);
  return { summaries, failures, waiting };
}

/** Names of the folder's slides in natural order: "s2" before "s10". */
async function slideNames(out: string): Promise<string[]> {
  const names = await readdir(join(out, "slides")).catch(() => []);
  const order = new Intl.Collator("en", { numeric: true });
  return names.sort((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
}

/** The slide's record as it is presented now; `null` where there is none that can be used. */
async function currentRecord(
  { out, begun }: MergeInput,
  id: string,
  truths: ReadonlyMap<string, string | null>,
): Promise<StoredSlide | null> {
  const record = await readRecord(out, id);
  if (record === null || record.stored.settings !== begun.settingsHash) return null;
  const truth = truths.has(id) ? truths.get(id)! : record.prediction.truth;
  return await restate(out, record, begun.presentation, truth);
}

async function writePage(
  { out, begun, pace, now }: MergeInput,
  found: {
    readonly page: readonly PredictedSlide[];
    readonly failures: readonly SlideFailure[];
    readonly waiting: number;
    readonly engine: string;
  },
): Promise<void> {
  const { model, settings, presentation, versions } = begun;
  const html = renderPredictionPage({
    lowmag: versions.lowmag ?? "",
    createdAt: now,
    model,
    engine: found.engine,
    rules: rulesOfModel(model, settings.rules).rules,
    slideRule: presentation.slideRule,
    slides: found.page,
    failures: found.failures.map(({ slide, reason, message }) => ({ slide, reason, message })),
    waiting: found.waiting,
    pace,
  });
  await writeFileAtomically(join(out, "report.html"), html);
}

async function finishRecord(
  { out, begun, now }: MergeInput,
  counts: NonNullable<PredictRecord["counts"]>,
): Promise<void> {
  const startedAt = (await readPredictRecord(out))?.startedAt ?? now;
  const finishedAt = counts.waiting === 0 ? now : null;
  await writePredictRecord(out, { format: "lowmag-predict-1", ...begun, startedAt, finishedAt, counts });
}
