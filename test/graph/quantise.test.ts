import { describe, expect, it } from "vitest";
import { Session } from "../../src/engine/index.ts";
import {
  conv,
  encodeOnnx,
  encodeRangeObserver,
  Graph,
  relu,
  symbol,
  type ValueRange,
} from "../../src/graph/index.ts";

const [H, W] = [symbol("H"), symbol("W")];
const WEIGHTS = [64, -3, 10, 0, 7, -64, 1, 2];

/** Two output channels of a 2 x 2 window. */
function network(): Graph {
  const graph = new Graph();
  const x = graph.input("x", [1, 1, H, W]);
  const weight = graph.constant("w", Float32Array.from(WEIGHTS), [2, 1, 2, 2]);
  graph.output("y", relu(conv(x, weight, { kernel: [2, 2], strides: [1, 1], pads: [0, 0] })));
  return graph;
}

const image = Float32Array.of(0, 255, 17, 3, 100, 200, 9, 50, 31);

/** The convolution of the image, exactly, per channel. */
function byHand(): number[] {
  const places = [0, 1, 3, 4];
  return [0, 1].flatMap((channel) =>
    places.map((place) =>
      [0, 1, 3, 4].reduce((sum, step, i) => sum + image[place + step]! * WEIGHTS[4 * channel + i]!, 0),
    ),
  );
}

async function run(onnx: Uint8Array, x = image): Promise<Record<string, number[]>> {
  const session = await Session.create(onnx);
  const outputs = await session.run({ x: { dims: [1, 1, 3, 3], data: x } });
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...data].map(Number)]));
}

describe("observing ranges", () => {
  it("tells the smallest and largest number that goes into and comes out of each convolution", async () => {
    const { onnx, tensors } = encodeRangeObserver(network());
    expect(tensors[0]).toBe("x");
    const { low, high } = await run(onnx);
    expect(low).toEqual([0, Math.min(...byHand())]);
    expect(high).toEqual([255, Math.max(...byHand())]);
  });
});

describe("convolutions in 8 bits", () => {
  const encode = (input: ValueRange, output: ValueRange): Uint8Array => {
    const { tensors } = encodeRangeObserver(network());
    const ranges = new Map([
      [tensors[0]!, input],
      [tensors[1]!, output],
    ]);
    return encodeOnnx(network(), { quantisation: { kind: "convolutions", ranges } });
  };

  it("are the sums of whole products, rounded to steps of the output's range", async () => {
    const step = 256;
    const onnx = encode({ low: 0, high: 255 }, { low: -100 * step, high: 155 * step });
    const expected = byHand().map((sum) => Math.max(0, Math.min(155, Math.round(sum / step)) * step));
    const { y } = await run(onnx);
    y!.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(byHand()[i]! % step === step / 2 ? step : 0);
    });
  });

  it("cut off what lies outside the ranges that were seen", async () => {
    const onnx = encode({ low: 0, high: 255 }, { low: -255, high: 255 });
    const { y } = await run(onnx);
    expect(Math.max(...y!)).toBeLessThanOrEqual(256);
    expect(Math.max(...byHand())).toBeGreaterThan(10_000);
  });

  it("keep the zero of the padding where no number below or above it was seen", async () => {
    const onnx = encode({ low: 5, high: 255 }, { low: 0, high: 0 });
    expect((await run(onnx, new Float32Array(9))).y!.every((value) => value === 0)).toBe(true);
  });

  it("leave the weights that are to be kept", () => {
    const keep = ["w"];
    const kept = encodeOnnx(network(), { quantisation: { kind: "weights", keep } });
    expect(kept).toEqual(encodeOnnx(network()));
    expect(encodeOnnx(network(), { quantisation: { kind: "weights" } })).not.toEqual(kept);
  });
});
