// The blur score: rises with a Gaussian's width, means µm at any resolution, and is calibrated on real tissue.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../src/image/index.ts";
import { type RgbImage, resampleArea } from "../../src/pixels/index.ts";
import { blurLimit, blurScore } from "../../src/tissue/index.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { noise, picture } from "./support.ts";

/** Nuclei and fibres with sharp edges, at 0.5 µm/px. */
const sharp = picture(320, 320, (x, y) => {
  const [cellX, cellY] = [Math.floor(x / 24), Math.floor(y / 24)];
  const radius = 6 + 3 * noise(cellX, cellY, 7);
  const nucleus = Math.hypot((x % 24) - 12 - 2 * noise(cellX, cellY, 8), (y % 24) - 12) < radius;
  const fibre = Math.sin((x + 0.6 * y) / 9) > 0.3;
  return nucleus ? [90, 60, 140] : fibre ? [205, 140, 180] : [232, 190, 215];
});

const blurred = (image: RgbImage, sigma: number): RgbImage => (sigma === 0 ? image : gaussian(image, sigma));

describe("blurScore", () => {
  it("rises with the width of a Gaussian blur", () => {
    const scores = [0, 1, 2, 3, 4, 6].map((sigma) => blurScore(blurred(sharp, sigma / 0.5), 0.5)!);
    for (const [i, score] of scores.slice(1).entries()) expect(score).toBeGreaterThan(scores[i]!);
    expect(scores[0]).toBeLessThan(1);
  });

  it("is near the width in µm once that is above a pixel", () => {
    for (const sigma of [2, 3, 4]) {
      const score = blurScore(blurred(sharp, sigma / 0.5), 0.5)!;
      expect(score / sigma).toBeGreaterThan(0.65);
      expect(score / sigma).toBeLessThan(1.3);
    }
  });

  it("means the same at 0.5 and at 1 µm/px", () => {
    for (const sigma of [0, 2, 4]) {
      const fine = blurred(sharp, sigma / 0.5);
      const coarse = resampleArea(fine, 160, 160);
      expect(blurScore(coarse, 1)! / blurScore(fine, 0.5)!).toBeCloseTo(1, 1);
    }
  });

  it("does not take the edge of painted white, or of a mask, for a sharp one", () => {
    const soft = blurred(sharp, 6);
    const whole = blurScore(soft, 0.5)!;
    const painted = { ...soft, data: soft.data.slice() };
    const mask = new Uint8Array(320 * 320);
    for (let k = 0; k < mask.length; k++) {
      mask[k] = k % 320 < 200 ? 1 : 0;
      if (mask[k] === 0) painted.data.fill(255, 3 * k, 3 * k + 3);
    }
    expect(blurScore(painted, 0.5)! / whole).toBeCloseTo(1, 1);
    expect(
      blurScore({ ...painted, data: painted.data.map((v) => (v === 255 ? 0 : v)) }, 0.5, mask)! / whole,
    ).toBeCloseTo(1, 1);
  });

  it("says nothing about bare glass or a picture of a few pixels", () => {
    const glass = picture(200, 200, (x, y) => [240 + Math.round(noise(x, y)), 240, 240]);
    expect(blurScore(glass, 1)).toBeNull();
    expect(blurScore(resampleArea(sharp, 12, 12), 1)).toBeNull();
    expect(blurScore(sharp, 0.5, new Uint8Array(320 * 320))).toBeNull();
  });

  it("refuses a mask of another size and a pixel size of 0", () => {
    expect(() => blurScore(sharp, 0.5, new Uint8Array(3))).toThrow("a mask of 320 x 320 pixels");
    expect(() => blurScore(sharp, 0)).toThrow("expected µm per pixel above 0, got 0");
  });
});

const folder = realData("tiles/osteosarcoma");

describe.skipIf(folder === null)(`real tissue at 1 µm/px (${NO_REAL_DATA})`, () => {
  const files = folder === null ? [] : readdirSync(folder, { recursive: true, encoding: "utf8" });
  const chosen = files
    .filter((file) => file.endsWith(".jpg"))
    .sort()
    .filter((_, i) => i % 20 === 3);

  it("is below the limit when sharp, above it when blurred by 4 µm, and rises in between", async () => {
    expect(chosen.length).toBeGreaterThanOrEqual(2);
    for (const file of chosen) {
      const { image } = await decodeImage(readFileSync(`${folder}/${file}`), { name: file });
      const part = crop(image, 300, 300, 256);
      const scores = [0, 2, 4].map((sigma) => blurScore(blurred(part, sigma), 1)!);
      expect(scores[0], file).toBeLessThan(blurLimit(1));
      expect(scores[1]).toBeGreaterThan(scores[0]!);
      expect(scores[2], file).toBeGreaterThan(blurLimit(1));
      expect(scores[2]).toBeGreaterThan(scores[1]!);
    }
  });
});

function crop(image: RgbImage, left: number, top: number, size: number): RgbImage {
  return picture(size, size, (x, y) => {
    const k = 3 * ((top + y) * image.width + left + x);
    return [image.data[k]!, image.data[k + 1]!, image.data[k + 2]!];
  });
}

/** A Gaussian blur by its definition, cut at four standard deviations, mirrored at the border. */
function gaussian(image: RgbImage, sigma: number): RgbImage {
  const radius = Math.ceil(4 * sigma);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mirrored = (i: number, size: number) => {
    const j = i < 0 ? -1 - i : i >= size ? 2 * size - 1 - i : i;
    return Math.max(0, Math.min(size - 1, j));
  };
  const pass = (source: Float64Array, size: number, step: number, lines: number, lineStep: number) => {
    const out = new Float64Array(source.length);
    for (let line = 0; line < lines; line++)
      for (let i = 0; i < size; i++)
        for (let channel = 0; channel < 3; channel++) {
          let sum = 0;
          for (let w = 0; w < weights.length; w++)
            sum +=
              weights[w]! * source[3 * (line * lineStep + mirrored(i + w - radius, size) * step) + channel]!;
          out[3 * (line * lineStep + i * step) + channel] = sum / total;
        }
    return out;
  };
  const { width, height } = image;
  const rows = pass(Float64Array.from(image.data), width, 1, height, width);
  const data = Uint8Array.from(pass(rows, height, width, width, 1), (value) => Math.round(value));
  return { width, height, data };
}
