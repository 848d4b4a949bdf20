// Confusion matrices: counts, and percentages of the true class (the row).
import { type Panel, rectangle, text, withTitle } from "./drawing.ts";
import { formatPercent } from "./format.ts";
import { type Markup, markup, NOTHING, shorten } from "./markup.ts";
import { COLOURS } from "./palette.ts";
import { HEAD_HEIGHT, panelHead, type Topic } from "./panel-head.ts";

/** Counts, [true class][predicted class]. */
type Matrix = readonly (readonly number[])[];

/** Draws a confusion matrix; rows are the true classes. */
export function confusionPanel(topic: Topic, matrix: Matrix, classes: readonly string[]): Panel {
  const cell = cellSize(classes.length);
  const slanted = classes.length > 3;
  const labels = classes.map((name) => wrapLabel(name, slanted ? 16 : 11, slanted ? 1 : 2));
  const longest = Math.max(...labels.flat().map((label) => [...label].length));
  const margin = 32 + longest * 6.5;
  const top = HEAD_HEIGHT + (slanted ? 26 + longest * 4.7 : 58);
  const size = cell * classes.length;
  const width = Math.max(margin + size + (slanted ? longest * 4.7 : 4), 250);
  const heads = labels.map((label, index) => {
    const middle = margin + (index + 0.5) * cell;
    const side = top + (index + 0.5) * cell + 4 - (label.length - 1) * 6.5;
    return [
      slanted
        ? text(middle, top - 8, label[0]!, { size: 11.5, rotate: -45 })
        : label.map((row, place) =>
            text(middle, top - 8 - 13 * (label.length - 1 - place), row, { size: 11.5, anchor: "middle" }),
          ),
      label.map((row, place) => text(margin - 8, side + 13 * place, row, { size: 11.5, anchor: "end" })),
    ];
  });
  const titles = [
    text(margin + size / 2, HEAD_HEIGHT + 14, "predicted", {
      size: 11,
      colour: COLOURS.muted,
      anchor: "middle",
    }),
    text(8, top + size / 2, "true", { size: 11, colour: COLOURS.muted, anchor: "middle", rotate: -90 }),
  ];
  const cells = matrix.map((row, truth) =>
    row.map((count, predicted) => {
      const x = margin + predicted * cell;
      return drawCell(
        x,
        top + truth * cell,
        cell,
        count,
        row,
        `${classes[truth]!} called ${classes[predicted]!}`,
      );
    }),
  );
  return {
    width,
    height: top + size + 8,
    description: describe(topic, matrix, classes),
    body: markup`${panelHead(topic, width)}${slanted ? titles[1]! : titles}${heads}${cells}`,
  };
}

/** A class name on at most `rows` rows of `length` characters, broken after a space, hyphen or underscore. */
function wrapLabel(name: string, length: number, rows: number): string[] {
  const clean = name.replace(/\s+/g, " ");
  if (rows === 1 || [...clean].length <= length) return [shorten(clean, length)];
  const characters = [...clean];
  const breaks = characters.flatMap((character, index) =>
    /[ _\-/]/.test(character) && index < length && index > 0 ? index + 1 : [],
  );
  const at = breaks.at(-1) ?? length - 1;
  const first = characters.slice(0, at).join("").trim();
  return [breaks.length > 0 ? first : `${first}-`, shorten(characters.slice(at).join("").trim(), length)];
}

function cellSize(classes: number): number {
  if (classes <= 3) return 66;
  if (classes <= 5) return 52;
  return classes <= 12 ? 34 : Math.max(12, Math.floor(400 / classes));
}

function drawCell(
  x: number,
  y: number,
  cell: number,
  count: number,
  row: readonly number[],
  words: string,
): Markup {
  const total = row.reduce((sum, value) => sum + value, 0);
  const share = total === 0 ? 0 : count / total;
  const colour = share > 0.78 ? COLOURS.heatText : COLOURS.ink;
  const middle = x + cell / 2;
  const large = cell >= 50;
  const figures =
    cell < 26 || (!large && count === 0)
      ? NOTHING
      : markup`${text(middle, y + cell / 2 + (large ? -1 : 0), `${count}`, { size: large ? 16 : 11.5, anchor: "middle", colour, bold: true })}${text(
          middle,
          y + cell / 2 + (large ? 16 : 11),
          total === 0 ? "n/a" : formatPercent(share),
          { size: large ? 11.5 : 9, anchor: "middle", colour },
        )}`;
  const percentage = total === 0 ? "no image of this class" : `${formatPercent(share)} of ${total}`;
  return withTitle(
    `${words}: ${count} (${percentage})`,
    rectangle(x + 1, y + 1, cell - 2, cell - 2, COLOURS.rule, 0.45),
    rectangle(x + 1, y + 1, cell - 2, cell - 2, COLOURS.heat, Number((share * 0.95).toFixed(3))),
    figures,
  );
}

function describe({ name, detail }: Topic, matrix: Matrix, classes: readonly string[]): string {
  const rows = classes.map((truth, index) => {
    const row = matrix[index]!;
    const calls = classes.map((other, place) => `${row[place]!} ${other}`).join(", ");
    return `true ${truth}: ${calls}`;
  });
  return `Confusion matrix of ${name} (${detail}). ${rows.join("; ")}.`;
}
