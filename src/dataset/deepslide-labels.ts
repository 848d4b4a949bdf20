// DeepSlide's `labels_train.csv`, `labels_val.csv` and `labels_test.csv` (columns img, gt): which file is in which split
// with which class. They are taken where there are no split folders, and compared where there are.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../base/index.ts";
import { readCsv } from "./csv-table.ts";
import type { DeepSlideImage } from "./deepslide-folders.ts";
import { plural } from "./found-image.ts";
import { SPLITS, type Split } from "./types.ts";

/** A row of a labels file. */
export interface DeepSlideLabel {
  /** File name without folders. */
  readonly name: string;
  readonly label: string;
  readonly split: Split;
  /** File and line, for messages. */
  readonly where: string;
}

/**
 * Reads the labels files that are there, in the order train, val, test.
 *
 * @throws LowmagError `corrupt-data`; `invalid-argument` for a missing column, an empty cell or a file that stands twice
 * in one split; `data-leak` for one that stands in two.
 */
export async function readDeepSlideLabels(root: string): Promise<DeepSlideLabel[]> {
  const labels: DeepSlideLabel[] = [];
  for (const split of SPLITS) {
    const path = join(root, `labels_${split}.csv`);
    const isFile = await stat(path).then(
      (stats) => stats.isFile(),
      () => false,
    );
    if (!isFile) continue;
    for (const row of (await readCsv(path, ["img", "gt"])).rows)
      labels.push({
        name: row.get("img").split(/[\\/]/).at(-1)!,
        label: row.get("gt"),
        split,
        where: `${path} line ${row.line}`,
      });
  }
  checkLabels(labels);
  return labels;
}

function checkLabels(labels: readonly DeepSlideLabel[]): void {
  const seen = new Map<string, DeepSlideLabel>();
  for (const row of labels) {
    const key = JSON.stringify([row.name, row.label]);
    const before = seen.get(key);
    if (row.name === "" || row.label === "" || before !== undefined)
      throw fail(before !== undefined && before.split !== row.split ? "data-leak" : "invalid-argument", {
        where: row.where,
        expected: "an image and its class, once",
        got: before === undefined ? "an empty cell" : `\`${row.name}\` again (first at ${before.where})`,
        fix: "Remove the row that is wrong, or the labels files altogether where the folders say it.",
      });
    seen.set(key, row);
  }
}

/** Images with the split that the labels files give them, and the images that no labels file names. */
export function splitByLabels(
  images: readonly DeepSlideImage[],
  labels: readonly DeepSlideLabel[],
): { named: DeepSlideImage[]; unnamed: DeepSlideImage[] } {
  const splits = new Map(labels.map((row) => [JSON.stringify([row.name, row.label]), row.split]));
  const named: DeepSlideImage[] = [];
  const unnamed: DeepSlideImage[] = [];
  for (const image of images) {
    const split = splits.get(keyOf(image));
    if (split === undefined) unnamed.push(image);
    else named.push({ ...image, split });
  }
  checkAllThere(images, labels);
  return { named, unnamed };
}

/**
 * Checks that labels files and split folders say the same.
 *
 * @throws LowmagError `not-found` for a row without a file; `invalid-argument` for another class, another split, or an
 * image that the labels file of its split does not name.
 */
export function checkLabelsAgree(images: readonly DeepSlideImage[], labels: readonly DeepSlideLabel[]): void {
  checkAllThere(images, labels);
  const rows = new Map(labels.map((row) => [JSON.stringify([row.name, row.label]), row]));
  const withLabels = new Set(labels.map(({ split }) => split));
  for (const image of images) {
    if (image.split === null || !withLabels.has(image.split)) continue;
    const row = rows.get(keyOf(image));
    if (row?.split === image.split) continue;
    throw disagreement(
      image.file,
      `a row in labels_${image.split}.csv with the class \`${image.label}\``,
      row === undefined ? "none" : `one in labels_${row.split}.csv`,
    );
  }
}

function checkAllThere(images: readonly DeepSlideImage[], labels: readonly DeepSlideLabel[]): void {
  const keys = new Set(images.map(keyOf));
  const classes = new Map(images.map((image) => [nameOf(image), image.label]));
  const missing = labels.filter(({ name, label }) => !keys.has(JSON.stringify([name, label])));
  const first = missing[0];
  if (first === undefined) return;
  const other = classes.get(first.name);
  if (other !== undefined)
    throw disagreement(
      first.where,
      `\`${first.name}\` with the class \`${other}\` that its folder gives it`,
      `\`${first.label}\``,
    );
  throw fail("not-found", {
    where: first.where,
    expected: `the file \`${first.name}\` in a folder of class \`${first.label}\``,
    got: `none (${plural(missing.length, "row")} without a file)`,
    fix: "Restore the files, or remove the rows.",
  });
}

function disagreement(where: string, expected: string, got: string): Error {
  return fail("invalid-argument", {
    where,
    expected,
    got,
    fix: "Labels files and folders say different things: mend the one that is wrong, or remove the labels files where the folders are right.",
  });
}

const nameOf = ({ file }: DeepSlideImage): string => file.slice(file.lastIndexOf("/") + 1);
const keyOf = (image: DeepSlideImage): string => JSON.stringify([nameOf(image), image.label]);
