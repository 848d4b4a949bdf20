// What `leaks --out` writes: all pairs as CSV, the first of them as pictures to look at, and the groups by which a data set
// can be split without tearing a pair apart.
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { ProgressMeter, throwIfCancelled } from "../base/index.ts";
import { type Dataset, groupByLikeness, type LeakPair, type LeakReport } from "../dataset/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import { type LeakPicture, renderLeakPage } from "../report/index.ts";
import type { OperationContext } from "./context.ts";
import { pairPicture } from "./pair-picture.ts";
import { lowmagVersion } from "./versions.ts";

/** Pairs that the page shows; the CSV has all. */
const SHOWN = 200;

const HEADER = [
  ...["state", "kind", "score", "first", "firstSplit", "firstLabel", "firstPatient"],
  ...["second", "secondSplit", "secondLabel", "secondPatient", "how"],
];

/** Writes leaks.csv, groups.csv and leaks.html, and returns their paths. */
export async function writeLeakFiles(
  folder: string,
  dataset: Dataset,
  report: LeakReport,
  context: OperationContext,
): Promise<string[]> {
  const pictures = await picturesOf(report.pairs.slice(0, SHOWN), context);
  const groups = groupByLikeness(dataset.images, report.pairs);
  const rows = dataset.images.map(({ id }, i) => [id, groups[i]!]);
  const page = renderLeakPage({ lowmag: lowmagVersion(), report, pictures });
  const files = [
    ["leaks.csv", stringify([HEADER, ...report.pairs.map(rowOf)], { escape_formulas: true })],
    ["groups.csv", stringify([["image", "patient"], ...rows])],
    ["leaks.html", page],
  ] as const;
  for (const [name, content] of files) await writeFileAtomically(join(folder, name), content);
  return files.map(([name]) => join(folder, name));
}

function rowOf({ state, kind, score, first, second, how }: LeakPair): (string | number | null)[] {
  const images = [first, second].flatMap(({ id, split, label, patient }) => [id, split, label, patient]);
  return [state, kind, Number(score.toFixed(4)), ...images, how];
}

async function picturesOf(
  pairs: readonly LeakPair[],
  { onProgress, signal }: OperationContext,
): Promise<LeakPicture[]> {
  const meter = new ProgressMeter("drawing pairs", pairs.length, onProgress);
  const pictures: LeakPicture[] = [];
  for (const pair of pairs) {
    throwIfCancelled(signal, "leaks");
    pictures.push(await pairPicture(pair));
    meter.advance();
  }
  return pictures;
}
