// The flow of exclusions, after STARD and CONSORT: what was read, what was left out and why, how the rest was split, and
// what each part was used for.
import type { Exclusion, StudyRecord } from "../../evaluate/index.ts";
import { csvText } from "../csv.ts";
import { line, type Panel, text } from "../drawing.ts";
import { formatCount, joinWords } from "../format.ts";
import { type Markup, markup } from "../markup.ts";
import { COLOURS } from "../palette.ts";
import { COLUMN, type Figure } from "./figure.ts";
import { wrapText } from "./wrap.ts";

const SIZE = 11;
const LINE = 14.5;
const PAD = 8;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly lines: readonly string[];
}

/** How the parts of the data are called and used. */
export const PARTS: Readonly<Record<string, readonly [name: string, use: string]>> = {
  train: ["Training", "learned from, with labels where an arm uses them"],
  val: ["Validation", "chose checkpoints and settings, fitted temperatures"],
  test: ["Test", "read once, by every chosen network"],
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

/** The parts in order; those that the record has. */
export function partsOf({ data }: StudyRecord): string[] {
  const known = Object.keys(PARTS);
  return [
    ...known.filter((name) => Object.hasOwn(data.counts, name)),
    ...Object.keys(data.counts).filter((name) => !known.includes(name)),
  ];
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
  const others = exclusions.some(({ unit }) => unit !== "images");
  const read = box(0, 0, COLUMN, [`Images read: ${others ? "at least " : ""}${formatCount(used + out)}`]);
  const left =
    exclusions.length === 0 ? ["Nothing was left out"] : ["Left out", ...exclusions.map(exclusionWords)];
  const side = box(70, bottom(read) + 18, COLUMN - 70, left);
  const kept = box(0, bottom(side) + 18, COLUMN, [
    `Used: ${formatCount(used)} ${used === 1 ? "image" : "images"}`,
  ]);
  const width = (COLUMN - 16) / 2;
  const names = partsOf(record);
  const split: Box[] = [];
  let y = bottom(kept) + 34;
  for (let index = 0; index < names.length; index += 2) {
    const row = names
      .slice(index, index + 2)
      .map((name, place) => partBox(record, name, place * (width + 16), y, width));
    const tallest = Math.max(...row.map(({ lines }) => lines.length));
    split.push(
      ...row.map((own) => ({
        ...own,
        lines: [...own.lines, ...Array<string>(tallest - own.lines.length).fill("")],
      })),
    );
    y = bottom(split.at(-1)!) + 16;
  }
  const words = [read, side, kept, ...split].map(({ lines }) => lines.filter((row) => row !== "").join(", "));
  return {
    width: COLUMN,
    height: Math.max(y - 14, bottom(kept) + 2),
    description: `Flow of images. ${words.join(". ")}.`,
    body: markup`${arrow([
      [35, bottom(read)],
      [35, kept.y],
    ])}${arrow([
      [35, side.y + 16],
      [side.x, side.y + 16],
    ])}${branches(kept, split)}${[read, side, kept].map((own, index) => drawBox(own, index !== 1))}${split.map((own) => drawBox(own, true))}`,
  };
}

function partBox({ data }: StudyRecord, name: string, x: number, y: number, width: number): Box {
  const { images, patients, byClass } = data.counts[name]!;
  const [title, use] = Object.hasOwn(PARTS, name) ? PARTS[name]! : [name, ""];
  const classes = Object.entries(byClass).map(([label, count]) => `${label} ${formatCount(count)}`);
  const shown =
    classes.length > 10 ? [...classes.slice(0, 9), `and ${classes.length - 9} more classes`] : classes;
  return box(x, y, width, [title, countWords(images, patients), ...shown, use]);
}

function box(x: number, y: number, width: number, content: readonly string[]): Box {
  const lines = content.flatMap((row) => (row === "" ? [] : wrapText(row, width - 2 * PAD, SIZE)));
  return { x, y, width, lines };
}

function bottom({ y, lines }: Box): number {
  return y + 2 * PAD + lines.length * LINE - 3;
}

function drawBox(own: Box, boldHead: boolean): Markup {
  const { x, y, width, lines } = own;
  const rows = lines.map((row, index) =>
    text(x + PAD, y + PAD + 9 + index * LINE, row, {
      size: SIZE,
      bold: index === 0 && (boldHead || lines.length > 1),
    }),
  );
  return markup`<rect x="${x + 0.75}" y="${y + 0.75}" width="${width - 1.5}" height="${bottom(own) - y - 1.5}" fill="${COLOURS.paper}" stroke="${COLOURS.muted}" stroke-width="1"/>${rows}`;
}

function arrow(points: readonly (readonly [number, number])[]): Markup {
  const [[fromX, fromY], [x, y]] = [points.at(-2)!, points.at(-1)!];
  const [dx, dy] = [Math.sign(x - fromX), Math.sign(y - fromY)];
  const head = `M${x} ${y}L${x - 6 * dx - 4 * dy} ${y - 6 * dy - 4 * dx}L${x - 6 * dx + 4 * dy} ${y - 6 * dy + 4 * dx}z`;
  return markup`${line(points, { colour: COLOURS.muted })}<path d="${head}" fill="${COLOURS.muted}"/>`;
}

/** From the used images to each part of the first row; further rows hang below the first. */
function branches(kept: Box, split: readonly Box[]): Markup {
  const firstRow = split.filter(({ y }) => y === split[0]!.y);
  const from = bottom(kept);
  return markup`${firstRow.map(({ x, y, width }) =>
    arrow([
      [x + width / 2, from],
      [x + width / 2, y],
    ]),
  )}${split
    .filter(({ y }) => y !== firstRow[0]!.y)
    .map(({ x, width, y }) =>
      line(
        [
          [x + width / 2, y - 16],
          [x + width / 2, y],
        ],
        { colour: COLOURS.muted },
      ),
    )}`;
}

function flowCsv(record: StudyRecord): string {
  const { data } = record;
  const excluded = data.exclusions.map(({ unit, count, reason, examples }) => [
    "left out",
    unit,
    count,
    null,
    reason,
    joinWords(examples),
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
