// The one place where a device becomes an executor.
import { CpuExecutor } from "./cpu-executor.ts";
import type { Device } from "./device.ts";
import { DeviceExecutor } from "./device-executor.ts";
import type { Executor, TrainingExecutor, TrainingPlan } from "./executor.ts";
import { Pool } from "./pool.ts";
import type { PoolPlan } from "./program.ts";

/** Where to run. */
export interface Execution {
  readonly device: Device;
  /** Worker threads of the CPU; a device has one thread of its own, whatever is said here. */
  readonly workers: number;
}

/** Opens an executor that trains. Its graphs must have been lowered for the device. */
export function openTrainingExecutor(plan: TrainingPlan, { device, workers }: Execution): TrainingExecutor {
  return device === "cpu" ? new CpuExecutor(plan, workers) : new DeviceExecutor(plan, device, plan.update);
}

/** Opens an executor that only runs programs. */
export function openExecutor(plan: PoolPlan, { device, workers }: Execution): Executor {
  if (device !== "cpu") return new DeviceExecutor(plan, device);
  const pool = new Pool(plan, workers);
  return {
    parallel: workers,
    capacity: 2 * workers,
    run: async (program, feeds) => (await pool.run(program, feeds)).outputs,
    close: () => pool.close(),
  };
}
