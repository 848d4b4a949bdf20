// WebGPU on a software Vulkan driver, the one that Chromium brings along: slow, but the very path of a graphics processor.
// In a process of its own, because the driver is chosen by the environment and crashes are the process's.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";
/** The Vulkan loader goes by other names elsewhere; where it is missing the step says that there is no adapter. */
const there = existsSync(DRIVER) && existsSync("/usr/lib/x86_64-linux-gnu/libvulkan.so.1");

interface Found {
  readonly loss: number;
  /** Relative to the largest gradient. */
  readonly gradient: number;
  readonly parameters: number;
  readonly moved: number;
  readonly share: number;
}

describe("WebGPU (skipped without Chromium's software Vulkan driver and libvulkan1)", () => {
  it.skipIf(!there)(
    "takes the CPU's training step and distillation step: loss, every gradient, Adam's update",
    async () => {
      const script = fileURLToPath(new URL("./device-step.mjs", import.meta.url));
      const dist = new URL("../../dist/", import.meta.url).href;
      const env = { ...process.env, VK_DRIVER_FILES: DRIVER, VK_ICD_FILENAMES: DRIVER };
      const steps = [dist, "webgpu", "classification", "distillation"];
      const { stdout } = await promisify(execFile)(process.execPath, [script, ...steps], {
        env,
        timeout: 110_000,
      });
      const found = JSON.parse(stdout) as Record<string, Found>;
      expect(Object.keys(found).sort()).toEqual(["classification", "distillation"]);
      for (const { loss, gradient, parameters, moved, share } of Object.values(found)) {
        expect(loss).toBeLessThan(1e-4);
        expect(gradient).toBeLessThan(1e-4);
        // Adam's first step moves every parameter by the learning rate of 1e-3, whatever its gradient.
        expect(moved).toBeGreaterThan(9e-4);
        expect(parameters).toBeLessThan(1e-4 * moved);
        expect(share).toBeGreaterThan(0.1);
      }
    },
    120_000,
  );
});
