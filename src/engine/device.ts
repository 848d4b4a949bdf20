// What can compute: names of devices, and how ONNX Runtime's providers for them behave in Node.

/** Where graphs run. */
export type Device = "cpu" | "webgpu" | "cuda";

/** Every device, in the order in which `auto` would rather have none of them. */
export const devices: readonly Device[] = ["cpu", "webgpu", "cuda"];

/** What a device is called in sentences. */
export const deviceNames: Readonly<Record<Device, string>> = {
  cpu: "the CPU",
  webgpu: "WebGPU",
  cuda: "CUDA",
};

/**
 * True where tensors can stay in the device's memory between runs. ONNX Runtime's binding for Node does that for WebGPU alone
 * (its output locations are `cpu` and `gpu-buffer`, and the latter is a WebGPU buffer); with CUDA every input goes up and
 * every output comes down at each run.
 */
export const keepsTensors = (device: Device): boolean => device === "webgpu";
