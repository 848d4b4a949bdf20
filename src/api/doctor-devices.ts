// The devices that `doctor` knows: each tried in a process of its own, and what `--device auto` makes of it.
import {
  bestOf,
  type ChosenDevice,
  type Device,
  type DeviceTrial,
  deviceNames,
  keepsTensors,
  tryDevice,
  tryDevices,
} from "../engine/index.ts";
import type { DoctorCheck } from "./doctor.ts";

/** What was found of the devices. */
export interface DoctorDevices {
  readonly trials: readonly DeviceTrial[];
  /** What `--device auto` chooses, and why. */
  readonly auto: ChosenDevice;
}

/** What `--device auto` makes of the trials of every device. Takes up to half a minute where a driver hangs. */
export async function findDevices(
  trial: (device: Device) => Promise<DeviceTrial> = tryDevice,
): Promise<DoctorDevices> {
  const trials = await tryDevices(trial);
  return { trials, auto: bestOf(trials) };
}

/** One line for each graphics device and one for the choice. A machine without any is as healthy as others. */
export function deviceChecks({ trials, auto }: DoctorDevices): readonly DoctorCheck[] {
  const cpu = trials.find(({ device }) => device === "cpu")?.milliseconds ?? null;
  const graphics = trials.filter(({ device }) => device !== "cpu");
  const lines = graphics.map((trial): DoctorCheck => {
    const name = `device ${deviceNames[trial.device]}`;
    return { name, status: "ok", detail: detailOf(trial, cpu), fix: "" };
  });
  // Why none can be used stands in the lines before.
  const reason = graphics.some(({ usable }) => usable) ? auto.reason : deviceNames[auto.device];
  return [...lines, { name: "device auto", status: "ok", detail: `chooses ${reason}`, fix: "" }];
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
