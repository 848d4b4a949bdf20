// Samples of convolution and its two gradients: windows x sizes, even and odd, down to one pixel, and the two paths of
// the weight gradient (an image input of few channels is folded by space-to-depth).

import { windowCount } from "../../../src/graph/dims.ts";
import { evaluateDim, type WindowAttributes } from "../../../src/graph/index.ts";
import { fixed, map, type Sample } from "./sample.ts";

interface ConvolutionCase {
  readonly label: string;
  readonly window: WindowAttributes;
  readonly x: readonly [number, number, number, number];
  readonly outputs: number;
}

const window = (
  kernel: readonly [number, number],
  strides: readonly [number, number],
  pads: readonly [number, number],
): WindowAttributes => ({ kernel, strides, pads });

const STEM = window([7, 7], [2, 2], [3, 3]);

/** Windows of the networks and beyond: every path of the lowerings. */
const WINDOWS: readonly WindowAttributes[] = [
  window([1, 1], [1, 1], [0, 0]),
  window([1, 1], [2, 2], [0, 0]),
  window([1, 1], [1, 1], [1, 1]),
  window([3, 3], [1, 1], [1, 1]),
  window([3, 3], [2, 2], [1, 1]),
  window([3, 3], [1, 1], [0, 0]),
  window([3, 3], [3, 3], [1, 1]),
  window([3, 2], [1, 1], [1, 0]),
  window([3, 2], [2, 2], [1, 1]),
  window([3, 3], [1, 2], [1, 1]),
  window([7, 7], [1, 1], [3, 3]),
  STEM,
];

/** Kernels that an image input is folded for; without padding an odd size has a last row that no window reaches. */
const FOLDED: readonly WindowAttributes[] = [
  window([3, 3], [2, 2], [1, 1]),
  window([3, 3], [2, 2], [0, 0]),
  window([4, 4], [2, 2], [0, 0]),
  window([4, 4], [2, 2], [1, 1]),
  window([5, 3], [2, 2], [2, 0]),
];

/** [N, H, W]: every pairing of even and odd, N of one and more. */
const PARITIES = [
  [1, 6, 6],
  [2, 6, 7],
  [1, 7, 6],
  [3, 7, 7],
] as const;
/** Smaller than most kernels. */
const TINY = [
  [1, 1, 1],
  [2, 2, 1],
  [1, 3, 2],
] as const;

function cases(
  windows: readonly WindowAttributes[],
  sizes: readonly (readonly [number, number, number])[],
  channels: number,
  outputs: number,
): ConvolutionCase[] {
  return windows.flatMap((attributes) =>
    sizes
      .map(([n, h, w]) => [n, channels, h, w] as const)
      .filter((x) => spatial(x, attributes).every((length) => length > 0))
      .map((x) => ({ label: text(attributes, x, outputs), window: attributes, x, outputs })),
  );
}

const text = ({ kernel, strides, pads }: WindowAttributes, x: readonly number[], outputs: number): string =>
  `${kernel.join("x")} s${strides.join("x")} p${pads.join("x")} on [${x.join(", ")}] to ${outputs}`;

const spatial = (x: readonly number[], { kernel, strides, pads }: WindowAttributes): number[] =>
  [0, 1].map((i) => evaluateDim(windowCount(x[2 + i]!, 2 * pads[i]! - kernel[i]!, strides[i]!), {}));

const all: readonly ConvolutionCase[] = [
  ...cases(WINDOWS, [...PARITIES, ...TINY], 5, 4),
  ...cases(FOLDED, [...PARITIES, [1, 3, 3], [2, 5, 4]], 3, 2),
  // Images of 32 to 37 pixels, and of 1 to 8.
  ...cases(
    [STEM],
    [
      [1, 32, 37],
      [2, 33, 36],
      [1, 34, 35],
      [1, 35, 34],
      [1, 36, 33],
      [1, 37, 32],
      [1, 32, 32],
    ],
    3,
    2,
  ),
  ...cases(
    [STEM],
    [1, 2, 3, 4, 5, 6, 7, 8].map((h) => [1 + (h % 2), h, 9 - h] as const),
    3,
    2,
  ),
  ...cases(
    [STEM],
    [
      [1, 1, 1],
      [1, 2, 2],
      [1, 7, 7],
    ],
    3,
    2,
  ),
  ...cases(
    [WINDOWS[3]!, WINDOWS[4]!],
    [
      [2, 4, 5],
      [1, 1, 1],
    ],
    32,
    8,
  ),
];

/** The tensors of a case: x, weights, and dy (whose height and width are symbols of their own). */
function tensors({ window: attributes, x, outputs }: ConvolutionCase) {
  const [height, width] = spatial(x, attributes) as [number, number];
  return {
    x: map(x),
    weight: fixed([outputs, x[1], ...attributes.kernel]),
    dy: map([x[0], outputs, height, width], undefined, "y"),
  };
}

export const convolution = {
  Conv: all.map((c): Sample<"Conv"> => {
    const { x, weight } = tensors(c);
    return { label: c.label, attributes: c.window, inputs: [x, weight] };
  }),
  ConvInputGradient: all.map((c): Sample<"ConvInputGradient"> => {
    const { x, weight, dy } = tensors(c);
    return { label: c.label, attributes: c.window, inputs: [dy, weight, x] };
  }),
  ConvWeightGradient: all.map((c): Sample<"ConvWeightGradient"> => {
    const { x, weight, dy } = tensors(c);
    return { label: c.label, attributes: c.window, inputs: [x, dy, weight] };
  }),
};
