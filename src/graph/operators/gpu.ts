// Lowerings for a GPU where the CPU's would be slow there or fall back to the CPU in the midst of a step. Operators that are
// not here are lowered alike everywhere.
import type { LoweringRule, OperatorName } from "../types.ts";
import { lowerConvWeightGradientOnGpu } from "./convolution-gpu.ts";
import {
  lowerAfterOnGpu,
  lowerLogSoftmaxOnGpu,
  lowerReluGradientOnGpu,
  lowerSignOnGpu,
} from "./elementwise-gpu.ts";
import { lowerGroupNormalizationGradientOnGpu, lowerGroupNormalizationOnGpu } from "./normalization-gpu.ts";
import { lowerMaxPoolGradientOnGpu, lowerMaxPoolOnGpu } from "./pooling-gpu.ts";

export const gpuLowerings: { readonly [K in OperatorName]?: LoweringRule<K> } = {
  After: lowerAfterOnGpu,
  ConvWeightGradient: lowerConvWeightGradientOnGpu,
  GroupNormalization: lowerGroupNormalizationOnGpu,
  GroupNormalizationGradient: lowerGroupNormalizationGradientOnGpu,
  LogSoftmax: lowerLogSoftmaxOnGpu,
  MaxPool: lowerMaxPoolOnGpu,
  MaxPoolGradient: lowerMaxPoolGradientOnGpu,
  ReluGradient: lowerReluGradientOnGpu,
  Sign: lowerSignOnGpu,
};
