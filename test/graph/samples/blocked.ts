// Samples whose maps fit blocks of 16 channels (and of 8 and 4): what the blocked layout lowers in its own way.
import { windowCount } from "../../../src/graph/dims.ts";
import { evaluateDim, operators, type WindowAttributes } from "../../../src/graph/index.ts";
import {
  around,
  type Draw,
  distinct,
  exactly,
  fixed,
  map,
  nonZero,
  normal,
  positions,
  rectified,
  type Sample,
} from "./sample.ts";

type Dims = readonly [number, number, number, number];

const window = (kernel: number, stride: number, pad: number): WindowAttributes => ({
  kernel: [kernel, kernel],
  strides: [stride, stride],
  pads: [pad, pad],
});

const text = (...parts: readonly unknown[]): string => parts.map((part) => JSON.stringify(part)).join(" ");

/** Every pairing of even and odd, down to one pixel, one image and more. */
const sizes = (channels: number): readonly Dims[] => [
  [1, channels, 6, 8],
  [1, channels, 5, 6],
  [2, channels, 6, 7],
  [2, channels, 7, 5],
  [1, channels, 1, 1],
  [2, channels, 1, 3],
];

const WINDOWS = [
  window(3, 1, 1),
  window(3, 2, 1),
  window(1, 2, 0),
  window(1, 1, 0),
  window(3, 1, 0),
  window(5, 2, 2),
];

const convolutions = [
  ...WINDOWS.flatMap((attributes) => sizes(16).map((x) => ({ attributes, x, outputs: 16 }))),
  { attributes: window(3, 2, 1), x: [2, 32, 5, 6] as const, outputs: 48 },
  ...sizes(3).map((x) => ({ attributes: window(7, 2, 3), x, outputs: 16 })),
].filter(({ attributes, x }) => spatial(x, attributes).every((length) => length > 0));

function spatial(x: Dims, { kernel, strides, pads }: WindowAttributes): readonly number[] {
  return [0, 1].map((i) => evaluateDim(windowCount(x[2 + i]!, 2 * pads[i]! - kernel[i]!, strides[i]!), {}));
}

function convolution({ attributes, x: dims, outputs }: (typeof convolutions)[number]) {
  const [height, width] = spatial(dims, attributes) as [number, number];
  return {
    label: text(attributes.kernel, attributes.strides, dims),
    attributes,
    x: map(dims),
    weight: fixed([outputs, dims[1], ...attributes.kernel]),
    dy: map([dims[0], outputs, height, width], normal, "y"),
  };
}

/**
 * Float32 holds 1000 to 6e-5, against a deviation of 3.3e-3 (with epsilon) that is 2% for a number. Blocks apply factor and
 * offset to the map as it is, where each is rounded once more: two or three times the error of the plain lowering. Networks
 * have no such maps: the zeros around an image alone spread a white one by a hundredth of its mean.
 */
const NEARLY_CONSTANT = around(1000, 1e-3);

const normalizations = [
  ...sizes(32).map((dims) => ({ dims, groups: 32, draw: normal, tolerance: 3e-4, gradientTolerance: 4e-4 })),
  ...sizes(32).map((dims) => ({ dims, groups: 8, draw: normal, tolerance: 3e-4, gradientTolerance: 4e-4 })),
  {
    dims: [2, 16, 8, 8] as const,
    groups: 16,
    draw: NEARLY_CONSTANT,
    tolerance: 0.2,
    gradientTolerance: 0.3,
  },
];

/** Scales of both signs, since a maximum after the normalisation must not mind; in the hard case not small or large beside. */
const scales = (channels: number, draw: Draw) =>
  fixed([channels], draw === NEARLY_CONSTANT ? nonZero : around(0, 1));

const pools = [...sizes(16)].map((dims) => ({ dims, label: text(dims) }));

export const blockedSamples = {
  Conv: convolutions.map((c): Sample<"Conv"> => {
    const { label, attributes, x, weight } = convolution(c);
    return { label, attributes, inputs: [x, weight] };
  }),
  ConvInputGradient: convolutions.map((c): Sample<"ConvInputGradient"> => {
    const { label, attributes, x, weight, dy } = convolution(c);
    return { label, attributes, inputs: [dy, weight, x] };
  }),
  ConvWeightGradient: convolutions.map((c): Sample<"ConvWeightGradient"> => {
    const { label, attributes, x, weight, dy } = convolution(c);
    return { label, attributes, inputs: [x, dy, weight] };
  }),
  GroupNormalization: normalizations.map(
    ({ dims, groups, draw, ...tolerances }): Sample<"GroupNormalization"> => ({
      label: text(dims, groups, tolerances.tolerance),
      attributes: { groups, epsilon: 1e-5 },
      inputs: [map(dims, draw), scales(dims[1], draw), fixed([dims[1]])],
      ...tolerances,
    }),
  ),
  GroupNormalizationGradient: normalizations.map(
    ({ dims, groups, draw, ...tolerances }): Sample<"GroupNormalizationGradient"> => ({
      label: text(dims, groups, tolerances.tolerance),
      attributes: { groups, epsilon: 1e-5 },
      inputs: [map(dims), map(dims, draw), scales(dims[1], draw)],
      ...tolerances,
    }),
  ),
  MaxPool: pools.map(
    ({ label, dims }): Sample<"MaxPool"> => ({
      label,
      attributes: window(3, 2, 1),
      inputs: [map(dims, distinct)],
    }),
  ),
  MaxPoolGradient: pools.flatMap(({ label, dims }): Sample<"MaxPoolGradient">[] =>
    // Rectified maps have ties: many zeros in a window.
    [distinct, rectified].map((draw, i) => {
      const attributes = window(3, 2, 1);
      const x = map(dims, draw);
      const [y, indices] = operators.MaxPool.reference([x], attributes);
      const pooled = indices!.dims as Dims;
      const [dy, maxima] = [map(pooled, normal, "y"), map(pooled, exactly([...y!.data]), "y")];
      return { label: `${label} ${i}`, attributes, inputs: [dy, positions(dy, indices!.data), x, maxima] };
    }),
  ),
  ReduceMean: [true, false].map(
    (keepDims): Sample<"ReduceMean"> => ({
      label: `${keepDims}`,
      attributes: { axes: [2, 3], keepDims },
      inputs: [map([2, 16, 5, 6])],
    }),
  ),
  Relu: [{ label: "a map", attributes: {}, inputs: [map([2, 16, 4, 5], nonZero)] }] as Sample<"Relu">[],
  ReluGradient: [
    { label: "a map", attributes: {}, inputs: [map([2, 16, 4, 5]), map([2, 16, 4, 5], rectified)] },
  ] as Sample<"ReluGradient">[],
  Add: [
    { label: "two maps", attributes: {}, inputs: [map([2, 16, 4, 5]), map([2, 16, 4, 5])] },
    {
      label: "a map and a number for each channel",
      attributes: {},
      inputs: [map([2, 16, 4, 5]), fixed([1, 16, 1, 1])],
    },
    { label: "a map and a number", attributes: {}, inputs: [map([2, 16, 4, 5]), fixed([])] },
  ] as Sample<"Add">[],
  After: [
    {
      label: "a map after another",
      attributes: {},
      inputs: [map([2, 16, 4, 5]), map([2, 3, 2, 2], normal, "z")],
    },
  ] as Sample<"After">[],
};
