// Slides, answers and maps with known places and numbers, for the viewer's tests: three pieces of tissue on a slide of
// 40,000 x 30,000 pixels at 0.25 µm/px, two models, and slides that have no µm/px, no answer, or many namesakes.
import type { ActivationMap, SlideOverlay, SlidePrediction } from "../../src/classify/index.ts";
import { USUAL_RULES } from "../../src/cutting/index.ts";
import { type RgbImage, rgbImage } from "../../src/pixels/index.ts";
import type { AnswerView, ModelView, SlideRow, SlideView } from "../../web/library.ts";

export const WIDTH = 40_000;
export const HEIGHT = 30_000;
export const MPP = 0.25;
const TILE = 512;

export const CLASSES = ["Abnormal", "Normal", "Sprue"] as const;
export const TEACHER: ModelView = { id: "m1", name: "teacher 10x", classes: CLASSES, mpp: 1 };
export const STUDENT: ModelView = { id: "m2", name: "student 1.25x", classes: CLASSES, mpp: 8 };
export const MODELS = [TEACHER, STUDENT];

/** Pieces of tissue: ellipses in pixels of level 0. */
export const PIECES = [
  { x: 12_000, y: 13_500, rx: 7_000, ry: 8_000 },
  { x: 29_000, y: 9_500, rx: 6_000, ry: 5_000 },
  { x: 27_500, y: 23_000, rx: 8_500, ry: 3_600 },
];

/** Probabilities of the teacher and of the student, by slide. */
const SHARES: Readonly<Record<string, readonly [readonly number[], readonly number[] | null]>> = {
  s1: [
    [0.12, 0.07, 0.81],
    [0.2, 0.1, 0.7],
  ],
  s2: [
    [0.55, 0.4, 0.05],
    [0.3, 0.65, 0.05],
  ],
  s10: [[0.02, 0.97, 0.01], null],
};

const TRUTHS: Readonly<Record<string, string>> = { s1: "Sprue", s2: "Normal" };

/** The table: `count` slides more than the four with a purpose. */
export function tableRows(count = 0): SlideRow[] {
  const rows = [row("s1", "Slide 1"), row("s2", "Slide 2"), row("s10", "Slide 10")];
  rows.push({ ...row("s3", "Slide 3"), problem: "The slide states no µm per pixel. Pass --mpp." });
  const more = Array.from({ length: count }, (_, i) => row(`x${i}`, `Other ${i + 1}`));
  return [...rows, ...more];
}

function row(id: string, name: string): SlideRow {
  const answers = (SHARES[id] ?? []).flatMap((shares, i): AnswerView[] =>
    shares === null ? [] : [answerView(MODELS[i]!, shares)],
  );
  const [a, b] = answers.map(({ probabilities }) => probabilities);
  const apart = a === undefined || b === undefined ? null : distance(a, b);
  return { id, name, truth: TRUTHS[id] ?? null, answers, disagreement: apart, problem: null };
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + Math.abs(value - b[k]!), 0) / 2;
}

function answerView(model: ModelView, probabilities: readonly number[]): AnswerView {
  const label = model.classes[probabilities.indexOf(Math.max(...probabilities))]!;
  return { model: model.id, label, probabilities, pieces: PIECES.length, tissueArea: 21.6 };
}

/** A slide as it is opened; `s10` states no µm per pixel. */
export function slideView(id: string): SlideView | null {
  const found = tableRows(500).find((one) => one.id === id);
  if (found === undefined) return null;
  const mpp = id === "s10" ? null : { x: MPP, y: MPP };
  const facts = [
    { name: "Format", value: "generated" },
    { name: "Size", value: `${WIDTH} x ${HEIGHT} px` },
  ];
  return { id, name: found.name, width: WIDTH, height: HEIGHT, mpp, objective: 40, tileSize: TILE, facts };
}

/** A model's record of a slide; `null` where it has none. */
export function prediction(id: string, modelId: string): SlidePrediction | null {
  const shares = SHARES[id]?.[modelId === TEACHER.id ? 0 : 1] ?? null;
  const model = MODELS.find((one) => one.id === modelId);
  if (shares === null || model === undefined) return null;
  const { label } = answerView(model, shares);
  return {
    format: "lowmag-prediction-1",
    slide: id,
    facts: {
      format: "generated",
      vendor: "",
      width: WIDTH,
      height: HEIGHT,
      levels: 8,
      mpp: { x: MPP, y: MPP },
      mppSource: "file",
      objective: 40,
      bounds: null,
      decoder: "none",
    },
    model: { ...model, architecture: "resnet-small", hash: "0f".repeat(32), rules: null },
    engine: "none",
    rules: USUAL_RULES,
    slideRule: { kind: "mean" },
    answer: { label, probabilities: shares },
    truth: TRUTHS[id] ?? null,
    pieces: PIECES.map((piece, i) => ({
      number: i + 1,
      box: { left: piece.x - piece.rx, top: piece.y - piece.ry, width: 2 * piece.rx, height: 2 * piece.ry },
      width: 400,
      height: 400,
      tissueArea: (Math.PI * piece.rx * piece.ry * MPP ** 2) / 1e6,
      tissue: Math.PI / 4,
      pen: 0,
      blur: 2,
      blurred: i === 2,
      label: i === 1 ? "Normal" : label,
      probabilities: i === 1 ? [0.1, 0.75, 0.15] : shares,
      logits: [0, 0, 0],
      seconds: 0.1,
    })),
    tissueArea: 21.6,
    seconds: { opening: 0.1, reading: 1, finding: 0.2, computing: 0.4, writing: 0.1, total: 1.8 },
    notes: ["The slide was made by a formula."],
  };
}

/** What is drawn: one map per piece, whose probability of class k grows to the right, differently for each model. */
export function overlay(id: string, modelId: string): SlideOverlay | null {
  if (prediction(id, modelId) === null) return null;
  const cell = 32 * (modelId === TEACHER.id ? 4 : 32);
  return {
    classes: CLASSES,
    maps: PIECES.map((_, i) => activation(i, cell)),
    outlines: PIECES.map((piece, i) => ({
      piece: i + 1,
      polygons: [{ outer: Float64Array.from(outline(piece)), holes: [] }],
    })),
  };
}

function outline({ x, y, rx, ry }: (typeof PIECES)[number]): number[] {
  return Array.from({ length: 120 }, (_, i) => (i / 120) * 2 * Math.PI).flatMap((angle) => [
    x + rx * Math.cos(angle),
    y + ry * Math.sin(angle),
  ]);
}

function activation(index: number, cell: number): ActivationMap {
  const { x, y, rx, ry } = PIECES[index]!;
  const columns = Math.ceil((2 * rx) / cell);
  const rows = Math.ceil((2 * ry) / cell);
  const covered = new Uint8Array(columns * rows);
  const values = new Uint8Array(3 * columns * rows);
  for (let i = 0; i < columns * rows; i++) {
    const u = ((i % columns) + 0.5) / columns;
    const v = (Math.floor(i / columns) + 0.5) / rows;
    covered[i] = (2 * u - 1) ** 2 + (2 * v - 1) ** 2 < 1.05 ? 1 : 0;
    const sprue = u * (0.7 + 0.3 * Math.sin(9 * v + index));
    values[i] = Math.round(255 * (1 - sprue) * v);
    values[columns * rows + i] = Math.round(255 * (1 - sprue) * (1 - v));
    values[2 * columns * rows + i] = Math.round(255 * sprue);
  }
  const [left, top] = [x - rx, y - ry];
  return { piece: index + 1, left, top, cellWidth: cell, cellHeight: cell, columns, rows, covered, values };
}

/** A tile of the pyramid; `null` outside it. */
export function tile(level: number, column: number, row: number): RgbImage | null {
  const step = 2 ** (16 - level);
  const width = Math.min(TILE, Math.ceil(WIDTH / step) - column * TILE);
  const height = Math.min(TILE, Math.ceil(HEIGHT / step) - row * TILE);
  if (level > 16 || width < 1 || height < 1) return null;
  return picture(width, height, step, column * TILE * step, row * TILE * step);
}

export function thumbnail(): RgbImage {
  return picture(400, 300, WIDTH / 400, 0, 0);
}

/** One colour for four pixels: quick, and fine enough for what is looked at. */
function picture(width: number, height: number, step: number, left: number, top: number): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let j = 0; j < height; j += 2) {
    const row = 3 * width * j;
    for (let i = 0; i < width; i += 2) {
      const colour = colourAt(left + (i + 1) * step, top + (j + 1) * step);
      data.set(colour, row + 3 * i);
      if (i + 1 < width) data.set(colour, row + 3 * i + 3);
    }
    if (j + 1 < height) data.copyWithin(row + 3 * width, row, row + 3 * width);
  }
  return rgbImage(width, height, data);
}

const WHITE = [243, 241, 244] as const;

function colourAt(x: number, y: number): readonly [number, number, number] {
  const inside = PIECES.some(
    (piece) => ((x - piece.x) / piece.rx) ** 2 + ((y - piece.y) / piece.ry) ** 2 < 1,
  );
  if (!inside) return WHITE;
  const waves = Math.sin(x / 331 + 2 * Math.sin(y / 900)) * Math.sin(y / 263 + Math.sin(x / 700));
  const nuclei = Math.sin(x / 23) * Math.sin(y / 19) > 0.72 ? 1 : 0;
  const dark = 0.5 + 0.5 * waves;
  return [228 - 60 * dark - 70 * nuclei, 168 - 70 * dark - 60 * nuclei, 200 - 30 * dark - 20 * nuclei];
}
