// Slides and results folders for the tests of the server, made without a network: pixels and answers that a test knows.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  overlayJson,
  predictionJson,
  type SlideOverlay,
  type SlidePrediction,
} from "../../src/classify/index.ts";
import { USUAL_RULES } from "../../src/cutting/index.ts";
import { writePyramid } from "../../src/image/index.ts";
import { saveModel } from "../../src/models/index.ts";
import { finishedRun } from "../infer/fixtures.ts";

export const CLASSES = ["Abnormal", "Normal", "Sprue"];

/** The colour of a pixel of the slides made here: smooth, and different everywhere. */
export function colourAt(x: number, y: number, width: number, height: number): [number, number, number] {
  return [Math.round((200 * x) / width) + 20, Math.round((200 * y) / height) + 20, 120];
}

/** Writes a pyramid of a known picture. */
export async function makeSlide(path: string, width: number, height: number, step: 2 | 4 = 2): Promise<void> {
  await writePyramid(
    path,
    {
      width,
      height,
      mpp: { x: 0.5, y: 0.5 },
      read(left, top, wide, high) {
        const data = new Uint8Array(3 * wide * high);
        for (let y = 0, at = 0; y < high; y++)
          for (let x = 0; x < wide; x++, at += 3) data.set(colourAt(left + x, top + y, width, height), at);
        return { width: wide, height: high, data };
      },
    },
    { step, compression: { kind: "jpeg", quality: 95, chroma: "4:4:4" } },
  );
}

/** What a made answer may differ in. */
export interface AnswerChoice {
  readonly model?: string;
  readonly probabilities?: readonly number[];
  readonly truth?: string | null;
  readonly notes?: readonly string[];
  readonly width?: number;
  readonly height?: number;
}

/** An answer of one piece. */
export function madePrediction(slide: string, choice: AnswerChoice = {}): SlidePrediction {
  const { model = "student-8", probabilities = [0.7, 0.2, 0.1], truth = null, notes = [] } = choice;
  const { width = 2000, height = 1500 } = choice;
  const label = CLASSES[probabilities.indexOf(Math.max(...probabilities))]!;
  return {
    format: "lowmag-prediction-1",
    slide,
    facts: {
      format: "tiff",
      vendor: "",
      width,
      height,
      levels: 3,
      mpp: { x: 0.5, y: 0.5 },
      mppSource: "resolution-tag",
      objective: null,
      bounds: null,
      decoder: "libjpeg-turbo",
    },
    model: {
      name: model,
      architecture: "resnet10-thin-gn",
      classes: CLASSES,
      mpp: 8,
      hash: Buffer.from(model).toString("hex").padEnd(64, "0").slice(0, 64),
      rules: USUAL_RULES,
    },
    engine: "none",
    rules: USUAL_RULES,
    slideRule: { kind: "mean" },
    answer: { label, probabilities },
    truth,
    pieces: [
      {
        number: 1,
        box: { left: 100, top: 200, width: 800, height: 600 },
        width: 50,
        height: 38,
        tissueArea: 0.1,
        tissue: 0.8,
        pen: 0,
        blur: null,
        blurred: false,
        label,
        probabilities,
        logits: [1, 0, -1],
        seconds: 0.01,
      },
    ],
    tissueArea: 0.1,
    seconds: { opening: 0, reading: 0, finding: 0, computing: 0.01, writing: 0, total: 0.01 },
    notes,
  };
}

/** An overlay of 2 x 2 cells over the piece. */
export function madeOverlay(): SlideOverlay {
  return {
    classes: CLASSES,
    maps: [
      {
        piece: 1,
        left: 100,
        top: 200,
        cellWidth: 400,
        cellHeight: 300,
        columns: 2,
        rows: 2,
        covered: Uint8Array.of(1, 1, 1, 0),
        values: Uint8Array.from({ length: 12 }, (_, i) => 20 * i),
      },
    ],
    outlines: [
      { piece: 1, polygons: [{ outer: Float64Array.of(100, 200, 900, 200, 900, 800, 100, 800), holes: [] }] },
    ],
  };
}

/** One slide of a results folder. */
export interface ResultEntry extends AnswerChoice {
  /** Its name in the results. */
  readonly name: string;
  /** Its file. */
  readonly path: string;
  /** Bytes as recorded; those of the file unless told. */
  readonly bytes?: number;
}

/** Writes a results folder as `lowmag predict` does, as far as the server reads it. */
export function makeResults(folder: string, entries: readonly ResultEntry[]): void {
  mkdirSync(join(folder, "slides"), { recursive: true });
  writeFileSync(join(folder, "predict.json"), '{"format":"lowmag-predict-1"}\n');
  for (const entry of entries) {
    const own = join(folder, "slides", entry.name);
    mkdirSync(own, { recursive: true });
    const bytes = entry.bytes ?? statSync(entry.path).size;
    const source = { path: entry.path, bytes, state: "x", sha256: null };
    writeFileSync(join(own, "source.json"), JSON.stringify(source));
    writeFileSync(join(own, "prediction.json"), predictionJson(madePrediction(entry.name, entry)));
    writeFileSync(join(own, "overlay.json"), overlayJson(madeOverlay()));
  }
}

/** Writes the folder of a finished run with random weights, 2 µm per pixel. */
export async function makeRun(folder: string): Promise<void> {
  const { record, config, model } = finishedRun();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "run.json"), JSON.stringify(record));
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "log.jsonl"), "");
  await saveModel(join(folder, "model.safetensors"), model);
}
