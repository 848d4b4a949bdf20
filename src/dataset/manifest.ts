// A manifest: a CSV with the columns image, label, patient, split, mpp (only image is required). An empty label means
// unlabelled, an empty patient unknown, an empty split none. Paths are relative to the manifest's folder.
import { basename, dirname, extname, isAbsolute, relative, resolve, sep } from "node:path";
import { closestWord, fail } from "../base/index.ts";
import { type CsvRow, readCsv } from "./csv-table.ts";
import { type FoundImage, noImages, type Source } from "./found-image.ts";
import { readPreparation } from "./preparation.ts";
import { readSlideCut } from "./slide-cut.ts";
import { SPLITS, type Split } from "./types.ts";

const COLUMNS: readonly string[] = ["image", "label", "patient", "split", "mpp"];
/** What `lowmag prepare` tells besides of each image: the search for leaks uses some of it, training none. */
const PREPARED_COLUMNS: readonly string[] = [
  ...["slide", "x", "y", "width", "height", "tissue", "blur", "blurred", "pen"],
  ...["slidehash", "contenthash"],
];

/** Reads a labelled manifest. Columns it does not know are ignored and noted. */
export async function readManifest(path: string): Promise<Source> {
  const { columns, rows } = await readCsv(path, ["image"]);
  if (rows.length === 0) throw noImages(path, "a manifest without rows");
  const unknown = columns.filter((name) => !COLUMNS.includes(name) && !PREPARED_COLUMNS.includes(name));
  const notes = unknown.length === 0 ? [] : [`${path}: columns ignored: ${unknown.join(", ")}`];
  const images = rows.map((row) => readRow(path, row));
  checkImagesOnce(path, rows, images);
  const { description: preparation, rules } = await readPreparation(path);
  return { images, classes: null, notes, preparation, rules };
}

/** Reads a manifest and drops its labels. Ids begin with the manifest's name, to keep them apart from others. */
export async function readUnlabelledManifest(path: string): Promise<Source> {
  const source = await readManifest(path);
  const name = basename(path, extname(path));
  const images = source.images.map((image) => ({ ...image, id: `${name}/${image.id}`, label: null }));
  return { ...source, images };
}

function readRow(manifest: string, row: CsvRow): FoundImage {
  const image = row.get("image");
  if (image === "")
    throw fail("invalid-argument", {
      where: at(manifest, row),
      expected: "a path under `image`",
      got: "an empty cell",
    });
  const path = resolve(dirname(manifest), image);
  const cut = readSlideCut(manifest, row);
  return {
    id: idOf(dirname(manifest), path),
    path,
    label: row.get("label") || null,
    patient: row.get("patient") || null,
    split: readSplit(row.get("split"), at(manifest, row)),
    manifestMpp: readMpp(manifest, row),
    folderMpp: null,
    ...(cut === null ? {} : { cut }),
  };
}

/** The path relative to the manifest's folder; an image outside it keeps its whole path. */
function idOf(folder: string, path: string): string {
  const inside = relative(resolve(folder), path);
  const id = inside.startsWith("..") || isAbsolute(inside) ? path : inside;
  return sep === "/" ? id : id.replaceAll(sep, "/");
}

/** Reads "train", "val", "test" in any case; empty is `null`. */
export function readSplit(text: string, where: string): Split | null {
  if (text === "") return null;
  const split = SPLITS.find((name) => name === text.toLowerCase());
  if (split !== undefined) return split;
  const close = /^valid/i.test(text) ? "val" : closestWord(text, SPLITS);
  throw fail("invalid-argument", {
    where,
    expected: "the split to be train, val or test",
    got: `\`${text}\``,
    ...(close === undefined ? {} : { fix: `Did you mean \`${close}\`?` }),
  });
}

function readMpp(manifest: string, row: CsvRow): number | null {
  const text = row.get("mpp");
  if (text === "") return null;
  const mpp = Number(text);
  if (Number.isFinite(mpp) && mpp > 0) return mpp;
  throw fail("invalid-argument", {
    where: at(manifest, row),
    expected: "mpp to be a number of µm per pixel above 0",
    got: `\`${text}\``,
  });
}

function checkImagesOnce(manifest: string, rows: readonly CsvRow[], images: readonly FoundImage[]): void {
  const seen = new Map<string, number>();
  for (const [i, { path, id }] of images.entries()) {
    const before = seen.get(path);
    if (before !== undefined)
      throw fail("invalid-argument", {
        where: at(manifest, rows[i]!),
        expected: "each image once",
        got: `${id} again (first on line ${before})`,
      });
    seen.set(path, rows[i]!.line);
  }
}

function at(manifest: string, row: CsvRow): string {
  return `${manifest} line ${row.line}`;
}
