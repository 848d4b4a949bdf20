// Predictions of made-up slides, for tests of their page and their pictures.
import type { PiecePrediction, SlideOverlay, SlidePrediction } from "../../src/classify/index.ts";
import { USUAL_RULES } from "../../src/cutting/index.ts";
import { Generator } from "../../src/random/index.ts";
import type { PredictedSlide, PredictionPageInput } from "../../src/report/index.ts";

export const LABELS = ["Abnormal", "Normal", "Sprue"] as const;

/** What the page is to hold. */
export interface PageWish {
  readonly slides: number;
  readonly classes?: readonly string[];
  /** Changes single slides. */
  readonly change?: (slide: PredictedSlide, index: number) => PredictedSlide;
}

/** Every third slide has no known label; most others get theirs. */
export function makePredictionPage(wish: PageWish): PredictionPageInput {
  const { classes = LABELS, change = (slide) => slide } = wish;
  const random = Generator.derive(3, "prediction page");
  const slides = Array.from({ length: wish.slides }, (_, index) =>
    change(makeSlide(random, classes, index), index),
  );
  const model = {
    ...{ name: "student-8", architecture: "resnet10-thin-gn", classes, mpp: 8, hash: "0f".repeat(32) },
    rules: USUAL_RULES,
  };
  return {
    ...{ lowmag: "0.5.0", createdAt: "2026-11-20T09:30:00.000Z", model, slides, failures: [], waiting: 0 },
    ...{ engine: "onnxruntime-node 1.30.0, CPU", rules: USUAL_RULES, slideRule: { kind: "mean" } },
    pace: { slides: wish.slides, seconds: 2 * wish.slides, workers: 2 },
  };
}

function makeSlide(random: Generator, classes: readonly string[], index: number): PredictedSlide {
  const truth = random.integer(classes.length);
  const powers = classes.map((_, k) => Math.exp((k === truth ? 2.2 : 0) + random.normal(0, 1.1)));
  const total = powers.reduce((sum, value) => sum + value, 0);
  const probabilities = powers.map((value) => value / total);
  const label = classes[probabilities.indexOf(Math.max(...probabilities))]!;
  return {
    slide: `case-${String(index + 1).padStart(4, "0")}`,
    folder: `slides/case-${String(index + 1).padStart(4, "0")}`,
    answer: { label, probabilities },
    truth: index % 3 === 2 ? null : classes[truth]!,
    pieces: 1 + random.integer(9),
    tissueArea: random.uniform(2, 250),
    seconds: { opening: 0.02, reading: 0.9, finding: 0.2, computing: 0.6, writing: 0.2, total: 1.92 },
    notes: index % 9 === 4 ? ["12% of piece 2 lies under pen."] : [],
  };
}

/** A slide of 800 x 400 pixels with a square piece on either side, the left one of the first class, the right one of the second. */
export function makePrediction(): { prediction: SlidePrediction; overlay: SlideOverlay } {
  const { model, engine, rules, slideRule } = makePredictionPage({ slides: 0 });
  const pieces = [makePiece(1, 80, "Abnormal"), makePiece(2, 480, "Normal")];
  const square = (left: number) => [left + 20, 100, left + 220, 100, left + 220, 300, left + 20, 300];
  const prediction: SlidePrediction = {
    ...{ format: "lowmag-prediction-1", slide: "case-1", model, engine, rules, slideRule, pieces },
    facts: {
      ...{ format: "tiff", vendor: "", width: 800, height: 400, levels: 1, mpp: { x: 8, y: 8 } },
      ...{ mppSource: "file", objective: null, bounds: null, decoder: "" },
    },
    answer: { label: "Abnormal", probabilities: [0.6, 0.3, 0.1] },
    ...{ truth: null, tissueArea: 5.12, notes: ["a remark"] },
    seconds: { opening: 0, reading: 1, finding: 1, computing: 1, writing: 1, total: 4 },
  };
  const overlay: SlideOverlay = {
    classes: model.classes,
    maps: [
      {
        ...{ piece: 1, left: 80, top: 80, cellWidth: 240, cellHeight: 240, columns: 1, rows: 1 },
        ...{ covered: Uint8Array.of(1), values: Uint8Array.of(255, 0, 0) },
      },
    ],
    outlines: pieces.map(({ number, box }) => ({
      piece: number,
      polygons: [{ outer: Float64Array.from(square(box.left)), holes: [] }],
    })),
  };
  return { prediction, overlay };
}

function makePiece(number: number, left: number, label: string): PiecePrediction {
  return {
    ...{ number, box: { left, top: 80, width: 240, height: 240 }, width: 240, height: 240, label },
    ...{ tissueArea: 2.56, tissue: 0.69, pen: 0, blur: null, blurred: false, seconds: 1 },
    ...{ probabilities: [0.6, 0.3, 0.1], logits: [1, 0, -1] },
  };
}
