// Slides with drawn tissue and networks that answer by rule, so that a test knows what must come out.

import { cellsAlong } from "../../src/classify/activation-map.ts";
import type { ModelFacts, NetworkAnswer, SlideNetwork } from "../../src/classify/index.ts";
import type { PixelSize, RgbImage } from "../../src/pixels/index.ts";
import { createSlide, type Slide, type SlideContent } from "../../src/slide/index.ts";
import { type MemoryOptions, memoryContent, type TileRequest } from "../support/memory-slide.ts";

/** A disc in µm. */
export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** What is drawn. */
export interface DrawnSlide {
  /** Of level 0, in pixels. */
  readonly width: number;
  readonly height: number;
  /** µm per pixel of level 0. */
  readonly mpp: number;
  /** Level-0 pixels per pixel of each level. */
  readonly downsamples?: readonly number[];
  readonly tissue: readonly Disc[];
  /** Darker spots in the tissue. */
  readonly dark?: readonly Disc[];
  readonly content?: Partial<SlideContent>;
  readonly memory?: MemoryOptions;
}

/** A slide of pink discs on white glass, and the tiles that were asked for. */
export function tissueSlide(drawn: DrawnSlide): { slide: Slide; requests: TileRequest[] } {
  const { width, height, mpp, downsamples = [1] } = drawn;
  const images = downsamples.map((by) =>
    drawOnce(drawn, Math.round(width / by), Math.round(height / by), mpp * by),
  );
  const memory = { mpp: { x: mpp, y: mpp }, tileWidth: 64, tileHeight: 64, ...drawn.memory };
  const { content, requests } = memoryContent(images, memory);
  return { slide: createSlide({ ...content, ...drawn.content }), requests };
}

const drawings = new Map<string, RgbImage>();

function drawOnce(drawn: DrawnSlide, width: number, height: number, mpp: number): RgbImage {
  const key = JSON.stringify([drawn.tissue, drawn.dark, width, height, mpp]);
  const image = drawings.get(key) ?? draw(drawn, width, height, mpp);
  drawings.set(key, image);
  return image;
}

const GLASS = [245, 245, 245];
const PINK = [215, 120, 185];
const DARK = [90, 30, 120];

function draw({ tissue, dark = [] }: DrawnSlide, width: number, height: number, mpp: number): RgbImage {
  const inside = (discs: readonly Disc[], x: number, y: number) =>
    discs.some((disc) => Math.hypot((x + 0.5) * mpp - disc.x, (y + 0.5) * mpp - disc.y) < disc.radius);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      const isTissue = inside(tissue, x, y);
      const colour = isTissue ? (inside(dark, x, y) ? DARK : PINK) : GLASS;
      const grain = isTissue ? (3 * x + 5 * y) % 7 : 0;
      for (let c = 0; c < 3; c++) data[at + c] = colour[c]! + grain;
    }
  return { width, height, data };
}

/** A model of no weights. */
export function modelFacts(changes: Partial<ModelFacts> = {}): ModelFacts {
  const classes = ["Light", "Dark"];
  return { name: "by rule", architecture: "none", classes, mpp: 8, hash: "ab12", rules: null, ...changes };
}

/** A network by rule, and every batch that it was given. */
export interface RuleNetwork extends SlideNetwork {
  readonly batches: (readonly RgbImage[])[];
}

/** A network whose answer is made of each image. */
export function ruleNetwork(
  answer: (image: RgbImage) => NetworkAnswer,
  changes: Partial<ModelFacts> = {},
  onRun: (images: readonly RgbImage[]) => void = () => undefined,
): RuleNetwork {
  const batches: (readonly RgbImage[])[] = [];
  return {
    model: modelFacts(changes),
    engine: "by rule",
    batches,
    async run(images) {
      onRun(images);
      batches.push(images);
      return images.map(answer);
    },
    close: async () => undefined,
  };
}

/** The answer of fixed probabilities, everywhere the same. */
export function constantAnswer(
  { width, height }: PixelArea,
  probabilities: readonly number[],
): NetworkAnswer {
  const columns = cellsAlong(width);
  const rows = cellsAlong(height);
  const cells = columns * rows;
  const places = Float32Array.from({ length: probabilities.length * cells }, (_, i) => {
    return probabilities[Math.floor(i / cells)]!;
  });
  const logits = Float32Array.from(probabilities, (p) => Math.log(p));
  return { probabilities: Float32Array.from(probabilities), logits, columns, rows, places };
}

type PixelArea = Pick<RgbImage, "width" | "height">;

/**
 * The answer of a network that sees darkness: at each place, how dark the image is around the pixel that the place is
 * centred on. Written from the geometry of strided convolutions, not from the code under test.
 */
export function darknessAnswer({ width, height, data }: RgbImage): NetworkAnswer {
  const columns = Math.floor((width - 1) / 32) + 1;
  const rows = Math.floor((height - 1) / 32) + 1;
  const places = new Float32Array(2 * columns * rows);
  let mean = 0;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const dark = darknessAround(data, width, height, 32 * j, 32 * i);
      places[i * columns + j] = 1 - dark;
      places[columns * rows + i * columns + j] = dark;
      mean += dark / (columns * rows);
    }
  const probabilities = Float32Array.of(1 - mean, mean);
  return { probabilities, logits: Float32Array.of(0, mean), columns, rows, places };
}

const REACH = 12;

function darknessAround(data: Uint8Array, width: number, height: number, x: number, y: number): number {
  let [sum, count] = [0, 0];
  for (let v = Math.max(0, y - REACH); v <= Math.min(height - 1, y + REACH); v++)
    for (let u = Math.max(0, x - REACH); u <= Math.min(width - 1, x + REACH); u++) {
      sum += 1 - data[3 * (v * width + u) + 1]! / 255;
      count++;
    }
  return sum / count;
}

/** µm per pixel as a size. */
export function square(mpp: number): PixelSize {
  return { x: mpp, y: mpp };
}
