// Two-dimensional convolution (one group, no dilation) and its two gradients. The gradients are operators of their own,
// so that each can be lowered to whatever ONNX Runtime does fast, and so that they can be differentiated again.
import { type Dim, sameDim, windowCount } from "../dims.ts";
import { referenceTensor } from "../reference.ts";
import type { Operator, ReferenceTensor, TensorType } from "../types.ts";
import type { WindowAttributes } from "./attributes.ts";
import { lowerConvInputGradient, lowerConvWeightGradient, windowAttributes } from "./convolution-lowering.ts";
import { requireShapes } from "./shape-check.ts";

/**
 * Height and width of what a sliding window makes of x [N, C, H, W].
 * @throws LowmagError `shape-mismatch` if x has another rank or is known to be smaller than the window.
 */
export function windowDims(
  where: string,
  x: TensorType,
  { kernel, strides, pads }: WindowAttributes,
): readonly Dim[] {
  requireShapes(x.dims.length === 4, where, "x [N, C, H, W]", [x]);
  const counts = [0, 1].map((i) => windowCount(x.dims[2 + i]!, 2 * pads[i]! - kernel[i]!, strides[i]!));
  const fits = counts.every((count) => typeof count !== "number" || count > 0);
  const size = `${kernel.join("x")} and its padding of ${pads.join("x")}`;
  requireShapes(fits, where, `x no smaller than the window of ${size}`, [x]);
  return counts;
}

function checkWeight(x: TensorType, weight: TensorType, { kernel }: WindowAttributes): void {
  const fits =
    x.dims.length === 4 &&
    weight.dims.length === 4 &&
    sameDim(x.dims[1]!, weight.dims[1]!) &&
    weight.dims[2] === kernel[0] &&
    weight.dims[3] === kernel[1];
  requireShapes(fits, "Conv", `x [N, C, H, W] and weights [O, C, ${kernel.join(", ")}]`, [x, weight]);
}

/** Along one axis, every meeting of a kernel position with a place of x: positions in y, in the kernel and in x. */
function meetings(x: number, y: number, kernel: number, stride: number, pad: number): readonly Meeting[] {
  return Array.from({ length: y * kernel }, (_, i): Meeting => {
    const [out, tap] = [Math.floor(i / kernel), i % kernel];
    return { out, tap, place: out * stride + tap - pad };
  }).filter(({ place }) => place >= 0 && place < x);
}

interface Meeting {
  readonly out: number;
  readonly tap: number;
  readonly place: number;
}

/** Calls `visit` for every product of the convolution with flat indices into x, weights and y. */
function forEachProduct(
  x: readonly number[],
  y: readonly number[],
  { kernel, strides, pads }: WindowAttributes,
  visit: (x: number, weight: number, y: number) => void,
): void {
  const [batch, channels, height, width] = x as [number, number, number, number];
  const [, outputs, outHeight, outWidth] = y as [number, number, number, number];
  const rows = meetings(height, outHeight, kernel[0], strides[0], pads[0]);
  const columns = meetings(width, outWidth, kernel[1], strides[1], pads[1]);
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < outputs; o++)
      for (let c = 0; c < channels; c++)
        for (const row of rows)
          for (const column of columns)
            visit(
              ((n * channels + c) * height + row.place) * width + column.place,
              ((o * channels + c) * kernel[0] + row.tap) * kernel[1] + column.tap,
              ((n * outputs + o) * outHeight + row.out) * outWidth + column.out,
            );
}

const convMacs = (weight: readonly number[], y: readonly number[]): number =>
  y[0]! * y[2]! * y[3]! * weight.reduce((product, dim) => product * dim, 1);

/** y [N, O, OH, OW] = x [N, C, H, W] convolved with weights [O, C, kh, kw]. */
export const Conv: Operator<"Conv"> = {
  infer: ([x, weight], attributes) => {
    checkWeight(x!, weight!, attributes);
    const spatial = windowDims("Conv", x!, attributes);
    return [{ dtype: "float32", dims: [x!.dims[0]!, weight!.dims[0]!, ...spatial] }];
  },
  gradient: ({ inputs: [x, weight], attributes, outputGradient: dy, wanted }) => [
    wanted[0] ? dy.graph.apply("ConvInputGradient", [dy, weight!, x!], attributes) : undefined,
    wanted[1] ? dy.graph.apply("ConvWeightGradient", [x!, dy, weight!], attributes) : undefined,
  ],
  macs: ([, weight], [y]) => convMacs(weight!, y!),
  reference: ([x, weight], attributes) => {
    const spatial = [0, 1].map(
      (i) =>
        windowCount(
          x!.dims[2 + i]!,
          2 * attributes.pads[i]! - attributes.kernel[i]!,
          attributes.strides[i]!,
        ) as number,
    );
    const y = referenceTensor([x!.dims[0]!, weight!.dims[0]!, ...spatial]);
    forEachProduct(x!.dims, y.dims, attributes, (i, w, o) => {
      y.data[o]! += x!.data[i]! * weight!.data[w]!;
    });
    return [y];
  },
  lower: ({ emitter, inputs, attributes }) => [emitter.node("Conv", inputs, windowAttributes(attributes))],
};

/** Gradient with respect to x, from (dy, weights, x); only the shape of x is read. */
export const ConvInputGradient: Operator<"ConvInputGradient"> = {
  infer: ([, , x]) => [{ dtype: "float32", dims: x!.dims }],
  flatInputs: [2],
  gradient: ({ inputs: [dy, weight], attributes, outputGradient: g, wanted }) => [
    wanted[0] ? g.graph.apply("Conv", [g, weight!], attributes) : undefined,
    wanted[1] ? g.graph.apply("ConvWeightGradient", [g, dy!, weight!], attributes) : undefined,
    undefined,
  ],
  macs: ([dy, weight]) => convMacs(weight!, dy!),
  reference: ([dy, weight, x], attributes) => {
    const dx = referenceTensor(x!.dims);
    forEachProduct(x!.dims, dy!.dims, attributes, (i, w, o) => {
      dx.data[i]! += dy!.data[o]! * weight!.data[w]!;
    });
    return [dx];
  },
  lower: lowerConvInputGradient,
};

/** Gradient with respect to the weights, from (x, dy, weights); only the shape of the weights is read. */
export const ConvWeightGradient: Operator<"ConvWeightGradient"> = {
  infer: ([, , weight]) => [{ dtype: "float32", dims: weight!.dims }],
  flatInputs: [2],
  gradient: ({ inputs: [x, dy], attributes, outputGradient: g, wanted }) => [
    wanted[0] ? g.graph.apply("ConvInputGradient", [dy!, g, x!], attributes) : undefined,
    wanted[1] ? g.graph.apply("Conv", [x!, g], attributes) : undefined,
    undefined,
  ],
  macs: ([, dy, weight]) => convMacs(weight!, dy!),
  reference: ([x, dy, weight], attributes): readonly ReferenceTensor[] => {
    const dw = referenceTensor(weight!.dims);
    forEachProduct(x!.dims, dy!.dims, attributes, (i, w, o) => {
      dw.data[w]! += x!.data[i]! * dy!.data[o]!;
    });
    return [dw];
  },
  lower: lowerConvWeightGradient,
};
