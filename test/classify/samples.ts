// A prediction and its overlay, made by hand.
import type { SlideOverlay, SlidePrediction } from "../../src/classify/index.ts";
import { USUAL_RULES } from "../../src/cutting/index.ts";

const CLASSES = ["Abnormal", "Normal", "Sprue"];

/** Two pieces on a slide with a scanned part. */
export function samplePrediction(): SlidePrediction {
  const model = { name: "student-8", architecture: "resnet10-thin-gn", classes: CLASSES, mpp: 8 };
  const shared = { pen: 0, blur: null, blurred: false, logits: [0, 1, 2.5], seconds: 0.25 };
  return {
    format: "lowmag-prediction-1",
    slide: "slide-01",
    facts: {
      format: "openslide",
      vendor: "MIRAX",
      width: 40_000,
      height: 30_000,
      levels: 6,
      mpp: { x: 0.25, y: 0.25 },
      mppSource: "vendor",
      objective: 40,
      bounds: { left: 5000, top: 4000, width: 30_000, height: 20_000 },
      decoder: "OpenSlide",
    },
    model: { ...model, hash: "ab".repeat(32), rules: { ...USUAL_RULES, margin: 50 } },
    engine: "by rule",
    rules: USUAL_RULES,
    slideRule: { kind: "mean" },
    answer: { label: "Normal", probabilities: [0.125, 0.5, 0.375] },
    truth: null,
    pieces: [
      {
        number: 1,
        box: { left: 6000, top: 5000, width: 3200, height: 3200 },
        width: 100,
        height: 100,
        tissueArea: 0.48,
        tissue: 0.75,
        label: "Normal",
        probabilities: [0.25, 0.5, 0.25],
        ...shared,
      },
      {
        number: 2,
        box: { left: 38_000, top: 28_000.5, width: 2000.25, height: 1999.5 },
        width: 63,
        height: 62,
        tissueArea: 0.16,
        tissue: 0.64,
        label: "Sprue",
        probabilities: [0, 0.5 - 2 ** -10, 0.5 + 2 ** -10],
        ...shared,
      },
    ],
    tissueArea: 0.64,
    seconds: { opening: 0.01, reading: 0.5, finding: 0.25, computing: 0.125, writing: 0, total: 1 },
    notes: ['a remark, with "quotes"'],
  };
}

/** Activation over both pieces: cells reach over the slide's edge, one of each piece is not covered. */
export function sampleOverlay(): SlideOverlay {
  const cell = 32 * 32;
  const place = (left: number, top: number) => ({
    left: left - 15.5 * 32,
    top: top - 15.5 * 32,
    cellWidth: cell,
    cellHeight: cell,
  });
  const ring = (...points: number[]) => Float64Array.from(points);
  return {
    classes: CLASSES,
    maps: [
      {
        piece: 1,
        ...place(6000, 5000),
        columns: 3,
        rows: 2,
        covered: Uint8Array.of(1, 1, 1, 1, 1, 0),
        values: Uint8Array.of(0, 51, 102, 0, 0, 0, 255, 102, 51, 0, 0, 0, 0, 102, 102, 255, 255, 255),
      },
      {
        piece: 2,
        ...place(38_000, 28_000.5),
        columns: 2,
        rows: 2,
        covered: Uint8Array.of(0, 1, 1, 1),
        values: Uint8Array.of(255, 255, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0),
      },
    ],
    outlines: [
      {
        piece: 1,
        polygons: [
          {
            outer: ring(6100, 5100, 9000, 5200.123, 8900, 8000, 6200, 7900),
            holes: [ring(7000, 6000, 7000, 6500, 7500, 6500)],
          },
          { outer: ring(6100, 8050, 6400, 8050, 6400, 8150), holes: [] },
        ],
      },
      {
        piece: 2,
        polygons: [{ outer: ring(38_100, 28_100, 39_900, 28_200, 39_000, 29_900), holes: [] }],
      },
    ],
  };
}
