// What the graph room offers: an ONNX graph as data: build, infer shapes, differentiate, count cost, write.
export { bandCount } from "./blocked/band-count.ts";
export { arrangeBackward, type BackwardOptions } from "./checkpoint.ts";
export { type GraphCost, graphCost, type OperatorCost } from "./cost.ts";
export { differentiate } from "./differentiate.ts";
export { type Dim, type DimBindings, dimText, evaluateDim, symbol } from "./dims.ts";
export {
  abs,
  add,
  conv,
  countOver,
  div,
  expandLike,
  join,
  logSoftmax,
  matMul,
  mul,
  neg,
  part,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  scaled,
  sign,
  softmax,
  sqrt,
  square,
  squeeze,
  sub,
  unsqueeze,
} from "./expressions.ts";
export { type Constant, Graph, typeText } from "./graph.ts";
export { toHalf, writeHalf } from "./half-floats.ts";
export type { Precision } from "./halves.ts";
export { type MemoryTarget, peakBytes } from "./memory.ts";
export {
  encodeBlockProbe,
  encodeOnnx,
  encodeRangeObserver,
  type OnnxFileOptions,
  type RangeObserver,
} from "./onnx-file.ts";
export { describeOnnx, type OnnxDescription } from "./onnx-reader.ts";
export type { Attributes, WindowAttributes } from "./operators/attributes.ts";
export { operators } from "./operators/index.ts";
export type { Quantisation, ValueRange } from "./quantise.ts";
export type {
  DType,
  LoweringTarget,
  Node,
  Operator,
  OperatorName,
  ReferenceTensor,
  TensorType,
  Value,
} from "./types.ts";
