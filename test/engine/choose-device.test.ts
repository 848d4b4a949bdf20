// From trials to a choice, and to sentences that say why.
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { bestOf, chooseDevice, type Device, type DeviceTrial, tryDevice } from "../../src/engine/index.ts";

const works = (device: Device, milliseconds: number, float16 = false): DeviceTrial => ({
  ...{ device, usable: true, milliseconds, float16 },
  reason: "",
});
const fails = (device: Device, reason: string): DeviceTrial => ({
  ...{ device, usable: false, milliseconds: null, float16: false },
  reason,
});

describe("auto", () => {
  it("takes the fastest device where it is worth it", () => {
    const trials = [works("cpu", 10, true), works("webgpu", 1, true), works("cuda", 0.5)];
    expect(bestOf(trials)).toEqual({
      device: "cuda",
      float16: false,
      reason: "CUDA, 20 times as fast as one core here",
    });
    expect(bestOf([trials[0]!, trials[1]!, fails("cuda", "none")])).toMatchObject({
      device: "webgpu",
      float16: true,
    });
  });

  it("never takes a software driver, and says how slow it is", () => {
    const trials = [
      works("cpu", 10),
      works("webgpu", 1000),
      fails("cuda", "no CUDA part in this installation"),
    ];
    expect(bestOf(trials)).toEqual({
      device: "cpu",
      float16: true,
      reason:
        "the CPU, since WebGPU takes 100 times the time of one core here (a software driver?), and CUDA cannot be used (no CUDA part in this installation)",
    });
  });

  it("stays on the CPU where a device is hardly faster than one core", () => {
    expect(bestOf([works("cpu", 10), works("webgpu", 5), fails("cuda", "none")]).device).toBe("cpu");
  });

  it("says of every device why not", () => {
    expect(bestOf([works("cpu", 1), fails("webgpu", "no adapter"), fails("cuda", "none")]).reason).toBe(
      "the CPU, since WebGPU cannot be used (no adapter), and CUDA cannot be used (none)",
    );
  });
});

describe("a device asked for by name", () => {
  it("is refused with how to get it where it cannot be used", async () => {
    const trial = async (device: Device) => fails(device, "no CUDA part in this installation");
    const error = await chooseDevice("cuda", trial).catch((reason: unknown) => reason);
    expect(isLowmagError(error, "engine-failure")).toBe(true);
    expect(String(error)).toContain("`--device cuda`: expected CUDA to work on this machine");
    expect(String(error)).toContain("--onnxruntime-node-install=cuda12");
  });

  it("is taken even where it is slow, and the CPU without any trial", async () => {
    expect(await chooseDevice("webgpu", async (device) => works(device, 9999))).toMatchObject({
      device: "webgpu",
    });
    const never = () => Promise.reject(new Error("no trial is needed"));
    expect(await chooseDevice("cpu", never)).toMatchObject({ device: "cpu" });
  });
});

describe("a trial", () => {
  it("of the CPU gives its time, and of a device without a part in this installation the reason", async () => {
    expect(await tryDevice("cpu")).toMatchObject({ usable: true, float16: true, reason: "" });
    const cuda = await tryDevice("cuda");
    if (!cuda.usable) expect(cuda.reason).not.toBe("");
  });

  it("ends at its time limit", async () => {
    expect(await tryDevice("cpu", 0.001)).toMatchObject({
      usable: false,
      reason: "no answer within 0.001 seconds",
    });
  });
});
