// What the machine room offers: files that are never half written, hashes, worker threads.
export { hashBytes, hashFile, makeFolder, notWritable, writeFileAtomically } from "./files.ts";
export { workerFile } from "./worker-file.ts";
export { WorkerPool } from "./worker-pool.ts";
