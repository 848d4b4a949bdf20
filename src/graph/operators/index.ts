// The one table of operators. A row that is missing does not compile.
import type { Operator, OperatorName } from "../types.ts";
import { Conv, ConvInputGradient, ConvWeightGradient } from "./convolution.ts";
import { Abs, Add, Div, Mul, Neg, Relu, ReluGradient, Sign, Sqrt, Sub } from "./elementwise.ts";
import { BatchNormalization, GroupNormalization, GroupNormalizationGradient } from "./normalization.ts";
import { After } from "./ordering.ts";
import { AdaptiveMaxPoolLike, MaxPool, MaxPoolGradient } from "./pooling.ts";
import { LogSoftmax, MatMul, Softmax } from "./product.ts";
import { CountOver, ExpandLike, ReduceMean, ReduceSum } from "./reduction.ts";
import { ResizeBicubicLike } from "./resizing.ts";
import { Reshape, Squeeze, Unsqueeze } from "./shape.ts";
import { Join, Part } from "./vectors.ts";

/** Operator name -> everything lowmag knows of it. */
export const operators: { readonly [K in OperatorName]: Operator<K> } = {
  Abs,
  AdaptiveMaxPoolLike,
  Add,
  After,
  BatchNormalization,
  Conv,
  ConvInputGradient,
  ConvWeightGradient,
  CountOver,
  Div,
  ExpandLike,
  GroupNormalization,
  GroupNormalizationGradient,
  Join,
  LogSoftmax,
  MatMul,
  MaxPool,
  MaxPoolGradient,
  Mul,
  Neg,
  Part,
  ReduceMean,
  ReduceSum,
  Relu,
  ReluGradient,
  Reshape,
  ResizeBicubicLike,
  Sign,
  Softmax,
  Sqrt,
  Squeeze,
  Sub,
  Unsqueeze,
};
