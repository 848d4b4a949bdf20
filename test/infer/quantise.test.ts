import { describe, expect, it } from "vitest";
import { Session } from "../../src/engine/index.ts";
import { activationRanges, exportOnnx, runMetadata } from "../../src/infer/index.ts";
import type { Model } from "../../src/models/index.ts";
import { type RgbImage, writePlanes } from "../../src/pixels/index.ts";
import { softmax } from "../../src/stats/index.ts";
import { readOnnx } from "../graph/onnx-reader.ts";
import { finishedRun, picture } from "./fixtures.ts";

const run = finishedRun();
const { model } = run;

async function* several(...images: RgbImage[]): AsyncGenerator<RgbImage> {
  yield* images;
}

async function logitsOf(onnx: Uint8Array, image: RgbImage): Promise<number[]> {
  const session = await Session.create(onnx);
  const data = new Float32Array(3 * image.width * image.height);
  writePlanes(image, data);
  const outputs = await session.run({ image: { dims: [1, 3, image.height, image.width], data } });
  await session.release();
  return [...(outputs.logits!.data as Float32Array)];
}

/** The model with every convolution's weights rounded to 127 steps either side of 0, per output channel. */
function roundedByHand(): Model {
  const state = new Map(model.state);
  for (const [name, { dims, data }] of model.state) {
    if (dims.length !== 4) continue;
    const length = data.length / dims[0]!;
    const rounded = Float32Array.from(data);
    for (let start = 0; start < data.length; start += length) {
      const scale = Math.max(...data.slice(start, start + length).map(Math.abs)) / 127;
      for (let i = start; i < start + length; i++) rounded[i] = Math.round(data[i]! / scale) * scale;
    }
    state.set(name, { dims, data: rounded });
  }
  return { ...model, state };
}

describe("weights in 8 bits", () => {
  const small = exportOnnx(model, runMetadata(run), "weights");

  it("make the file a quarter as large, and keep what it says of itself", () => {
    const large = exportOnnx(model, runMetadata(run));
    expect(small.length / large.length).toBeLessThan(0.27);
    expect(readOnnx(small).metadata).toEqual(readOnnx(large).metadata);
    expect(readOnnx(small).outputs).toEqual(readOnnx(large).outputs);
  });

  it("answer as float32 does with weights rounded by hand", async () => {
    const image = picture(96, 80, 3);
    const [own, byHand] = [await logitsOf(small, image), await logitsOf(exportOnnx(roundedByHand()), image)];
    own.forEach((value, k) => {
      expect(value).toBeCloseTo(byHand[k]!, 4);
    });
    expect(own).not.toEqual(await logitsOf(exportOnnx(model), image));
  });

  it("leave the classifier of class activation as it is", () => {
    const { initializers } = readOnnx(small);
    expect(initializers.has("placeWeight")).toBe(true);
    expect(initializers.get("conv1.weight:int8")!.length).toBe(32 * 3 * 7 * 7);
    expect(initializers.has("conv1.weight")).toBe(false);
  });
});

describe("convolutions in 8 bits", () => {
  it("know the ranges of what goes into them over all images", async () => {
    const white: RgbImage = { width: 40, height: 40, data: new Uint8Array(4800).fill(255) };
    const black: RgbImage = { width: 64, height: 32, data: new Uint8Array(6144) };
    const ranges = await activationRanges(model, several(white, black));
    const { mean, std } = model.description;
    const [stem] = [...ranges.values()];
    expect(stem!.low).toBeCloseTo(Math.min(...mean.map((m, i) => -m / std[i]!)), 4);
    expect(stem!.high).toBeCloseTo(Math.max(...mean.map((m, i) => (1 - m) / std[i]!)), 4);
    // 12 convolutions; an image that stages share is seen once.
    expect(ranges.size).toBeGreaterThan(12);
  });

  it("answer nearly as float32 does, by 8-bit products", async () => {
    const images = [picture(96, 96, 1), picture(128, 96, 2)];
    const onnx = exportOnnx(model, runMetadata(run), await activationRanges(model, several(...images)));
    expect(onnx.length).toBeLessThan(1_400_000);
    const { nodes } = readOnnx(onnx);
    const count = (name: string) => nodes.filter(({ operator }) => operator === name).length;
    expect(count("QuantizeLinear")).toBeGreaterThanOrEqual(count("Conv"));
    for (const image of images) {
      const [own, exact] = [await logitsOf(onnx, image), await logitsOf(exportOnnx(model), image)];
      softmax(own).forEach((value, k) => {
        expect(Math.abs(value - softmax(exact)[k]!)).toBeLessThan(0.02);
      });
      expect(own).not.toEqual(exact);
    }
  });

  it("want an image to see ranges of", async () => {
    await expect(activationRanges(model, several())).rejects.toThrow(/expected at least one image/);
  });
});
