// A graph on a device, with tensors that may stay there: what one run puts out another takes in without passing the CPU.
import * as ort from "onnxruntime-node";
import { fail } from "../base/index.ts";
import { type Device, keepsTensors } from "./device.ts";
import { engineError } from "./session.ts";
import { requireFilled, type Tensor } from "./tensor.ts";

/** A tensor on the CPU or on the device. Those on the device hold its memory until `release`. */
export interface DeviceTensor {
  readonly onDevice: boolean;
  /** @throws LowmagError `internal` for a tensor on the device: it comes down as the output of a run that says so. */
  read(): Tensor;
  release(): void;
}

class OrtTensor implements DeviceTensor {
  constructor(readonly tensor: ort.Tensor) {}

  get onDevice(): boolean {
    return this.tensor.location !== "cpu";
  }

  read(): Tensor {
    if (this.onDevice)
      throw fail("internal", {
        where: "DeviceTensor",
        expected: "one on the CPU",
        got: this.tensor.location,
      });
    return { dims: this.tensor.dims, data: this.tensor.data as Tensor["data"] };
  }

  release(): void {
    if (this.onDevice) this.tensor.dispose();
  }
}

/** A tensor on the CPU as one that a device session takes. */
export function hostTensor({ dims, data }: Tensor): DeviceTensor {
  return new OrtTensor(
    data instanceof Float32Array
      ? new ort.Tensor("float32", data, dims)
      : new ort.Tensor("int64", data, dims),
  );
}

/** Tensors by name. */
export type DeviceTensors = Readonly<Record<string, DeviceTensor>>;

/** A graph loaded for a device. */
export class DeviceSession {
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /**
   * Loads the bytes of an ONNX file.
   * @param staying outputs that stay on the device, where it keeps tensors; all others come down to the CPU.
   * @throws LowmagError `engine-failure` if ONNX Runtime refuses the graph or has no such device.
   */
  static async create(
    model: Uint8Array,
    device: Device,
    staying: readonly string[] = [],
  ): Promise<DeviceSession> {
    const kept = keepsTensors(device) ? staying : [];
    const locations = Object.fromEntries(kept.map((name) => [name, "gpu-buffer" as const]));
    try {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: [device],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        graphOptimizationLevel: "all",
        enableMemPattern: false,
        logSeverityLevel: 3,
        ...(kept.length > 0 ? { preferredOutputLocation: locations } : {}),
      });
      return new DeviceSession(session);
    } catch (error) {
      throw engineError(`loading a graph for ${device}`, error);
    }
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  /**
   * Runs the graph with all its outputs (the binding mixes up locations where only some are asked for).
   * @throws LowmagError as `Session.run`
   */
  async run(feeds: DeviceTensors): Promise<Record<string, DeviceTensor>> {
    const tensors: Record<string, ort.Tensor> = {};
    for (const name of this.inputNames) {
      const feed = feeds[name];
      if (feed === undefined)
        throw fail("invalid-argument", {
          where: "DeviceSession.run",
          expected: `a tensor for input \`${name}\``,
          got: "none",
        });
      if (!feed.onDevice) requireFilled(name, feed.read());
      tensors[name] = (feed as OrtTensor).tensor;
    }
    try {
      const results = await this.#session.run(tensors);
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, new OrtTensor(tensor)]),
      );
    } catch (error) {
      throw engineError("running a graph", error);
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
