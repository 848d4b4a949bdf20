// What the nn room offers: layers, losses, optimisers and schedules that add to a graph.
export {
  FrozenContext,
  type ModelState,
  type NetworkContext,
  type ParameterSpec,
  storedParameter,
  TrainableContext,
} from "./context.ts";
export { batchNorm, conv2d, globalAveragePool, groupNorm, linear, maxPool } from "./layers.ts";
export { classTargets, crossEntropy, type PixelLossOptions, pixelLoss, softLoss } from "./losses.ts";
export { createOptimiser, type Optimiser, type OptimiserOptions } from "./optimisers.ts";
export { learningRateAt, type Schedule, type TrainingPosition } from "./schedules.ts";
