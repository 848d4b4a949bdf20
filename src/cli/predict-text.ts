// What `predict` answers or would be asked, in words and as a table for other programs.
import { relative } from "node:path";
import type { PredictResult } from "../api/index.ts";
import { formatTable } from "./table.ts";

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** The answers as CSV: what stands on standard output where nothing is written. */
export function answersCsv({ classes, slides }: PredictResult): string {
  const header = ["image", "predicted", ...classes.map((name) => `probability: ${name}`)];
  const rows = slides.map(({ path, answer }) => [
    shortPath(path),
    answer?.label ?? "",
    ...(answer?.probabilities ?? []).map((probability) => probability.toFixed(6)),
  ]);
  return [header, ...rows].map((cells) => cells.map(csvCell).join(",")).join("\n");
}

/** A path below the working folder as people write it. */
function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}

/** Quotes what CSV needs quoted; a text that a spreadsheet would run as a formula gets an apostrophe in front. */
function csvCell(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A folder of results: counts, what to look at, and where it is. */
export function resultsText(result: PredictResult): string {
  const { slides, kept, waiting, failures, files, threshold } = result;
  const again = kept > 0 ? ` (${kept} finished before)` : "";
  const pieces = slides.reduce((sum, slide) => sum + slide.pieces, 0);
  const area = slides.reduce((sum, slide) => sum + slide.tissueArea, 0);
  return [
    `${plural(slides.length, "slide")}${again}, ${plural(pieces, "piece")}, ${area.toFixed(2)} mm² of tissue`,
    ...(slides.length === 0 ? [] : [labelsText(result)]),
    ...(threshold === null ? [] : [thresholdText(threshold)]),
    ...(failures.length > 0 ? [`${plural(failures.length, "slide")} set aside: see ${files?.failures}`] : []),
    ...(waiting > 0 ? [`${plural(waiting, "slide")} of other shards not done yet`] : []),
    ...slideNotes(result),
    `Page:   ${files?.report}`,
    `Tables: ${files?.slides}, ${files?.predictions}`,
    "For research use only.",
  ].join("\n");
}

function labelsText({ classes, slides }: PredictResult): string {
  const counts = classes.map((name) => [name, slides.filter(({ answer }) => answer?.label === name).length]);
  return counts.map(([name, count]) => `${name}: ${count}`).join(", ");
}

function thresholdText(threshold: NonNullable<PredictResult["threshold"]>): string {
  const { positive, threshold: value, n, positives, sensitivity, specificity } = threshold;
  return `Threshold for ${positive}: ${value.toFixed(4)}, chosen on ${plural(n, "slide")} (${positives} ${positive}): sensitivity ${sensitivity.toFixed(3)}, specificity ${specificity.toFixed(3)} there`;
}

/** More notes than this are in the records. */
const MOST_NOTES = 10;

function slideNotes({ slides, out }: PredictResult): string[] {
  const about = new Map<string, string[]>();
  for (const { slide, notes: own } of slides)
    for (const note of own) about.set(note, [...(about.get(note) ?? []), slide]);
  const notes = [...about].map(([note, [first, ...others]]) =>
    others.length === 0 ? `Note: ${first}: ${note}` : `Note: ${1 + others.length} slides: ${note}`,
  );
  if (notes.length <= MOST_NOTES) return notes;
  const rest = notes.length - MOST_NOTES;
  return [...notes.slice(0, MOST_NOTES), `${rest} more notes: see ${out}/slides/*/prediction.json`];
}

/** A dry run: a line per slide and what it would come to. */
export function outlookText({ slides, failures, model }: PredictResult): string {
  const header = ["slide", "µm/px", "mm²", "pieces", "largest", "megapixels"];
  const rows = slides.map(({ slide, mpp, tissueArea, pieces, largest, pixels }) => [
    slide,
    `${Number(mpp.toPrecision(4))}`,
    tissueArea.toFixed(2),
    `${pieces}`,
    `${largest.width} x ${largest.height}`,
    (pixels / 1e6).toFixed(2),
  ]);
  const pieces = slides.reduce((sum, slide) => sum + slide.pieces, 0);
  const pixels = slides.reduce((sum, slide) => sum + slide.pixels, 0);
  return [
    ...(rows.length === 0 ? [] : [formatTable(header, rows), ""]),
    `${plural(slides.length, "slide")}, ${plural(pieces, "piece")} at ${model.mpp} µm/px, ${(pixels / 1e6).toFixed(1)} megapixels`,
    ...failures.map(({ path, reason }) => `Set aside (${reason}): ${path}`),
    "Nothing was classified and nothing was written (--dry-run).",
  ].join("\n");
}
