// What the machine room offers: files that are never half written, hashes, worker threads, worker
// processes, locks on folders, the package's decoders.

export { type HeldLock, type LockHolder, tryLock } from "./file-lock.ts";
export {
  type FileInParts,
  hashBytes,
  hashFile,
  makeFolder,
  notWritable,
  removeTemporaryFiles,
  writeFileAtomically,
  writeFileInParts,
} from "./files.ts";
export { type LockOptions, lockFolder } from "./folder-lock.ts";
export { reviveError, type SentError, sendableError } from "./job-messages.ts";
export { type JobContext, serveJobs } from "./job-server.ts";
export { machineMemory, spareMemory } from "./memory.ts";
export { type JobOptions, ProcessPool, type ProcessPoolOptions } from "./process-pool.ts";
export { inflateZlib, loadWasmDecoders } from "./wasm-decoders.ts";
export { workerFile } from "./worker-file.ts";
export { WorkerPool } from "./worker-pool.ts";
