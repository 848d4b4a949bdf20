// Training and running on a device. A thread of its own owns the device, so that a long step holds up neither the loaders'
// messages nor an interruption; what stays on the device stays with that thread, and only losses come back.
import { Worker } from "node:worker_threads";
import { fail } from "../base/index.ts";
import { workerFile } from "../machine/index.ts";
import type { Device } from "./device.ts";
import type { DeviceCall, DeviceCalls, DeviceMethod, DeviceReply, DeviceStart } from "./device-protocol.ts";
import { stateGraphs } from "./device-state.ts";
import type { ExecutorState, Outputs, TrainingExecutor, UpdateRule } from "./executor.ts";
import { receivedFailure } from "./failures.ts";
import { sendFeeds } from "./feeds.ts";
import type { PoolPlan } from "./program.ts";
import type { Tensor } from "./tensor.ts";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** An executor on a device. */
export class DeviceExecutor implements TrainingExecutor {
  /** A device runs one micro-batch after another; the next waits so that the device need not. */
  readonly parallel = 1;
  readonly capacity = 2;
  readonly #thread: Worker;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Map<number, Waiting>();
  #serial = 0;
  #failure: Error | undefined;

  /** @param update absent where nothing is trained */
  constructor(plan: PoolPlan, device: Device, update?: UpdateRule) {
    const { programs, parameters, trainable } = plan;
    const own: PoolPlan = { programs, parameters, trainable };
    const graphs = update === undefined ? null : stateGraphs(own, update);
    const workerData: DeviceStart = { plan: own, device, graphs };
    this.#thread = new Worker(workerFile(import.meta.url, "./device-worker.ts"), { workerData });
    this.#ended = new Promise((resolve) => this.#thread.once("exit", resolve));
    this.#thread.on("message", (reply: DeviceReply) => this.#finish(reply));
    this.#thread.on("error", (cause) => {
      const where = `the thread of ${device}`;
      this.#fail(fail("engine-failure", { where, expected: "to keep running", got: String(cause), cause }));
    });
  }

  run(program: string, feeds: Readonly<Record<string, Tensor>>): Promise<Outputs> {
    return this.#call("run", [program, feeds], feeds);
  }

  accumulate(program: string, feeds: Readonly<Record<string, Tensor>>): Promise<Outputs> {
    return this.#call("accumulate", [program, feeds], feeds);
  }

  update(scalars: Readonly<Record<string, number>>): Promise<void> {
    return this.#call("update", [scalars]);
  }

  discard(): Promise<void> {
    return this.#call("discard", []);
  }

  store(statistics: Float32Array): Promise<void> {
    return this.#call("store", [statistics]);
  }

  snapshot(): Promise<ExecutorState> {
    return this.#call("snapshot", []);
  }

  restore(state: ExecutorState): Promise<void> {
    return this.#call("restore", [state]);
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) {
      const closed = this.#call("close", []);
      const where = "DeviceExecutor";
      this.#fail(fail("cancelled", { where, expected: "an open executor", got: "one that was closed" }));
      await closed.catch(() => undefined);
    }
    await this.#ended;
  }

  #call<M extends DeviceMethod>(
    method: M,
    parameters: Parameters<DeviceCalls[M]>,
    feeds: Readonly<Record<string, Tensor>> = {},
  ): ReturnType<DeviceCalls[M]> {
    const answer = new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      const id = this.#serial++;
      const call: DeviceCall = { id, method, parameters };
      sendFeeds(this.#thread, call, feeds);
      this.#waiting.set(id, { resolve, reject });
    });
    return answer as ReturnType<DeviceCalls[M]>;
  }

  #finish(reply: DeviceReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (waiting === undefined) return;
    if ("failure" in reply) waiting.reject(receivedFailure(reply.failure));
    else waiting.resolve(reply.value);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
