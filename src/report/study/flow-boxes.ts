// Boxes of text and the arrows between them, for the flow diagram.
import { line, text } from "../drawing.ts";
import { type Markup, markup, NOTHING } from "../markup.ts";
import { COLOURS } from "../palette.ts";
import { wrapText } from "./wrap.ts";

const SIZE = 11;
const LINE = 14.5;
const PAD = 8;

type Point = readonly [x: number, y: number];

/** A box; its first row is its heading. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly string[];
  /** Under the rows, in a quieter colour. */
  readonly quiet: readonly string[];
}

/** A box as tall as its text needs, or taller. */
export function makeBox(place: Point, width: number, rows: readonly string[], quiet = ""): Box {
  const wrap = (words: string) => (words === "" ? [] : wrapText(words, width - 2 * PAD, SIZE));
  const own = { rows: rows.flatMap(wrap), quiet: wrap(quiet) };
  const height = 2 * PAD + (own.rows.length + own.quiet.length) * LINE - 3;
  return { x: place[0], y: place[1], width, height, ...own };
}

/** Where a box ends. */
export function bottomOf({ y, height }: Box): number {
  return y + height;
}

/** Draws a box. */
export function drawBox({ x, y, width, height, rows, quiet }: Box): Markup {
  const drawn = [...rows, ...quiet].map((row, index) =>
    text(x + PAD, y + PAD + 9 + index * LINE, row, {
      size: SIZE,
      bold: index === 0,
      colour: index < rows.length ? COLOURS.ink : COLOURS.muted,
    }),
  );
  return markup`<rect x="${x + 0.75}" y="${y + 0.75}" width="${width - 1.5}" height="${height - 1.5}" fill="${COLOURS.paper}" stroke="${COLOURS.muted}" stroke-width="1"/>${drawn}`;
}

/** A straight arrow. */
export function arrow(from: Point, to: Point): Markup {
  const [dx, dy] = [Math.sign(to[0] - from[0]), Math.sign(to[1] - from[1])];
  const corner = (side: number) => `${to[0] - 6 * dx - 4 * side * dy} ${to[1] - 6 * dy - 4 * side * dx}`;
  const head = `M${to[0]} ${to[1]}L${corner(1)}L${corner(-1)}z`;
  return markup`${line([from, to], { colour: COLOURS.muted })}<path d="${head}" fill="${COLOURS.muted}"/>`;
}

/** From one box down a trunk between two columns, with a branch to each box of either column. */
export function branches(from: Box, to: readonly Box[], trunk: number): Markup {
  if (to.length === 0) return NOTHING;
  const level = ({ y }: Box) => y + 18;
  const end = Math.max(...to.map(level));
  const stem = line(
    [
      [trunk, bottomOf(from)],
      [trunk, end],
    ],
    { colour: COLOURS.muted },
  );
  const arms = to.map((box) =>
    arrow([trunk, level(box)], [box.x < trunk ? box.x + box.width : box.x, level(box)]),
  );
  return markup`${stem}${arms}`;
}
