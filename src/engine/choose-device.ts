// From what a user asks for to what computes, with a sentence that says why.
import { fail } from "../base/index.ts";
import { type Device, deviceNames, devices } from "./device.ts";
import { type DeviceTrial, tryDevice } from "./device-trial.ts";

/** What can be asked for. */
export type WantedDevice = Device | "auto";

/** What computes, and why in one sentence. */
export interface ChosenDevice {
  readonly device: Device;
  readonly reason: string;
  /** True if it computes in half precision (the CPU does, by widening each number). */
  readonly float16: boolean;
}

/**
 * A device must be this many times as fast as one core of the CPU before `auto` takes it: a machine's cores together reach
 * a few times one, software drivers a hundredth.
 */
const WORTHWHILE = 4;

/** How to get CUDA: ONNX Runtime's package brings it along at install, for one platform. */
const CUDA_FIX =
  "CUDA wants Linux on x64, NVIDIA's driver with CUDA 12 and cuDNN 9, and `npm install --onnxruntime-node-install=cuda12`; or choose `--device webgpu`, which wants only a driver.";
const WEBGPU_FIX =
  "Install the driver of the graphics processor (on Linux with Vulkan: `libvulkan1` and the vendor's driver), look at `lowmag doctor`, or leave `--device` out to use the CPU.";

const CPU = { device: "cpu", float16: true } as const;

/** Which of the trials `auto` would choose. */
export function bestOf(trials: readonly DeviceTrial[]): ChosenDevice {
  const cpu = trials.find(({ device }) => device === "cpu");
  const others = trials.filter(({ device }) => device !== "cpu");
  const usable = others.filter(({ usable }) => usable);
  const [fastest] = [...usable].sort((a, b) => a.milliseconds! - b.milliseconds!);
  if (fastest === undefined || cpu?.milliseconds == null)
    return { ...CPU, reason: `the CPU, since ${others.map(whyNot).join(", and ")}` };
  const ratio = cpu.milliseconds / fastest.milliseconds!;
  const name = deviceNames[fastest.device];
  if (ratio >= WORTHWHILE)
    return {
      device: fastest.device,
      float16: fastest.float16,
      reason: `${name}, ${timesText(ratio)} as fast as one core here`,
    };
  const slow = `${name} takes ${timesText(1 / ratio)} the time of one core here (a software driver?)`;
  const rest = others.filter((trial) => trial !== fastest && !trial.usable);
  return { ...CPU, reason: `the CPU, since ${[slow, ...rest.map(whyNot)].join(", and ")}` };
}

const whyNot = ({ device, reason }: DeviceTrial): string =>
  `${deviceNames[device]} cannot be used (${reason})`;

const timesText = (ratio: number): string => `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)} times`;

/** Tries every device, one after another: beside each other they would slow each other down. */
export async function tryDevices(
  trial: (device: Device) => Promise<DeviceTrial> = tryDevice,
): Promise<readonly DeviceTrial[]> {
  const trials: DeviceTrial[] = [];
  for (const device of devices) trials.push(await trial(device));
  return trials;
}

/**
 * Finds what computes.
 * @throws LowmagError `engine-failure` for a device that was asked for by name and cannot be used, with how to get it.
 */
export async function chooseDevice(
  wanted: WantedDevice,
  trial: (device: Device) => Promise<DeviceTrial> = tryDevice,
): Promise<ChosenDevice> {
  if (wanted === "cpu") return { ...CPU, reason: "the CPU" };
  if (wanted === "auto") return bestOf(await tryDevices(trial));
  const found = await trial(wanted);
  if (found.usable)
    return { device: wanted, float16: found.float16, reason: `${deviceNames[wanted]}, as asked for` };
  throw fail("engine-failure", {
    where: `\`--device ${wanted}\``,
    expected: `${deviceNames[wanted]} to work on this machine`,
    got: found.reason,
    fix: wanted === "cuda" ? CUDA_FIX : WEBGPU_FIX,
  });
}
