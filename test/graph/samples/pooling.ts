// Samples of max-pooling and of bringing one map to the size of another.
import { operators, type WindowAttributes } from "../../../src/graph/index.ts";
import {
  distinct,
  exactly,
  fewDifferent,
  map,
  normal,
  positions,
  type Sample,
  type SampleInput,
} from "./sample.ts";

const WINDOWS: readonly WindowAttributes[] = [
  { kernel: [3, 3], strides: [2, 2], pads: [1, 1] },
  { kernel: [2, 2], strides: [2, 2], pads: [0, 0] },
  { kernel: [3, 2], strides: [1, 2], pads: [1, 0] },
];
const SIZES = [
  [1, 3, 8, 8],
  [2, 3, 7, 8],
  [1, 2, 8, 7],
  [2, 2, 7, 7],
  [1, 4, 2, 2],
  [2, 1, 1, 1],
  [1, 2, 1, 6],
] as const;

const pooled = WINDOWS.flatMap((attributes) => {
  const fits = (length: number, axis: number): boolean =>
    length + 2 * attributes.pads[axis]! >= attributes.kernel[axis]!;
  return SIZES.filter(([, , h, w]) => fits(h, 0) && fits(w, 1)).map((dims) => ({
    label: `${attributes.kernel.join("x")} s${attributes.strides.join("x")} on [${dims.join(", ")}]`,
    attributes,
    x: map(dims, distinct),
  }));
});

type Dims = [number, number, number, number];

/** Few different numbers, so that many windows hold their maximum twice: the first one counts. */
const withTies = pooled.map(({ label, attributes, x }) => ({
  label: `${label}, with ties`,
  attributes,
  x: map(x.dims as Dims, fewDifferent),
}));

/** From a map's size to another's: equal, smaller by whole and fractional ratios, and larger. */
const RESIZES = [
  [
    [5, 5],
    [3, 3],
  ],
  [
    [4, 4],
    [4, 4],
  ],
  [
    [7, 5],
    [4, 2],
  ],
  [
    [4, 4],
    [2, 2],
  ],
  [
    [2, 2],
    [1, 1],
  ],
  [
    [1, 1],
    [1, 1],
  ],
  [
    [13, 9],
    [5, 4],
  ],
  [
    [32, 6],
    [5, 1],
  ],
  [
    [3, 2],
    [7, 5],
  ],
  [
    [1, 1],
    [4, 3],
  ],
] as const;

function resized(draw: typeof normal): { readonly label: string; readonly inputs: readonly SampleInput[] }[] {
  return RESIZES.map(([from, to]) => ({
    label: `${from.join("x")} to ${to.join("x")}`,
    inputs: [map([2, 3, ...from], draw), map([2, 2, ...to], normal, "like")],
  }));
}

export const pooling = {
  MaxPool: pooled.map(({ label, attributes, x }): Sample<"MaxPool"> => ({ label, attributes, inputs: [x] })),
  MaxPoolGradient: [...pooled, ...withTies].map(({ label, attributes, x }): Sample<"MaxPoolGradient"> => {
    const [y, indices] = operators.MaxPool.reference([x], attributes);
    const dims = indices!.dims as [number, number, number, number];
    const dy = map(dims, normal, "y");
    const maxima = map(dims, exactly([...y!.data]), "y");
    return { label, attributes, inputs: [dy, positions(dy, indices!.data), x, maxima] };
  }),
  AdaptiveMaxPoolLike: resized(distinct).map(
    (s): Sample<"AdaptiveMaxPoolLike"> => ({ ...s, attributes: {} }),
  ),
  ResizeBicubicLike: resized(normal).map((s): Sample<"ResizeBicubicLike"> => ({ ...s, attributes: {} })),
};
