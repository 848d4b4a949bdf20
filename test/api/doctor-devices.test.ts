// What `doctor` says of devices.
import { describe, expect, it } from "vitest";
import { deviceChecks, findDevices } from "../../src/api/doctor-devices.ts";
import type { Device, DeviceTrial } from "../../src/engine/index.ts";

const FOUND: Readonly<Record<Device, Omit<DeviceTrial, "device">>> = {
  cpu: { usable: true, milliseconds: 7.04, float16: true, reason: "" },
  webgpu: { usable: true, milliseconds: 0.5, float16: true, reason: "" },
  cuda: { usable: false, milliseconds: null, float16: false, reason: "no CUDA part in this installation" },
};

describe("doctor's devices", () => {
  it("are tried one after another, and each gets a line, as does the choice", async () => {
    let underWay = 0;
    const devices = await findDevices(async (device) => {
      expect(underWay++).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
      return { device, ...FOUND[device] };
    });
    expect(devices.auto.device).toBe("webgpu");
    expect(deviceChecks(devices)).toEqual([
      {
        name: "device WebGPU",
        status: "ok",
        detail:
          "usable, a test convolution in 0.5 ms (one core of the CPU: 7 ms), float16; parameters stay on the device",
        fix: "",
      },
      {
        name: "device CUDA",
        status: "ok",
        detail: "not usable: no CUDA part in this installation",
        fix: "",
      },
      {
        name: "device auto",
        status: "ok",
        detail: "chooses WebGPU, 14 times as fast as one core here",
        fix: "",
      },
    ]);
  });

  it("say why they cannot be used once", async () => {
    const devices = await findDevices(async (device) => ({
      device,
      ...FOUND[device === "webgpu" ? "cuda" : device],
    }));
    expect(deviceChecks(devices).map(({ detail }) => detail)).toEqual([
      "not usable: no CUDA part in this installation",
      "not usable: no CUDA part in this installation",
      "chooses the CPU",
    ]);
  });
});
