// The thread that owns a device: its sessions, and tensors that cannot leave it. Calls are answered one after another.
import { parentPort, workerData } from "node:worker_threads";
import { DevicePrograms } from "./device-programs.ts";
import type { DeviceCall, DeviceCalls, DeviceReply, DeviceStart } from "./device-protocol.ts";
import { DeviceState } from "./device-state.ts";
import { sentFailure } from "./failures.ts";

const { plan, device, graphs } = workerData as DeviceStart;
const programs = new DevicePrograms(plan, device);
let made: Promise<DeviceState> | undefined;
const state = (): Promise<DeviceState> => {
  made ??= DeviceState.create(plan, graphs!, device);
  return made;
};
/** The first accumulation of the step that failed. */
let failed: { readonly error: unknown } | undefined;
/** Where nothing is trained there is no state to make. */
const parameters = async () => (graphs === null ? {} : (await state()).parameters);

const calls: DeviceCalls = {
  async run(program, feeds) {
    const { outputs } = await programs.run(program, feeds, await parameters());
    return outputs;
  },
  async accumulate(program, feeds) {
    try {
      const { outputs, gradients } = await programs.run(program, feeds, await parameters());
      await (await state()).add(gradients);
      return outputs;
    } catch (error) {
      failed ??= { error };
      throw error;
    }
  },
  async update(scalars) {
    if (failed === undefined) return (await state()).update(scalars);
    const { error } = failed;
    await calls.discard();
    throw error;
  },
  async discard() {
    failed = undefined;
    (await state()).discard();
  },
  store: async (statistics) => (await state()).store(statistics),
  snapshot: async () => (await state()).snapshot(),
  restore: async (given) => (await state()).restore(given),
  async close() {
    if (made !== undefined) await made.then((loaded) => loaded.release());
    await programs.release();
  },
};

async function answer({ id, method, parameters: given }: DeviceCall): Promise<DeviceReply> {
  try {
    const call = calls[method] as (...values: readonly unknown[]) => Promise<unknown>;
    return { id, value: await call(...given) };
  } catch (error) {
    return { id, failure: sentFailure(error) };
  }
}

let previous: Promise<void> = Promise.resolve();
parentPort!.on("message", (call: DeviceCall) => {
  previous = previous.then(async () => {
    parentPort!.postMessage(await answer(call));
    if (call.method === "close") parentPort!.close();
  });
});
