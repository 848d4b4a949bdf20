// What the engine room offers: run a graph. The only door to ONNX Runtime.

export { bestOf, type ChosenDevice, chooseDevice, tryDevices, type WantedDevice } from "./choose-device.ts";
export { blockSize, cpuTarget } from "./cpu-blocks.ts";
export { CpuExecutor } from "./cpu-executor.ts";
export { type Device, deviceNames, devices, keepsTensors } from "./device.ts";
export { DeviceExecutor } from "./device-executor.ts";
export { type DeviceTrial, tryDevice } from "./device-trial.ts";
export type {
  Executor,
  ExecutorState,
  Outputs,
  TrainingExecutor,
  TrainingPlan,
  UpdateRule,
} from "./executor.ts";
export { type Layout, type LayoutEntry, layoutOf, layoutViews } from "./layout.ts";
export { type Execution, openExecutor, openTrainingExecutor } from "./open-executor.ts";
export { Pool, type ProgramResult } from "./pool.ts";
export { gradientOutput, type PoolPlan, type Program, type Stage } from "./program.ts";
export { runtimeInfo, Session, type SessionOptions } from "./session.ts";
export { type FloatTensor, floatTensor, scalarTensor, type Tensor } from "./tensor.ts";
