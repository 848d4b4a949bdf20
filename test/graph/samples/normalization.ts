// Samples of group and batch normalisation, with maps of one pixel and nearly constant ones (the white of a slide).
import { around, type Draw, exactly, fixed, map, positive, type Sample } from "./sample.ts";

interface NormalizationCase {
  readonly label: string;
  readonly dims: readonly [number, number, number, number];
  readonly groups: number;
  readonly draw?: Draw;
  readonly tolerance?: number;
  readonly gradientTolerance?: number;
}

const CASES: readonly NormalizationCase[] = [
  { label: "a group for each channel", dims: [1, 4, 5, 4], groups: 4 },
  { label: "a group for each channel, two images", dims: [2, 4, 3, 3], groups: 4 },
  { label: "channels share groups", dims: [1, 8, 4, 5], groups: 2 },
  { label: "channels share groups, three images", dims: [3, 6, 3, 2], groups: 3 },
  { label: "one group", dims: [2, 3, 4, 4], groups: 1 },
  // Without any variance the divisor is sqrt(epsilon): rounding errors of float32 come out 316 times as large.
  { label: "one pixel, a group for each channel", dims: [2, 4, 1, 1], groups: 4, tolerance: 2e-4 },
  { label: "one pixel, channels share groups", dims: [2, 8, 1, 1], groups: 2 },
  {
    label: "a constant image",
    dims: [1, 4, 3, 3],
    groups: 4,
    draw: (count) => new Array<number>(count).fill(1),
    tolerance: 2e-4,
  },
  // Float32 holds 1000 to 6e-5 and its mean no better: against a deviation of 3.3e-3 (with epsilon) that is 2% for each
  // number, several times that for the largest of many, and more once it is summed into a gradient.
  {
    label: "a nearly constant image",
    dims: [2, 4, 8, 8],
    groups: 4,
    draw: around(1000, 1e-3),
    tolerance: 0.1,
    gradientTolerance: 0.2,
  },
  {
    label: "a nearly constant image, shared groups",
    dims: [2, 4, 8, 8],
    groups: 2,
    draw: around(1000, 1e-3),
    tolerance: 0.1,
    gradientTolerance: 0.2,
  },
];

const tolerances = ({ tolerance, gradientTolerance }: NormalizationCase) => ({
  ...(tolerance === undefined ? {} : { tolerance }),
  ...(gradientTolerance === undefined ? {} : { gradientTolerance }),
});

export const normalization = {
  GroupNormalization: CASES.map(
    (c): Sample<"GroupNormalization"> => ({
      label: c.label,
      attributes: { groups: c.groups, epsilon: 1e-5 },
      inputs: [map(c.dims, c.draw), fixed([c.dims[1]], positive), fixed([c.dims[1]])],
      ...tolerances(c),
    }),
  ),
  GroupNormalizationGradient: CASES.map(
    (c): Sample<"GroupNormalizationGradient"> => ({
      label: c.label,
      attributes: { groups: c.groups, epsilon: 1e-5 },
      inputs: [map(c.dims), map(c.dims, c.draw), fixed([c.dims[1]], positive)],
      ...tolerances(c),
    }),
  ),
  BatchNormalization: [
    {
      label: "two images",
      attributes: { epsilon: 1e-5 },
      inputs: [map([2, 3, 4, 5]), fixed([3], positive), fixed([3]), fixed([3]), fixed([3], positive)],
    },
    {
      label: "a variance of zero",
      attributes: { epsilon: 1e-5 },
      inputs: [map([1, 2, 1, 1]), fixed([2]), fixed([2]), fixed([2]), fixed([2], exactly([0, 1]))],
    },
  ] satisfies readonly Sample<"BatchNormalization">[],
};
