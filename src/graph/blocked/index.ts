// The one table of lowerings to blocked layout. An operator that is missing, or whose rule answers null, is lowered plainly.
import type { OperatorName } from "../types.ts";
import { convolve, inputGradient, weightGradient } from "./convolution.ts";
import { add, after, elementwise, reduceMean, relu, reluGradient } from "./elementwise.ts";
import { normalizationGradient, normalize, normalizeByStored } from "./normalization.ts";
import { maxPool, maxPoolGradient } from "./pooling.ts";
import type { BlockedRule } from "./rule.ts";

/** Operator name -> its lowering to blocks. */
export const blockedRules: { readonly [K in OperatorName]?: BlockedRule<K> } = {
  Abs: elementwise("Abs"),
  Add: add,
  After: after,
  BatchNormalization: normalizeByStored,
  Conv: convolve,
  ConvInputGradient: inputGradient,
  ConvWeightGradient: weightGradient,
  Div: elementwise("Div"),
  GroupNormalization: normalize,
  GroupNormalizationGradient: normalizationGradient,
  MaxPool: maxPool,
  MaxPoolGradient: maxPoolGradient,
  Mul: elementwise("Mul"),
  Neg: elementwise("Neg"),
  ReduceMean: reduceMean,
  Relu: relu,
  ReluGradient: reluGradient,
  Sign: elementwise("Sign"),
  Sqrt: elementwise("Sqrt"),
  Sub: elementwise("Sub"),
};
