// What the infer room offers: a trained model used on images and slides, measured, and exported.
export { type Classification, type ClassifyOptions, classifyImages, measureLatency } from "./classify.ts";
export { type ActivationRanges, activationRanges, exportOnnx } from "./export.ts";
export { modelFacts } from "./model-facts.ts";
export { modelMetadata, ONNX_FORMAT, runMetadata } from "./onnx-metadata.ts";
export { onnxFacts, openOnnxNetwork, readOnnxFacts } from "./onnx-network.ts";
export { openModel, readModelFacts } from "./open-model.ts";
export {
  type JudgedImage,
  type NetworkScores,
  type QuantisationLoss,
  quantisationLoss,
} from "./quantisation-loss.ts";
export { networkOf, type OpenNetworkOptions, openNetwork } from "./slide-network.ts";
export { type WsinferConfig, wsinferConfig } from "./wsinfer.ts";
