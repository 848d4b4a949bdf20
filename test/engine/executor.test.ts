// What every executor promises, whichever device it is for: the device's is tried on ONNX Runtime's CPU provider here.
import { afterEach, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import {
  CpuExecutor,
  DeviceExecutor,
  type ExecutorState,
  gradientOutput,
  Session,
  type TrainingExecutor,
} from "../../src/engine/index.ts";
import { encodeOnnx } from "../../src/graph/index.ts";
import { createOptimiser } from "../../src/nn/index.ts";
import { feedsOf, START, tinyPlan } from "./tiny-plan.ts";

const plan = tinyPlan();
const update = createOptimiser({ name: "adam", weightDecay: 0.01 }, plan.trainable);
const FIRST: ExecutorState = {
  parameters: START,
  optimiser: [0, 0.5].map((value) => new Float32Array(plan.trainable).fill(value)),
};

const EXECUTORS: Readonly<Record<string, () => TrainingExecutor>> = {
  "on one thread": () => new CpuExecutor({ ...plan, update }, 1),
  "on three threads": () => new CpuExecutor({ ...plan, update }, 3),
  "on a device": () => new DeviceExecutor(plan, "cpu", update),
};

const open: TrainingExecutor[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((executor) => executor.close()));
});

async function started(name: string): Promise<TrainingExecutor> {
  const executor = EXECUTORS[name]!();
  open.push(executor);
  await executor.restore(FIRST);
  return executor;
}

/** Accumulates micro-batches as a trainer does, no more under way than the executor wants. */
async function step(executor: TrainingExecutor, batches: readonly number[], number = 1): Promise<number[]> {
  const running: Promise<number>[] = [];
  const losses: number[] = [];
  for (const batch of batches) {
    if (running.length === executor.capacity) losses.push(await running.shift()!);
    running.push(executor.accumulate("train", feedsOf(batch)).then(({ loss }) => loss!.data[0] as number));
  }
  losses.push(...(await Promise.all(running)));
  await executor.update(update.scalars(number, 0.01));
  return losses;
}

/** The same step with sessions run by hand, one gradient added after the other. */
async function byHand(state: ExecutorState, batches: readonly number[]): Promise<ExecutorState> {
  const [frozen, trained] = await Promise.all(
    plan.programs.train!.stages.map(({ model }) => Session.create(model)),
  );
  const rule = await Session.create(encodeOnnx(update.graph));
  const sum = new Float32Array(plan.trainable);
  for (const batch of batches) {
    const feeds = feedsOf(batch);
    const { target } = await frozen!.run(feeds);
    const [w, b, scale] = [
      state.parameters.slice(0, 6),
      state.parameters.slice(6, 8),
      state.parameters.slice(8),
    ];
    const outputs = await trained!.run({
      ...feeds,
      target: target!,
      w: { dims: [3, 2], data: w },
      b: { dims: [2], data: b },
      scale: { dims: [2], data: scale },
    });
    const gradient = ["w", "b"].flatMap((name) => [...(outputs[gradientOutput(name)]!.data as Float32Array)]);
    gradient.forEach((value, i) => {
      sum[i]! += value;
    });
  }
  const vector = (data: Float32Array) => ({ dims: [plan.trainable], data });
  const scalars = Object.entries(update.scalars(1, 0.01)).map(([name, value]) => [
    name,
    { dims: [], data: Float32Array.of(value) },
  ]);
  const outputs = await rule.run({
    parameters: vector(state.parameters.slice(0, plan.trainable)),
    gradient: vector(sum),
    state0: vector(state.optimiser[0]!),
    state1: vector(state.optimiser[1]!),
    ...Object.fromEntries(scalars),
  });
  await Promise.all([frozen, trained, rule].map((session) => session!.release()));
  const parameters = state.parameters.slice();
  parameters.set(outputs.newParameters!.data as Float32Array);
  return {
    parameters,
    optimiser: [outputs.newState0!.data as Float32Array, outputs.newState1!.data as Float32Array],
  };
}

describe.each(Object.keys(EXECUTORS))("an executor %s", (name) => {
  it.each([1, 2, 7, 13])("takes the step that is computed by hand, over %i micro-batches", async (count) => {
    const batches = Array.from({ length: count }, (_, i) => i);
    const executor = await started(name);
    const losses = await step(executor, batches);
    expect(losses).toHaveLength(count);
    expect(await executor.snapshot()).toEqual(await byHand(FIRST, batches));
  });

  it("goes on from a snapshot as if it had never stopped", async () => {
    const executor = await started(name);
    await step(executor, [0, 1, 2], 1);
    const between = await executor.snapshot();
    await step(executor, [3, 4], 2);
    const wanted = await executor.snapshot();
    const other = await started(name);
    await other.restore(between);
    await step(other, [3, 4], 2);
    expect(await other.snapshot()).toEqual(wanted);
  });

  it("changes nothing in a step with a run that fails, says why, and takes the next step", async () => {
    const executor = await started(name);
    const [, failed] = await Promise.allSettled([
      executor.accumulate("train", feedsOf(0)),
      executor.accumulate("train", {}),
    ]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "invalid-argument" } });
    const error = await executor.update(update.scalars(1, 0.01)).catch((reason: unknown) => reason);
    expect(isLowmagError(error, "invalid-argument")).toBe(true);
    expect(await executor.snapshot()).toEqual(FIRST);
    await step(executor, [5]);
    expect(await executor.snapshot()).toEqual(await byHand(FIRST, [5]));
  });

  it("forgets the gradients that are discarded", async () => {
    const executor = await started(name);
    await executor.accumulate("train", feedsOf(0));
    await executor.discard();
    await step(executor, [1, 2]);
    expect(await executor.snapshot()).toEqual(await byHand(FIRST, [1, 2]));
  });

  it("computes with stored statistics that are replaced, and keeps them", async () => {
    const executor = await started(name);
    await executor.store(Float32Array.of(0.75, -1));
    const parameters = START.slice();
    parameters.set([0.75, -1], plan.trainable);
    await step(executor, [1, 2]);
    expect(await executor.snapshot()).toEqual(await byHand({ ...FIRST, parameters }, [1, 2]));
  });

  it("runs programs without gradients, and says which there are", async () => {
    const executor = await started(name);
    const { target } = await executor.run("validate", feedsOf(2));
    expect(target!.dims).toEqual([3, 2]);
    const error = await executor.run("nothing", {}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "invalid-argument", got: "an unknown program" });
  });

  it("takes the buffers of its feeds, and refuses those it took before", async () => {
    const executor = await started(name);
    const feeds = feedsOf(2);
    await executor.run("validate", feeds);
    expect(feeds.x!.data.length).toBe(0);
    await expect(executor.run("validate", feeds)).rejects.toMatchObject({ code: "shape-mismatch" });
    await executor.run("validate", feedsOf(1));
  });

  it("rejects what is under way when it is closed, and every later call", async () => {
    const executor = EXECUTORS[name]!();
    const run = executor.run("validate", feedsOf(0)).catch((reason: unknown) => reason);
    await executor.close();
    expect(isLowmagError(await run, "cancelled")).toBe(true);
    await expect(executor.run("validate", feedsOf(0))).rejects.toMatchObject({ code: "cancelled" });
    await executor.close();
  });
});
