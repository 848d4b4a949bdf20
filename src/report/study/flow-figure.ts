// The flow of exclusions, after STARD and CONSORT: what was read, what was left out and why, how the rest was split, and
// what each part was used for.
import type { Exclusion, StudyRecord } from "../../evaluate/index.ts";
import { csvText } from "../csv.ts";
import type { Panel } from "../drawing.ts";
import { formatCount } from "../format.ts";
import { markup } from "../markup.ts";
import { COLUMN, type Figure } from "./figure.ts";
import { arrow, type Box, bottomOf, branches, drawBox, makeBox } from "./flow-boxes.ts";

const GUTTER = 34;

/** How the parts of the data are called and used. */
export const PARTS: Readonly<Record<string, readonly [name: string, use: string]>> = {
  train: ["Training", "learned from, with labels where an arm uses them"],
  val: ["Validation", "chose checkpoints and settings, fitted temperatures"],
  test: ["Test", "kept for the final evaluation"],
  unlabelled: ["Unlabelled tissue", "learned from by distilled students, without labels"],
};

/** Draws the flow. */
export function flowFigure(record: StudyRecord): Figure {
  return {
    name: "flow",
    title: "Flow of images",
    caption: "What was read, what was left out and why, and what each part was used for.",
    panels: [flowPanel(record)],
    size: "column",
    key: [],
    csv: flowCsv(record),
  };
}

/** The parts in order; no unlabelled tissue where there is none. */
export function partsOf({ data }: StudyRecord): string[] {
  const found = Object.keys(data.counts).filter(
    (name) => name !== "unlabelled" || data.counts[name]!.images > 0,
  );
  const known = Object.keys(PARTS).filter((name) => found.includes(name));
  return [...known, ...found.filter((name) => !known.includes(name))];
}

/** "320 images of 40 patients". */
export function countWords(images: number, patients: number | null): string {
  const of =
    patients === null
      ? "patients not known"
      : `${formatCount(patients)} ${patients === 1 ? "patient" : "patients"}`;
  return `${formatCount(images)} ${images === 1 ? "image" : "images"}${patients === null ? `, ${of}` : ` of ${of}`}`;
}

/** "412 images: blurred". */
export function exclusionWords({ unit, count, reason }: Exclusion): string {
  return `${formatCount(count)} ${count === 1 ? unit.replace(/s$/, "") : unit}: ${reason}`;
}

function flowPanel(record: StudyRecord): Panel {
  const { counts, exclusions } = record.data;
  const used = Object.values(counts).reduce((sum, { images }) => sum + images, 0);
  const out = exclusions.filter(({ unit }) => unit === "images").reduce((sum, { count }) => sum + count, 0);
  // Hidden labels leave their images in; how many images a slide or a patient had is not known.
  const others = exclusions.some(({ unit }) => unit !== "images" && unit !== "labels");
  const read = makeBox([0, 0], COLUMN, [
    `Images read: ${others ? "at least " : ""}${formatCount(used + out)}`,
  ]);
  const left =
    exclusions.length === 0 ? ["Nothing was left out"] : ["Left out", ...exclusions.map(exclusionWords)];
  const side = makeBox([70, bottomOf(read) + 18], COLUMN - 70, left);
  const kept = makeBox([0, bottomOf(side) + 18], COLUMN, [
    `Used: ${formatCount(used)} ${used === 1 ? "image" : "images"}`,
  ]);
  const split = splitBoxes(record, bottomOf(kept) + 16);
  const boxes = [read, side, kept, ...split];
  const words = boxes.map(({ rows, quiet }) => [...rows, ...quiet].join(", "));
  const [stem, branch] = [35, side.y + 16];
  return {
    width: COLUMN,
    height: Math.max(...boxes.map(bottomOf)) + 2,
    description: `Flow of images. ${words.join(". ")}.`,
    body: markup`${arrow([stem, bottomOf(read)], [stem, kept.y])}${arrow([stem, branch], [side.x, branch])}${branches(kept, split, COLUMN / 2)}${boxes.map(drawBox)}`,
  };
}

/** The parts of the data, two in a row. */
function splitBoxes(record: StudyRecord, top: number): Box[] {
  const width = (COLUMN - GUTTER) / 2;
  const names = partsOf(record);
  const boxes: Box[] = [];
  let y = top;
  for (let index = 0; index < names.length; index += 2) {
    const row = names
      .slice(index, index + 2)
      .map((name, place) => partBox(record, name, [place * (width + GUTTER), y], width));
    const height = Math.max(...row.map((own) => own.height));
    boxes.push(...row.map((own) => ({ ...own, height })));
    y += height + 14;
  }
  return boxes;
}

function partBox({ data }: StudyRecord, name: string, place: readonly [number, number], width: number): Box {
  const { images, patients, byClass } = data.counts[name]!;
  const [title, use] = Object.hasOwn(PARTS, name) ? PARTS[name]! : [name, ""];
  const classes = Object.entries(byClass)
    .filter(([, count]) => name !== "unlabelled" || count > 0)
    .map(([label, count]) => `${label} ${formatCount(count)}`);
  const shown =
    classes.length > 10 ? [...classes.slice(0, 9), `and ${classes.length - 9} more classes`] : classes;
  return makeBox(place, width, [title, countWords(images, patients), ...shown], use);
}

function flowCsv(record: StudyRecord): string {
  const { data } = record;
  const excluded = data.exclusions.map(({ unit, count, reason, examples }) => [
    "left out",
    unit,
    count,
    null,
    reason,
    examples.join("; "),
  ]);
  const parts = partsOf(record).flatMap((name) => {
    const { images, patients, byClass } = data.counts[name]!;
    return [
      [name, "images", images, patients, "", ""],
      ...Object.entries(byClass).map(([label, count]) => [name, "images", count, null, `class ${label}`, ""]),
    ];
  });
  return csvText(["part", "unit", "count", "patients", "reason", "examples"], [...excluded, ...parts]);
}
