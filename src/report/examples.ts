// Example tissue: one image as each model sees it, at the same physical size, with what each model said of it.
import type { EvaluationRecord } from "../evaluate/index.ts";
import { roleIcon } from "./cells.ts";
import { FONT_FAMILY } from "./drawing.ts";
import { formatFixed, formatMagnification, formatMpp, NOT_AVAILABLE } from "./format.ts";
import type { ExampleTissue, ExampleView } from "./input.ts";
import { Markup, markup, NOTHING } from "./markup.ts";
import { ROLES, sameMpp } from "./roles.ts";
import { roundStep } from "./scale.ts";

/** Width of a picture in the units of its drawing. */
const PICTURE = 240;

/** Whose answers are shown: the classes, and how the one who answered is called. */
export interface Witnesses {
  readonly classes: readonly string[];
  /** Names of models, in the order in which their answers are listed. */
  readonly order: readonly string[];
  who(view: ExampleView): Markup;
}

/** The models of a record. */
export function modelWitnesses(record: EvaluationRecord): Witnesses {
  const find = (name: string) => record.models.find((model) => model.name === name);
  return {
    classes: record.classes,
    order: record.models.map(({ name }) => name),
    who({ model: name }) {
      const model = find(name);
      return model === undefined
        ? markup`${name === "" ? NOT_AVAILABLE : name}`
        : markup`${roleIcon(model)}<abbr title="${model.name}">${ROLES[model.role].one}</abbr>`;
    },
  };
}

/** All examples; nothing where there are none. */
export function exampleSection(witnesses: Witnesses, examples: readonly ExampleTissue[]): Markup {
  const drawn = examples
    .filter(({ views }) => views.length > 0)
    .map((example) => drawExample(witnesses, example));
  return drawn.length === 0 ? NOTHING : markup`<div class="examples">${drawn}</div>`;
}

function drawExample(witnesses: Witnesses, example: ExampleTissue): Markup {
  const patient =
    example.patient === null ? NOTHING : markup` <span class="quiet">· patient ${example.patient}</span>`;
  const cards = groupByMpp(example.views).map((views) => drawCard(witnesses, example, views));
  return markup`<article class="example"><h3><span class="quiet">True class</span> <span class="name">${example.label}</span></h3><p class="quiet source"><span class="name">${example.image}</span>${patient}</p><div class="cards">${cards}</div></article>\n`;
}

/** Views of one resolution share a picture. From fine to coarse. */
function groupByMpp(views: readonly ExampleView[]): ExampleView[][] {
  const groups: ExampleView[][] = [];
  for (const view of [...views].sort((a, b) => a.mpp - b.mpp)) {
    const last = groups.at(-1);
    if (last !== undefined && sameMpp(last[0]!.mpp, view.mpp)) last.push(view);
    else groups.push([view]);
  }
  return groups;
}

function drawCard(witnesses: Witnesses, example: ExampleTissue, views: readonly ExampleView[]): Markup {
  const view = views[0]!;
  const order = (name: string) => witnesses.order.indexOf(name);
  const sorted = [...views].sort((a, b) => order(a.model) - order(b.model));
  const verdicts = sorted.map((own) => drawVerdict(witnesses, example, own));
  return markup`<figure class="card">${drawPicture(example, view)}<figcaption><p class="scale"><strong>${formatMpp(view.mpp)}</strong> <span class="quiet">${formatMagnification(view.mpp)} · ${`${view.width} × ${view.height}`} px</span></p><ul class="verdicts">${verdicts}</ul></figcaption></figure>\n`;
}

/**
 * The picture with a scale bar. Pixels enlarged threefold or more are shown as squares; below that, squares of unequal
 * size would add a pattern that is not in the image.
 */
function drawPicture(example: ExampleTissue, view: ExampleView): Markup {
  const height = (PICTURE * view.height) / view.width;
  const pixelated = view.width * 3 <= PICTURE ? " pixelated" : "";
  const { body, bar } = tissuePicture(view, PICTURE);
  const description = `Tissue of class ${example.label} at ${formatMpp(view.mpp)}, with a scale bar of ${bar}`;
  return markup`<svg class="tissue${pixelated}" viewBox="0 0 ${PICTURE} ${height}" role="img" aria-label="${description}" font-family="${FONT_FAMILY}">${body}</svg>`;
}

/** A view's picture with its scale bar, `width` wide, and the bar's length in words. */
export function tissuePicture(view: ExampleView, width: number): { body: Markup; bar: string } {
  const height = (width * view.height) / view.width;
  const micrometres = view.width * view.mpp;
  const bar = scaleBar(micrometres / 3.2);
  const length = (bar / micrometres) * width;
  const label = bar >= 1000 ? `${bar / 1000} mm` : `${bar} µm`;
  const base = height - 10;
  const data = Buffer.from(view.jpeg.buffer, view.jpeg.byteOffset, view.jpeg.byteLength).toString("base64");
  const body = markup`<image href="data:image/jpeg;base64,${data}" width="${width}" height="${height}" preserveAspectRatio="none"/><rect x="10" y="${base - 5}" width="${length}" height="5" fill="#fff" stroke="#000" stroke-width="1"/><text x="${10 + length / 2}" y="${base - 10}" text-anchor="middle" font-size="13" font-weight="600" fill="#fff" stroke="#000" stroke-width="3" stroke-linejoin="round" paint-order="stroke">${label}</text>`;
  return { body, bar: label };
}

/** The largest of 1, 2, 5 times a power of ten that is at most `limit`, in µm. */
function scaleBar(limit: number): number {
  const up = roundStep(limit);
  return Number((up > limit * (1 + 1e-9) ? roundStep(limit / 2.5) : up).toPrecision(6));
}

function drawVerdict({ classes, who }: Witnesses, example: ExampleTissue, view: ExampleView): Markup {
  const right = view.predicted === example.label;
  const ofPredicted = view.probabilities[classes.indexOf(view.predicted)];
  const ofTrue = view.probabilities[classes.indexOf(example.label)];
  const said = `${view.predicted} ${formatFixed(ofPredicted ?? null, 2)}`;
  const instead =
    right || ofTrue === undefined
      ? NOTHING
      : markup` <span class="quiet">(true class ${formatFixed(ofTrue, 2)})</span>`;
  return markup`<li class="${right ? "right" : "wrong"}">${right ? RIGHT : WRONG}<span><span class="who">${who(view)}</span> <span class="name">${said}</span>${instead}</span></li>`;
}

// Right and wrong differ in shape and in words, not only in colour.
const RIGHT = new Markup(
  '<svg class="tick" viewBox="0 0 16 16" width="16" height="16" role="img" aria-label="right:"><circle cx="8" cy="8" r="7.5"/><path d="M4.2 8.4l2.6 2.7 5-5.6"/></svg>',
);
const WRONG = new Markup(
  '<svg class="tick" viewBox="0 0 16 16" width="16" height="16" role="img" aria-label="wrong:"><rect x="1" y="1" width="14" height="14" rx="2"/><path d="M5 5l6 6M11 5l-6 6"/></svg>',
);
