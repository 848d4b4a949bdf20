// What a device executor and its thread say to each other: calls of the methods below, and what they return.
import type { Device } from "./device.ts";
import type { StateGraphs } from "./device-state.ts";
import type { TrainingExecutor } from "./executor.ts";
import type { PoolPlan } from "./program.ts";
import type { RunReply } from "./protocol.ts";

/** Given to the thread when it starts; without graphs for a state it only runs programs. */
export interface DeviceStart {
  readonly plan: PoolPlan;
  readonly device: Device;
  readonly graphs: StateGraphs | null;
}

/** What the thread can be asked for. */
export type DeviceCalls = Omit<TrainingExecutor, "parallel" | "capacity">;

export type DeviceMethod = keyof DeviceCalls;

/** One call. */
export interface DeviceCall {
  readonly id: number;
  readonly method: DeviceMethod;
  readonly parameters: readonly unknown[];
}

/** One answer. */
export type DeviceReply =
  | { readonly id: number; readonly value: unknown }
  | Extract<RunReply, { readonly failure: object }>;
