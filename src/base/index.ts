// What the base room offers to every other room: errors, seeded random numbers, files, progress.
export {
  closestWord,
  type ErrorCode,
  type ErrorParts,
  fail,
  isLowmagError,
  LowmagError,
  throwIfCancelled,
} from "./errors.ts";
export { hashBytes, hashFile, makeFolder, notWritable, writeFileAtomically } from "./files.ts";
export { type Progress, type ProgressListener, ProgressMeter } from "./progress.ts";
export { Generator } from "./random.ts";
export { workerFile } from "./worker-file.ts";
