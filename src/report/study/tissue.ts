// Tissue on which student and teacher disagree: as cards on the page, and as a figure that stands alone.
import type { StudyEvaluation } from "../../evaluate/index.ts";
import { csvText } from "../csv.ts";
import { type Panel, panelSvg, roleMark, text } from "../drawing.ts";
import { tissuePicture, type Witnesses } from "../examples.ts";
import { formatFixed, formatMpp } from "../format.ts";
import type { ExampleView } from "../input.ts";
import { type Markup, markup, shorten } from "../markup.ts";
import { COLOURS } from "../palette.ts";
import { type Arm, armOf, cellWords } from "./arms.ts";
import { COLUMN, type Figure } from "./figure.ts";
import type { StudyExample } from "./input.ts";

/** The networks of the study as those who answered. */
export function cellWitnesses(evaluation: StudyEvaluation): Witnesses {
  const find = (id: string) => evaluation.cells.find((cell) => cell.id === id);
  return {
    classes: evaluation.classes,
    order: evaluation.cells.map(({ id }) => id),
    who({ model }) {
      const cell = find(model);
      if (cell === undefined) return markup`${model}`;
      const arm = armOf(evaluation, cell);
      return markup`<span class="icon">${markIcon(arm)}</span><bdi>${cellWords(evaluation, cell)}</bdi>`;
    },
  };
}

function markIcon({ name, style }: Arm): Markup {
  return panelSvg({ width: 18, height: 18, description: name, body: roleMark(9, 9, style, 5.5) });
}

/** The examples as a figure. */
export function disagreementFigure(evaluation: StudyEvaluation, examples: readonly StudyExample[]): Figure {
  const shown = examples.filter(({ views }) => views.length > 0);
  const rows = shown.flatMap(({ image, label, patient, seed, views }) =>
    views.map((view) => [
      ...[image, patient, label, seed, view.model, view.mpp, view.predicted],
      ...evaluation.classes.map((_, index) => view.probabilities[index] ?? null),
    ]),
  );
  const seeds = [...new Set(shown.map(({ seed }) => seed))];
  return {
    name: "disagreement",
    title: "Where student and teacher disagree",
    caption: `Test images that student and teacher call differently, each as both saw it, at the same physical size, with what each said and the probability it gave (${seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(", ")}`}).`,
    panels: shown.map((example) => examplePanel(evaluation, example)),
    size: "column",
    key: [],
    csv: csvText(
      [
        "image",
        "patient",
        "label",
        "seed",
        "cell",
        "mpp",
        "predicted",
        ...evaluation.classes.map((name) => `p(${name})`),
      ],
      rows,
    ),
  };
}

function examplePanel(evaluation: StudyEvaluation, example: StudyExample): Panel {
  const views = example.views.slice(0, 2);
  const width = (COLUMN - 12) / 2;
  const tallest = Math.max(...views.map((view) => (width * view.height) / view.width));
  const cards = views.map((view, index) => {
    const x = index * (width + 12);
    return markup`<g transform="translate(${x} 34)">${tissuePicture(view, width).body}</g>${captionOf(evaluation, example, view, x, 34 + tallest)}`;
  });
  const said = views.map(({ model, predicted }) => `${model} says ${predicted}`).join(", ");
  return {
    width: COLUMN,
    height: 34 + tallest + 54,
    description: `Tissue of class ${example.label}: ${said}`,
    body: markup`${text(0, 12, `True class: ${shorten(example.label, 34)}`, { size: 12, bold: true })}${text(0, 26, shorten(example.image, 58), { size: 10, colour: COLOURS.muted })}${cards}`,
  };
}

function captionOf(
  evaluation: StudyEvaluation,
  example: StudyExample,
  view: ExampleView,
  x: number,
  y: number,
): Markup {
  const cell = evaluation.cells.find(({ id }) => id === view.model);
  const name = cell === undefined ? view.model : cell.arm;
  const given = view.probabilities[evaluation.classes.indexOf(view.predicted)] ?? null;
  const verdict = view.predicted === example.label ? "right" : "wrong";
  return markup`${text(x, y + 15, shorten(`${name}, ${formatMpp(view.mpp)}`, 28), { size: 10.5, colour: COLOURS.muted })}${text(x, y + 30, `${shorten(view.predicted, 20)} ${formatFixed(given, 2)}`, { size: 11.5, bold: true })}${text(x, y + 44, verdict, { size: 10.5, colour: COLOURS.muted })}`;
}
