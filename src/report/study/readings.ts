// That the test split was read once: the ledger of its readings, and what follows from it.
import type { StudyRecord, TestReading } from "../../evaluate/index.ts";
import { formatCount, joinWords } from "../format.ts";
import { cellWords } from "./arms.ts";
import { type Block, simpleTable } from "./document.ts";

/** Ids of the cells with a run that was planned or trained after the test split had first been read. */
export function exploratoryCells({ runs, testReadings }: StudyRecord): string[] {
  const late = new Set(testReadings.filter((reading) => reading.afterFirstReading).map(({ run }) => run));
  return [...new Set(runs.filter(({ name }) => late.has(name)).map(({ cell }) => cell))];
}

/** The exploratory cells in words: by arm where a whole arm is. */
export function exploratoryWords(record: StudyRecord): string {
  const late = exploratoryCells(record);
  const { evaluation } = record;
  if (evaluation === null) return joinWords(late);
  const cells = evaluation.cells.filter(({ id }) => late.includes(id));
  const arms = [...new Set(cells.map(({ arm }) => arm))];
  return joinWords(
    arms.flatMap((arm) => {
      const own = cells.filter((cell) => cell.arm === arm);
      const whole = own.length === evaluation.cells.filter((cell) => cell.arm === arm).length;
      return whole ? [`the arm “${arm}”`] : own.map((cell) => `“${cellWords(evaluation, cell)}”`);
    }),
  );
}

/** The section's title: it claims no more than the ledger shows. */
export function readingTitle({ testReadings }: StudyRecord): string {
  if (testReadings.length === 0) return "Readings of the test split";
  return repeated(testReadings).length === 0
    ? "The test split was read once by each network"
    : "The test split was read more than once";
}

/** The section's blocks. */
export function readingBlocks(record: StudyRecord): Block[] {
  const { testReadings } = record;
  if (testReadings.length === 0) return [{ kind: "text", text: "The test split has not been read." }];
  const rows = testReadings.map(({ at, run, modelHash, testHash, images, afterFirstReading }) => [
    run,
    at,
    shortHash(modelHash),
    shortHash(testHash),
    formatCount(images),
    afterFirstReading ? "exploratory: after the first reading" : "planned before the first reading",
  ]);
  const heading = ["Training", "Read at", "Model, SHA-256", "Test split, SHA-256", "Images", "Standing"];
  return [
    { kind: "list", items: readingSentences(record) },
    simpleTable(
      "Readings of the test split",
      "Every reading of the test split, in order. The hash of the test split is over contents, labels and patients of its images.",
      heading,
      rows,
      {
        words: [1, 5],
        ...(rows.length > 12 ? { folded: `Show all ${formatCount(rows.length)} readings` } : {}),
      },
    ),
  ];
}

/** What the ledger proves, and what it does not. */
export function readingSentences(record: StudyRecord): string[] {
  const { testReadings, runs } = record;
  const networks = new Set(testReadings.map(({ modelHash }) => modelHash));
  const twice = repeated(testReadings);
  const hashes = new Set(testReadings.map(({ testHash }) => testHash));
  const late = exploratoryCells(record);
  const candidates = new Set(runs.filter(({ candidate }) => candidate).map(({ name }) => name));
  const leaked = testReadings.filter(({ run }) => candidates.has(run));
  return [
    twice.length === 0
      ? `The test split was read once by each of ${formatCount(networks.size)} networks, ${formatCount(testReadings.length)} readings in all; none was read twice.`
      : `The test split was read more than once by ${joinWords(twice)}.`,
    hashes.size === 1
      ? "All readings were of the same test split: its hash did not change."
      : `The test split changed between readings: ${formatCount(hashes.size)} different hashes. Results of different readings are not of the same images.`,
    candidates.size === 0
      ? ""
      : leaked.length === 0
        ? `The ${formatCount(candidates.size)} trainings that were tried and not chosen on the validation split never met the test split.`
        : `${formatCount(leaked.length)} trainings that were tried and not chosen met the test split: ${joinWords(leaked.map(({ run }) => run))}.`,
    orderSentence(record),
    late.length === 0
      ? "No network was planned or trained after the first reading."
      : `Planned or trained after the first reading, and therefore exploratory: ${exploratoryWords(record)}.`,
  ].filter((sentence) => sentence !== "");
}

/** Whether all trainings had ended before the first reading. */
function orderSentence({ testReadings, runs }: StudyRecord): string {
  const first = testReadings
    .map(({ at }) => Date.parse(at))
    .reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const ends = runs.flatMap(({ finishedAt }) => (finishedAt === null ? [] : [Date.parse(finishedAt)]));
  if (!Number.isFinite(first) || ends.length === 0 || ends.some(Number.isNaN)) return "";
  const after = ends.filter((end) => end > first).length;
  if (after === 0) return `All ${formatCount(ends.length)} trainings had ended before the first reading.`;
  return `${formatCount(after)} of ${formatCount(ends.length)} trainings ended after the first reading.`;
}

/** True where no network was read twice, planned late, or tried and not chosen: the split served the final evaluation only. */
export function isReadForTheEndOnly(record: StudyRecord): boolean {
  const { testReadings, runs } = record;
  const tried = new Set(runs.filter(({ candidate }) => candidate).map(({ name }) => name));
  return (
    testReadings.length > 0 &&
    repeated(testReadings).length === 0 &&
    testReadings.every(({ run, afterFirstReading }) => !afterFirstReading && !tried.has(run))
  );
}

function repeated(readings: readonly TestReading[]): string[] {
  const counts = new Map<string, number>();
  for (const { run } of readings) counts.set(run, (counts.get(run) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 1).map(([run, count]) => `${run} (${count} times)`);
}

/** The first twelve digits of a hash. */
export function shortHash(hash: string | null): string {
  return hash === null ? "–" : hash.slice(0, 12);
}
