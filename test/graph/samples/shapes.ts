// Samples of reductions, of changes of shape, and of the matrix product.
import { fixed, map, perImage, rows, type Sample } from "./sample.ts";

type Reduction = "ReduceSum" | "ReduceMean";

function reduction<K extends Reduction>(): readonly Sample<K>[] {
  const image = map([2, 3, 4, 5]);
  return [
    { label: "height and width", attributes: { axes: [2, 3], keepDims: false }, inputs: [image] },
    { label: "height and width, kept", attributes: { axes: [2, 3], keepDims: true }, inputs: [image] },
    { label: "all but channels", attributes: { axes: [0, 2, 3], keepDims: true }, inputs: [image] },
    { label: "axes out of order", attributes: { axes: [3, 1], keepDims: false }, inputs: [image] },
    { label: "everything", attributes: { axes: [0, 1, 2, 3], keepDims: false }, inputs: [image] },
    { label: "nothing", attributes: { axes: [], keepDims: false }, inputs: [image] },
    { label: "a pixel", attributes: { axes: [2, 3], keepDims: false }, inputs: [map([1, 2, 1, 1])] },
    { label: "known lengths", attributes: { axes: [1], keepDims: false }, inputs: [fixed([3, 7])] },
  ];
}

export const shapes = {
  After: [
    { label: "a map after a scalar", attributes: {}, inputs: [map([2, 3, 4, 5]), fixed([])] },
    {
      label: "a map after another",
      attributes: {},
      inputs: [map([1, 3, 1, 5]), map([1, 2, 7, 9], undefined, "other")],
    },
    { label: "rows after a map", attributes: {}, inputs: [rows([4, 7]), map([4, 2, 3, 1])] },
  ] satisfies readonly Sample<"After">[],
  ReduceSum: reduction<"ReduceSum">(),
  ReduceMean: reduction<"ReduceMean">(),
  ExpandLike: [
    {
      label: "one number for each channel of each image",
      attributes: {},
      inputs: [perImage([2, 3, 1, 1]), map([2, 3, 4, 5])],
    },
    {
      label: "channels without the batch axis",
      attributes: {},
      inputs: [fixed([3, 1, 1]), map([2, 3, 4, 5])],
    },
    { label: "a scalar", attributes: {}, inputs: [fixed([]), map([2, 3, 1, 5])] },
    { label: "the same shape", attributes: {}, inputs: [map([2, 3, 4, 5]), map([2, 3, 4, 5])] },
    { label: "to a scalar", attributes: {}, inputs: [fixed([]), fixed([])] },
  ] satisfies readonly Sample<"ExpandLike">[],
  CountOver: [
    { label: "height and width", attributes: { axes: [2, 3] }, inputs: [map([2, 3, 4, 5])] },
    { label: "known and unknown lengths", attributes: { axes: [0, 1] }, inputs: [map([2, 3, 4, 5])] },
    { label: "known lengths", attributes: { axes: [1] }, inputs: [map([2, 3, 4, 5])] },
    { label: "nothing", attributes: { axes: [] }, inputs: [map([2, 3, 4, 5])] },
  ] satisfies readonly Sample<"CountOver">[],
  Join: [
    { label: "three vectors", attributes: {}, inputs: [fixed([3]), fixed([1]), fixed([4])] },
    { label: "one vector", attributes: {}, inputs: [fixed([5])] },
  ] satisfies readonly Sample<"Join">[],
  Part: [
    { label: "the beginning", attributes: { start: 0, length: 3 }, inputs: [fixed([7])] },
    { label: "the middle", attributes: { start: 2, length: 3 }, inputs: [fixed([7])] },
    { label: "the end", attributes: { start: 5, length: 2 }, inputs: [fixed([7])] },
    { label: "the whole", attributes: { start: 0, length: 7 }, inputs: [fixed([7])] },
  ] satisfies readonly Sample<"Part">[],
  Reshape: [
    { label: "a matrix to a vector", attributes: { dims: [6] }, inputs: [fixed([2, 3])] },
    { label: "a vector to channels", attributes: { dims: [1, 6, 1, 1] }, inputs: [fixed([6])] },
    { label: "one number to a scalar", attributes: { dims: [] }, inputs: [fixed([1, 1])] },
  ] satisfies readonly Sample<"Reshape">[],
  Squeeze: [
    { label: "height and width of one", attributes: { axes: [2, 3] }, inputs: [perImage([2, 3, 1, 1])] },
    { label: "one of two axes of length 1", attributes: { axes: [1] }, inputs: [fixed([2, 1, 1])] },
  ] satisfies readonly Sample<"Squeeze">[],
  Unsqueeze: [
    { label: "height and width of one", attributes: { axes: [2, 3] }, inputs: [rows([2, 3])] },
    { label: "axes between, out of order", attributes: { axes: [3, 0] }, inputs: [rows([2, 3])] },
    { label: "a scalar", attributes: { axes: [0] }, inputs: [fixed([])] },
  ] satisfies readonly Sample<"Unsqueeze">[],
  MatMul: [
    {
      label: "plain",
      attributes: { transposeFirst: false, transposeSecond: false },
      inputs: [rows([4, 3]), fixed([3, 5])],
    },
    {
      label: "second transposed",
      attributes: { transposeFirst: false, transposeSecond: true },
      inputs: [rows([4, 3]), fixed([5, 3])],
    },
    {
      label: "first transposed",
      attributes: { transposeFirst: true, transposeSecond: false },
      inputs: [rows([4, 3]), rows([4, 2])],
    },
    {
      label: "both transposed",
      attributes: { transposeFirst: true, transposeSecond: true },
      inputs: [fixed([3, 4]), rows([2, 3])],
    },
    {
      label: "one row",
      attributes: { transposeFirst: false, transposeSecond: true },
      inputs: [rows([1, 3]), fixed([5, 3])],
    },
  ] satisfies readonly Sample<"MatMul">[],
};
