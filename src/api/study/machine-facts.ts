// The machine that a study ran on, as its record tells it.
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import type { StudyRecord } from "../../evaluate/index.ts";

/** This machine. */
export function machineFacts(): StudyRecord["machine"] {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    system: `${type()} ${release()}`,
  };
}
