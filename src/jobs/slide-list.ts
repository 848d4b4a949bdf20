// A list of slides: a CSV with the columns slide, patient, label, split, annotation, mpp (only slide is required) and,
// by the names of the options, rules for single slides. Where images may stand in place of slides, the manifest of a data
// set is a list too: its paths stand under image. Paths are relative to the list's folder.
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { closestWord, fail } from "../base/index.ts";
import { type CsvRow, type CsvTable, readCsv, readSplit } from "../dataset/index.ts";
import type { ListedSlide } from "./types.ts";

const COLUMNS: readonly string[] = ["slide", "patient", "label", "split", "annotation", "mpp"];
/** What the manifest of a data set says of its images besides; nothing of it is wanted here. */
const OF_MANIFESTS: readonly string[] = [
  ...["image", "x", "y", "width", "height", "tissue", "blur", "blurred", "pen", "slidehash", "contenthash"],
];

/** What a list may hold. */
export interface SlideListOptions {
  /** Options that a column may set for single slides; `min_area`, `min-area` and `minArea` all mean one. */
  readonly overridable: readonly string[];
  /** Paths may stand under `image`, as in the manifest of a data set. */
  readonly images?: boolean;
}

/** Slides that were asked for. */
export interface SlideList {
  readonly slides: readonly ListedSlide[];
  /** Remarks for a person. */
  readonly notes: readonly string[];
}

/**
 * Reads a list of slides. Slides that do not exist are kept: they are set aside later like other bad slides.
 *
 * @throws LowmagError `not-found`, `corrupt-data`, `invalid-argument`, each with the line.
 */
export async function readSlideList(
  path: string,
  { overridable, images = false }: SlideListOptions,
): Promise<SlideList> {
  const table = await readCsv(path, images ? [] : ["slide"]);
  const column = pathColumn(path, table, images);
  if (table.rows.length === 0)
    throw fail("invalid-argument", { where: path, expected: "a row for each slide", got: "no rows" });
  const { keys, unknown } = sortColumns(table, overridable, column === "image" ? OF_MANIFESTS : []);
  const slides: ListedSlide[] = [];
  const seen = new Map<string, number>();
  for (const row of table.rows) {
    const slide = await readRow(path, row, column, keys);
    const before = seen.get(slide.path);
    if (before !== undefined)
      throw fail("invalid-argument", {
        where: slide.where,
        expected: "each slide once",
        got: `${row.get(column)} again (first on line ${before})`,
      });
    seen.set(slide.path, row.line);
    slides.push(slide);
  }
  return { slides, notes: unknown.map((name) => unknownColumn(path, name, overridable)) };
}

interface SortedColumns {
  /** Column name -> option key. */
  readonly keys: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
}

function pathColumn(path: string, { columns }: CsvTable, images: boolean): "slide" | "image" {
  if (images && columns.includes("image")) return "image";
  if (columns.includes("slide")) return "slide";
  throw fail("invalid-argument", {
    where: path,
    expected: "a column `slide` or `image`",
    got: `the columns ${columns.join(", ") || "(none)"}`,
  });
}

function sortColumns(
  { columns }: CsvTable,
  overridable: readonly string[],
  passedOver: readonly string[],
): SortedColumns {
  const byWord = new Map(overridable.map((key) => [wordOf(key), key]));
  const others = columns.filter((name) => !COLUMNS.includes(name) && !passedOver.includes(name));
  const known = others.filter((name) => byWord.has(wordOf(name)));
  return {
    keys: new Map(known.map((name) => [name, byWord.get(wordOf(name))!])),
    unknown: others.filter((name) => !known.includes(name)),
  };
}

const wordOf = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, "");

function unknownColumn(path: string, name: string, overridable: readonly string[]): string {
  const close = closestWord(name, [...COLUMNS, ...overridable]);
  return `${path}: column ignored: ${name}${close === undefined ? "" : ` (did you mean ${close}?)`}`;
}

async function readRow(
  list: string,
  row: CsvRow,
  column: "slide" | "image",
  keys: ReadonlyMap<string, string>,
): Promise<ListedSlide> {
  const where = `${list} line ${row.line}`;
  const slide = row.get(column);
  if (slide === "")
    throw fail("invalid-argument", { where, expected: `a path under \`${column}\``, got: "an empty cell" });
  const overrides = [...keys].flatMap(([column, key]) =>
    row.get(column) === "" ? [] : [[key, row.get(column)] as const],
  );
  return {
    path: resolve(dirname(list), slide),
    patient: row.get("patient") || null,
    label: row.get("label") || null,
    split: readSplit(row.get("split"), where),
    annotation: await annotationOf(list, row.get("annotation"), where),
    mpp: mppOf(row.get("mpp"), where),
    overrides: Object.fromEntries(overrides),
    where,
  };
}

async function annotationOf(list: string, text: string, where: string): Promise<string | null> {
  if (text === "") return null;
  const path = resolve(dirname(list), text);
  const found = await stat(path).catch(() => null);
  if (found?.isFile()) return path;
  throw fail("not-found", { where, expected: "an annotation file", got: `no file at ${path}` });
}

function mppOf(text: string, where: string): number | null {
  if (text === "") return null;
  const mpp = Number(text);
  if (Number.isFinite(mpp) && mpp > 0) return mpp;
  throw fail("invalid-argument", {
    where,
    expected: "mpp to be the µm per pixel of the slide, a number above 0",
    got: `\`${text}\``,
  });
}
