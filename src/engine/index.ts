// What the engine room offers: run a graph. The only door to ONNX Runtime.
export { type Layout, type LayoutEntry, layoutOf, layoutViews } from "./layout.ts";
export { Pool, type ProgramResult } from "./pool.ts";
export { gradientOutput, type PoolPlan, type Program, type Stage } from "./program.ts";
export { runtimeInfo, Session, type SessionOptions } from "./session.ts";
export { type FloatTensor, floatTensor, scalarTensor, type Tensor } from "./tensor.ts";
