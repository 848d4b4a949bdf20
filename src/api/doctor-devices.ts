// The devices that `doctor` knows: each tried in a process of its own, and what `--device auto` makes of it.
import {
  bestOf,
  type ChosenDevice,
  type Device,
  type DeviceTrial,
  devices,
  keepsTensors,
  tryDevice,
} from "../engine/index.ts";
import type { DoctorCheck } from "./doctor.ts";

/** What was found of the devices. */
export interface DoctorDevices {
  readonly trials: readonly DeviceTrial[];
  /** What `--device auto` chooses, and why. */
  readonly auto: ChosenDevice;
}

const NAMES: Readonly<Record<Device, string>> = { cpu: "CPU", webgpu: "WebGPU", cuda: "CUDA" };

/** Tries every device, one after another. Takes up to half a minute where a driver hangs. */
export async function tryDevices(
  trial: (device: Device) => Promise<DeviceTrial> = tryDevice,
): Promise<DoctorDevices> {
  const trials: DeviceTrial[] = [];
  for (const device of devices) trials.push(await trial(device));
  return { trials, auto: bestOf(trials) };
}

/** One line for each graphics device and one for the choice. A machine without any is as healthy as others. */
export function deviceChecks({ trials, auto }: DoctorDevices): readonly DoctorCheck[] {
  const cpu = trials.find(({ device }) => device === "cpu")?.milliseconds ?? null;
  const lines = trials
    .filter(({ device }) => device !== "cpu")
    .map((trial): DoctorCheck => {
      const name = `device ${NAMES[trial.device]}`;
      return { name, status: "ok", detail: detailOf(trial, cpu), fix: "" };
    });
  return [...lines, { name: "device auto", status: "ok", detail: `chooses ${auto.reason}`, fix: "" }];
}

function detailOf(
  { device, usable, milliseconds, float16, reason }: DeviceTrial,
  cpu: number | null,
): string {
  if (!usable) return `not usable: ${reason}`;
  const beside = cpu === null ? "" : ` (one core of the CPU: ${time(cpu)})`;
  const half = float16 ? "float16" : "no float16";
  const state = keepsTensors(device)
    ? "parameters stay on the device"
    : "parameters travel to the device and back in every step";
  return `usable, a test convolution in ${time(milliseconds!)}${beside}, ${half}; ${state}`;
}

const time = (milliseconds: number): string => `${Number(milliseconds.toPrecision(2))} ms`;
