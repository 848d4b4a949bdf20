// What the base room offers to every other room: errors and progress. Nothing here needs Node.
export {
  closestWord,
  type ErrorCode,
  type ErrorParts,
  fail,
  isLowmagError,
  LowmagError,
  throwIfCancelled,
} from "./errors.ts";
export { type Progress, type ProgressListener, ProgressMeter } from "./progress.ts";
export { type WasmModule, webAssembly } from "./web-assembly.ts";
