// What the infer room offers: a trained model used on images, measured, and exported.
export { type Classification, type ClassifyOptions, classifyImages, measureLatency } from "./classify.ts";
export { exportOnnx } from "./export.ts";
