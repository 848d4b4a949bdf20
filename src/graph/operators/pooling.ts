// Max-pooling with its gradient, and adaptive max-pooling to the size of another map.
import { evaluateDim } from "../dims.ts";
import type { Emitter } from "../emitter.ts";
import { referenceTensor } from "../reference.ts";
import type { Operator, ReferenceTensor, TensorType } from "../types.ts";
import { windowDims } from "./convolution.ts";
import { windowAttributes } from "./convolution-lowering.ts";
import { requireShapes } from "./shape-check.ts";

/**
 * Maximum over a sliding window; padding never wins. The second output holds, for every maximum, its flat index in x;
 * it is only computed where a gradient reads it (it makes the pooling several times slower).
 */
export const MaxPool: Operator<"MaxPool"> = {
  infer: ([x], attributes) => {
    const dims = [x!.dims[0]!, x!.dims[1]!, ...windowDims("MaxPool", x!, attributes)];
    return [
      { dtype: "float32", dims },
      { dtype: "int64", dims },
    ];
  },
  gradient: ({ inputs: [x], outputs: [y, indices], attributes, outputGradient: dy }) => [
    dy.graph.apply("MaxPoolGradient", [dy, indices!, x!, y!], attributes),
  ],
  macs: () => 0,
  reference: ([x], { kernel, strides, pads }) => {
    const [batch, channels, height, width] = x!.dims as readonly [number, number, number, number];
    const type: TensorType = { dtype: "float32", dims: x!.dims };
    const [outHeight, outWidth] = windowDims("MaxPool", type, { kernel, strides, pads }).map((dim) =>
      evaluateDim(dim, {}),
    ) as [number, number];
    const y = referenceTensor([batch, channels, outHeight, outWidth]);
    const indices = referenceTensor(y.dims);
    y.data.forEach((_, o) => {
      const [plane, p, q] = [
        Math.floor(o / (outHeight * outWidth)),
        Math.floor(o / outWidth) % outHeight,
        o % outWidth,
      ];
      let best = -1;
      for (let row = p * strides[0] - pads[0]; row < p * strides[0] - pads[0] + kernel[0]; row++)
        for (let column = q * strides[1] - pads[1]; column < q * strides[1] - pads[1] + kernel[1]; column++) {
          if (row < 0 || column < 0 || row >= height || column >= width) continue;
          const index = (plane * height + row) * width + column;
          if (best < 0 || x!.data[index]! > x!.data[best]!) best = index;
        }
      y.data[o] = x!.data[best]!;
      indices.data[o] = best;
    });
    return [y, indices];
  },
  lower: ({ emitter, inputs, attributes, outputUsed }) =>
    emitter.nodeAll("MaxPool", inputs, windowAttributes(attributes), outputUsed[1] ? 2 : 1),
};

/**
 * Puts each number of dy at its index in a tensor of zeros shaped like x, adding where windows overlap. Where a device has
 * no indices, the maxima y and x tell the same: the index is that of the window's first number equal to its maximum.
 */
export const MaxPoolGradient: Operator<"MaxPoolGradient"> = {
  infer: ([, , x]) => [{ dtype: "float32", dims: x!.dims }],
  flatInputs: [1, 2, 3],
  gradient: { none: "second derivatives through max-pooling are not offered" },
  macs: () => 0,
  reference: ([dy, indices, x]) => {
    const dx = referenceTensor(x!.dims);
    dy!.data.forEach((value, i) => {
      dx.data[indices!.data[i]!]! += value;
    });
    return [dx];
  },
  lower: ({ emitter, inputs: [dy, indices, x] }) => {
    const shape = emitter.node("Shape", [x!]);
    const zeros = emitter.node("ConstantOfShape", [emitter.node("ReduceProd", [shape], { keepdims: 1 })]);
    const flat = (value: string): string => emitter.node("Reshape", [value, emitter.ints(-1)]);
    const scattered = emitter.node("ScatterElements", [zeros, flat(indices!), flat(dy!)], {
      axis: 0,
      reduction: "add",
    });
    return [emitter.node("Reshape", [scattered, shape])];
  },
};

/**
 * Adaptive max-pooling of x [N, C, H, W] to the height and width of the second input: bin i of h covers rows
 * floor(i*H/h) .. ceil((i+1)*H/h) (exclusive), as PyTorch's adaptive_max_pool2d.
 */
export const AdaptiveMaxPoolLike: Operator<"AdaptiveMaxPoolLike"> = {
  infer: ([x, like]) => {
    const maps = x!.dims.length === 4 && like!.dims.length === 4;
    requireShapes(maps, "AdaptiveMaxPoolLike", "two maps [N, C, H, W]", [x!, like!]);
    return [{ dtype: "float32", dims: [x!.dims[0]!, x!.dims[1]!, like!.dims[2]!, like!.dims[3]!] }];
  },
  flatInputs: [1],
  gradient: { none: "it resizes a frozen teacher's map" },
  macs: () => 0,
  reference: ([x, like]) => [adaptiveAxis(adaptiveAxis(x!, 2, like!.dims[2]!), 3, like!.dims[3]!)],
  lower: ({ emitter, inputs: [x, like] }) => {
    const rows = lowerAdaptiveAxis(emitter, x!, like!, 2);
    return [lowerAdaptiveAxis(emitter, rows, like!, 3)];
  },
};

/** Adaptive maximum along one axis; the maximum over a rectangle is the maximum of its rows' maxima. */
function adaptiveAxis(x: ReferenceTensor, axis: number, size: number): ReferenceTensor {
  const length = x.dims[axis]!;
  const inner = x.dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const out = referenceTensor(x.dims.map((dim, a) => (a === axis ? size : dim)));
  out.data.forEach((_, o) => {
    const [outer, bin, rest] = [Math.floor(o / (inner * size)), Math.floor(o / inner) % size, o % inner];
    let best = Number.NEGATIVE_INFINITY;
    for (let i = Math.floor((bin * length) / size); i < Math.ceil(((bin + 1) * length) / size); i++)
      best = Math.max(best, x.data[(outer * length + i) * inner + rest]!);
    out.data[o] = best;
  });
  return out;
}

/**
 * Along one axis: gather every bin's members (short bins repeat their last one) and take the maximum.
 * Bin widths differ by at most one, so width = floor(H/h) + 2 always covers them.
 */
function lowerAdaptiveAxis(emitter: Emitter, x: string, like: string, axis: number): string {
  const one = emitter.int(1);
  const lengthOf = (value: string): string =>
    emitter.node("Gather", [emitter.node("Shape", [value]), emitter.int(axis)]);
  const [length, size] = [lengthOf(x), lengthOf(like)];
  const bins = emitter.node("Range", [emitter.int(0), size, one]);
  const start = emitter.node("Div", [emitter.node("Mul", [bins, length]), size]);
  const nextTimesLength = emitter.node("Mul", [emitter.node("Add", [bins, one]), length]);
  const last = emitter.node("Div", [emitter.node("Sub", [nextTimesLength, one]), size]);
  const width = emitter.node("Add", [emitter.node("Div", [length, size]), emitter.int(2)]);
  const offsets = emitter.node("Range", [emitter.int(0), width, one]);
  const column = (value: string): string => emitter.node("Unsqueeze", [value, emitter.ints(1)]);
  const members = emitter.node("Min", [emitter.node("Add", [column(start), offsets]), column(last)]);
  const gathered = emitter.node("Gather", [x, members], { axis });
  return emitter.node("ReduceMax", [gathered, emitter.ints(axis + 1)], { keepdims: 0 });
}
