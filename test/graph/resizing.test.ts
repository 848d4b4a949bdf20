// Bringing a teacher's map to a student's size, on a small example worked out with PyTorch 1.13: adaptive_max_pool2d, and
// interpolate(mode="bicubic", align_corners=False), of X[i][j] = ((7i + 3j) mod 11) / 10 from 5x5 to 3x3.
import { describe, expect, it } from "vitest";
import { Session } from "../../src/engine/index.ts";
import { encodeOnnx, Graph, operators } from "../../src/graph/index.ts";

const FROM_PYTORCH = {
  AdaptiveMaxPoolLike: [1.0, 1.0, 0.9, 1.0, 1.0, 0.8, 1.0, 0.9, 0.8],
  ResizeBicubicLike: [0.343004, 0.435185, 0.505487, 0.377778, 0.9, 0.261111, 0.756207, 0.203704, 0.511283],
} as const;

const X = Array.from({ length: 25 }, (_, k) => ((7 * Math.floor(k / 5) + 3 * (k % 5)) % 11) / 10);

describe.each(["AdaptiveMaxPoolLike", "ResizeBicubicLike"] as const)("%s", (operator) => {
  it("agrees with PyTorch in its reference", () => {
    const x = { dims: [1, 1, 5, 5], data: Float64Array.from(X) };
    const like = { dims: [1, 1, 3, 3], data: new Float64Array(9) };
    const [y] = operators[operator].reference([x, like], {});
    FROM_PYTORCH[operator].forEach((value, i) => {
      expect(y!.data[i]).toBeCloseTo(value, 5);
    });
  });

  it("agrees with PyTorch in ONNX Runtime", async () => {
    const graph = new Graph();
    const [x, like] = [graph.input("x", [1, 1, 5, 5]), graph.input("like", [1, 1, 3, 3])];
    graph.output("y", graph.apply(operator, [x, like], {}));
    const session = await Session.create(encodeOnnx(graph));
    const { y } = await session.run({
      x: { dims: [1, 1, 5, 5], data: Float32Array.from(X) },
      like: { dims: [1, 1, 3, 3], data: new Float32Array(9) },
    });
    await session.release();
    expect(y!.dims).toEqual([1, 1, 3, 3]);
    FROM_PYTORCH[operator].forEach((value, i) => {
      expect(y!.data[i]).toBeCloseTo(value, 5);
    });
  });
});
