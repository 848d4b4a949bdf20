// Splits on disk: a CSV with the columns image, label, patient, split, contentHash. It pins the data it was made for, so a
// run cannot quietly use other files, and the same file can be handed to any other tool.
import { stringify } from "csv-stringify/sync";
import { fail } from "../base/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import { readCsv } from "./csv-table.ts";
import { plural } from "./found-image.ts";
import { readSplit } from "./manifest.ts";
import type { Dataset, Split, TissueImage } from "./types.ts";

/** One row of a splits file. */
export interface SplitRow {
  readonly image: string;
  readonly label: string | null;
  readonly patient: string | null;
  readonly split: Split;
  readonly contentHash: string;
}

/** A splits file that was read. */
export interface SplitsFile {
  readonly path: string;
  readonly rows: readonly SplitRow[];
}

/** Writes the images that have a split, in the order of the data set. */
export async function writeSplits(path: string, dataset: Dataset): Promise<void> {
  const rows = dataset.images
    .filter(({ split }) => split !== null)
    .map(({ id, label, patient, split, contentHash }) => [id, label, patient, split, contentHash]);
  await writeFileAtomically(
    path,
    stringify([["image", "label", "patient", "split", "contentHash"], ...rows]),
  );
}

/**
 * Reads a splits file.
 *
 * @throws LowmagError `not-found`, `corrupt-data`; `invalid-argument` for a missing column, an unknown split, an image
 * that stands twice.
 */
export async function readSplits(path: string): Promise<SplitsFile> {
  const table = await readCsv(path, ["image", "label", "patient", "split", "contenthash"]);
  const seen = new Set<string>();
  const rows = table.rows.map((row): SplitRow => {
    const where = `${path} line ${row.line}`;
    const image = row.get("image");
    const split = readSplit(row.get("split"), where);
    if (image === "" || seen.has(image) || split === null)
      throw fail("invalid-argument", {
        where,
        expected: "an image, once, with its split",
        got: split === null ? `no split for \`${image}\`` : image === "" ? "no image" : `\`${image}\` again`,
      });
    seen.add(image);
    const contentHash = row.get("contenthash");
    return {
      image,
      label: row.get("label") || null,
      patient: row.get("patient") || null,
      split,
      contentHash,
    };
  });
  return { path, rows };
}

/**
 * The data set with the splits and patients of a file. Every labelled image must be in the file with the same label and
 * the same bytes, and every labelled row must have its image; unlabelled images may be missing on either side.
 *
 * @throws LowmagError `invalid-argument` when images or labels differ, `corrupt-data` when a file's bytes have changed.
 */
export function applySplits<T extends Dataset>(dataset: T, splits: SplitsFile): T {
  const rows = new Map(splits.rows.map((row) => [row.image, row]));
  checkSameImages(dataset, splits, rows);
  const images = dataset.images.map((image): TissueImage => {
    const row = rows.get(image.id);
    if (row === undefined) return image; // unlabelled: keeps the split its manifest gave it
    checkRow(splits.path, image, row);
    return { ...image, patient: row.patient ?? image.patient, split: row.split };
  });
  return { ...dataset, images };
}

function checkSameImages(dataset: Dataset, splits: SplitsFile, rows: ReadonlyMap<string, SplitRow>): void {
  const refuse = (names: readonly string[], expected: string, got: string) => {
    if (names.length === 0) return;
    throw fail("invalid-argument", {
      where: splits.path,
      expected,
      got: `${names[0]}${names.length > 1 ? ` and ${names.length - 1} more` : ""} ${got}`,
      fix: "Use the same --data and --include as when the splits were made, or make them again with `lowmag split`.",
    });
  };
  const ids = new Set(dataset.images.map(({ id }) => id));
  const labelledRows = splits.rows.filter(({ label }) => label !== null);
  refuse(
    labelledRows.filter(({ image }) => !ids.has(image)).map(({ image }) => image),
    "only images of the data set",
    "which the data set does not have",
  );
  refuse(
    dataset.images.filter(({ id, label }) => label !== null && !rows.has(id)).map(({ id }) => id),
    `all ${plural(dataset.images.filter(({ label }) => label !== null).length, "labelled image")} of the data set`,
    "missing from the file",
  );
}

function checkRow(path: string, image: TissueImage, row: SplitRow): void {
  if (row.contentHash !== image.contentHash)
    throw fail("corrupt-data", {
      where: image.path,
      expected: `the bytes it had when ${path} was made (SHA-256 ${row.contentHash.slice(0, 12)}…)`,
      got: `other bytes (${image.contentHash.slice(0, 12)}…)`,
      fix: "Restore the file, or make the splits again with `lowmag split`.",
    });
  if (row.label !== image.label && image.label !== null)
    throw fail("invalid-argument", {
      where: path,
      expected: `\`${image.id}\` with the label \`${image.label}\` that the data set gives it`,
      got: `\`${row.label ?? ""}\``,
      fix: "Make the splits again with `lowmag split`.",
    });
}
