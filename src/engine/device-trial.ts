// Whether a device can be used, and how fast it is, found out by using it: in a process of its own, because a driver that
// crashes takes its process down, and within a time limit, because some hang.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { workerFile } from "../machine/index.ts";
import type { Device } from "./device.ts";

/** What a trial found. */
export interface DeviceTrial {
  readonly device: Device;
  readonly usable: boolean;
  /** Milliseconds of the trial computation, the least of several; null where it is not usable. */
  readonly milliseconds: number | null;
  /** True if it can compute in half precision. */
  readonly float16: boolean;
  /** Why it is not usable; empty where it is. */
  readonly reason: string;
}

/** What the process of a trial sends. */
export type TrialReport =
  | { readonly milliseconds: number; readonly float16: boolean }
  | { readonly failure: string };

/** Software drivers take seconds; whatever takes longer than this is of no use. */
const LIMIT_SECONDS = 30;

/** Tries a device. Never throws for what it finds. */
export async function tryDevice(device: Device, limitSeconds = LIMIT_SECONDS): Promise<DeviceTrial> {
  const script = fileURLToPath(workerFile(import.meta.url, "./device-trial-process.ts"));
  const unusable = (reason: string): DeviceTrial => ({
    ...{ device, usable: false, milliseconds: null, float16: false },
    reason,
  });
  const outcome = await reportOf(script, device, limitSeconds);
  if (typeof outcome === "string") return unusable(outcome);
  if ("failure" in outcome) return unusable(reasonOf(outcome.failure));
  return { device, usable: true, ...outcome, reason: "" };
}

/** The report of a process, or why there is none. Its own output, drivers' warnings among it, is not shown. */
function reportOf(script: string, device: Device, limitSeconds: number): Promise<TrialReport | string> {
  return new Promise((resolve) => {
    const child = fork(script, { stdio: ["ignore", "ignore", "ignore", "ipc"], execArgv: [] });
    const timer = setTimeout(() => {
      resolve(`no answer within ${limitSeconds} seconds`);
      child.kill("SIGKILL");
    }, 1000 * limitSeconds);
    child.send(device);
    let report: TrialReport | undefined;
    child.on("message", (message) => {
      report = message as TrialReport;
    });
    child.on("error", (error) => resolve(String(error)));
    // What was computed counts, even where the driver falls over when it is left.
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(report ?? `its driver ended the process of the trial (${signal ?? `exit code ${code}`})`);
    });
  });
}

/** The end of ONNX Runtime's message, without source files and line numbers. */
function reasonOf(message: string): string {
  const [first = ""] = message.split("\n");
  if (/No supported adapters/.test(first)) return "no graphics adapter";
  if (
    /libcu\w+|libonnxruntime_providers_(cuda|shared)|Failed to load shared library|backend not found|unsupported: 'cuda'/.test(
      first,
    )
  )
    return "no CUDA part in this installation, or no CUDA libraries";
  return first.replace(/^.*was false\. /, "").slice(0, 300);
}
