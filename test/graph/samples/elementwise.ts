// Samples of operators that work element by element, with every way of broadcasting that the layers use.
import {
  type Draw,
  distinct,
  fixed,
  map,
  nonZero,
  normal,
  perImage,
  positive,
  rectified,
  rows,
  type Sample,
} from "./sample.ts";

type Binary = "Add" | "Sub" | "Mul" | "Div";
type Unary = "Neg" | "Abs" | "Sign" | "Sqrt" | "Relu";

function binary<K extends Binary>(first: Draw, second: Draw): readonly Sample<K>[] {
  const attributes = {};
  const image = map([2, 3, 4, 5], first);
  return [
    { label: "two maps", attributes, inputs: [image, map([2, 3, 4, 5], second)] },
    { label: "a map and itself", attributes, inputs: [image, image] },
    { label: "a map and a number for each channel", attributes, inputs: [image, fixed([3, 1, 1], second)] },
    {
      label: "numbers for each channel and a map",
      attributes,
      inputs: [fixed([1, 3, 1, 1], first), map([2, 3, 4, 5], second)],
    },
    {
      label: "a map and a number for each image",
      attributes,
      inputs: [image, perImage([2, 1, 1, 1], second)],
    },
    { label: "a map and a scalar", attributes, inputs: [image, fixed([], second)] },
    { label: "a scalar and a scalar", attributes, inputs: [fixed([], first), fixed([], second)] },
    { label: "logits and a bias", attributes, inputs: [rows([4, 3], first), fixed([3], second)] },
    { label: "a column and a row", attributes, inputs: [perImage([4, 1], first), fixed([1, 3], second)] },
    { label: "a map of one pixel", attributes, inputs: [map([1, 2, 1, 1], first), fixed([2, 1, 1], second)] },
  ];
}

function unary<K extends Unary>(draw: Draw): readonly Sample<K>[] {
  return [
    { label: "a map", attributes: {}, inputs: [map([2, 3, 3, 2], draw)] },
    { label: "a matrix", attributes: {}, inputs: [rows([3, 4], draw)] },
    { label: "a scalar", attributes: {}, inputs: [fixed([], draw)] },
  ];
}

export const elementwise = {
  Add: binary<"Add">(normal, normal),
  Sub: binary<"Sub">(normal, normal),
  Mul: binary<"Mul">(normal, normal),
  Div: binary<"Div">(nonZero, positive),
  Neg: unary<"Neg">(normal),
  Abs: unary<"Abs">(nonZero),
  Sign: unary<"Sign">(nonZero),
  Sqrt: unary<"Sqrt">(positive),
  Relu: unary<"Relu">(nonZero),
  ReluGradient: [
    { label: "a map", attributes: {}, inputs: [map([2, 3, 4, 5]), map([2, 3, 4, 5], rectified)] },
    { label: "all positive", attributes: {}, inputs: [rows([2, 3]), rows([2, 3], positive)] },
  ] satisfies readonly Sample<"ReluGradient">[],
  Softmax: [
    { label: "logits", attributes: { axis: 1 }, inputs: [rows([4, 3])] },
    { label: "a map, over its width", attributes: { axis: 3 }, inputs: [map([2, 2, 3, 4])] },
    { label: "a map, over its channels", attributes: { axis: 1 }, inputs: [map([2, 3, 4, 5])] },
    { label: "logits far apart", attributes: { axis: 1 }, inputs: [rows([2, 5], distinct)] },
    { label: "one class", attributes: { axis: 1 }, inputs: [rows([3, 1])] },
  ] satisfies readonly Sample<"Softmax">[],
  LogSoftmax: [
    { label: "logits", attributes: {}, inputs: [rows([4, 3])] },
    { label: "a map, over its width", attributes: {}, inputs: [map([2, 2, 3, 4])] },
    {
      label: "logits that overflow an exponential",
      attributes: {},
      inputs: [fixed([2, 3], () => [1000, 999, 990, -500, 0, 200])],
    },
  ] satisfies readonly Sample<"LogSoftmax">[],
};
