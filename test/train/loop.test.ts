import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { distillationTask } from "../../src/distill/index.ts";
import { decodeSafetensors, encodeSafetensors, initialState } from "../../src/models/index.ts";
import {
  type EpochRecord,
  type LoopResult,
  loadCheckpoint,
  type TrainingTask,
} from "../../src/train/index.ts";
import { ARCHITECTURE, labelTask, makeTissue, runBriefly, type TestTissue, view } from "./tissue.ts";

let tissue: TestTissue;
beforeAll(async () => {
  tissue = await makeTissue();
});
afterAll(() => tissue.remove());

const bytes = ({ state }: LoopResult): Buffer => Buffer.from(encodeSafetensors(state, {}));
const withoutSeconds = (log: readonly EpochRecord[]) =>
  log.map(({ seconds, waitingShare, firstStep, ...record }) => record);
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing was thrown",
    (error: unknown) => error,
  );

/** Runs until `steps` optimiser steps are done, is interrupted there, and goes on from the checkpoint with one worker. */
async function interruptedAfter(
  steps: number,
  task: () => TrainingTask,
  path: string,
  workers = 1,
): Promise<LoopResult> {
  const checkpoint = { path, fingerprint: "test", everySeconds: 1e9 };
  const stop = new AbortController();
  let done = 0;
  const error = await caught(
    runBriefly(tissue, task(), {
      checkpoint,
      workers,
      signal: stop.signal,
      onProgress: () => {
        if (++done === steps) stop.abort();
      },
    }),
  );
  expect(isLowmagError(error, "cancelled"), String(error)).toBe(true);
  expect((await loadCheckpoint(path, "test"))?.position.step).toBe(steps);
  return runBriefly(tissue, task(), { checkpoint });
}

describe("the training loop", () => {
  it("gives the same bytes for the same seed, whatever the number of workers", async () => {
    const runs = [];
    for (const workers of [2, 2, 1]) runs.push(await runBriefly(tissue, labelTask(tissue), { workers }));
    const [first, second, alone] = runs as [LoopResult, LoopResult, LoopResult];
    expect(bytes(second).equals(bytes(first))).toBe(true);
    expect(bytes(alone).equals(bytes(first))).toBe(true);
    expect(withoutSeconds(second.log)).toEqual(withoutSeconds(first.log));
    const other = await runBriefly(tissue, labelTask(tissue), { seed: 4 });
    expect(bytes(other).equals(bytes(first))).toBe(false);
  });

  it("ends with the same bytes when it was interrupted, in an epoch or between two, and resumed", async () => {
    const task = (): TrainingTask => labelTask(tissue);
    const whole = await runBriefly(tissue, task());
    for (const [steps, workers] of [
      [1, 1],
      [3, 2],
      [4, 1],
    ] as const) {
      const path = join(tissue.folder, `interrupted-${steps}.safetensors`);
      const resumed = await interruptedAfter(steps, task, path, workers);
      expect(bytes(resumed).equals(bytes(whole)), `after ${steps} steps`).toBe(true);
      expect(withoutSeconds(resumed.log)).toEqual(withoutSeconds(whole.log));
    }
  });

  it("resumes a distillation to the same bytes", async () => {
    const classes = tissue.dataset.classes;
    const teacher = {
      architecture: ARCHITECTURE,
      classes,
      state: initialState(ARCHITECTURE, 3, 1),
      view: view(1),
    } as const;
    const task = (): TrainingTask =>
      distillationTask({
        teacher,
        architecture: ARCHITECTURE,
        initialState: initialState(ARCHITECTURE, 3, 2),
        view: view(2),
      });
    const whole = await runBriefly(tissue, task());
    const resumed = await interruptedAfter(2, task, join(tissue.folder, "distillation.safetensors"));
    expect(bytes(resumed).equals(bytes(whole))).toBe(true);
  });

  it("resumes batch normalisation with its running statistics", async () => {
    const task = (): TrainingTask => labelTask(tissue, 2, "resnet18-bn");
    const whole = await runBriefly(tissue, task(), { epochs: 1 });
    const path = join(tissue.folder, "batch-norm.safetensors");
    const checkpoint = { path, fingerprint: "test", everySeconds: 1e9 };
    const stop = new AbortController();
    await caught(
      runBriefly(tissue, task(), {
        epochs: 1,
        checkpoint,
        signal: stop.signal,
        onProgress: () => stop.abort(),
      }),
    );
    const resumed = await runBriefly(tissue, task(), { epochs: 1, checkpoint });
    expect(bytes(resumed).equals(bytes(whole))).toBe(true);
    expect(whole.state.get("bn1.running_mean")!.data.some((value) => value !== 0)).toBe(true);
  });

  it("learns: the training loss falls over some epochs", async () => {
    const { log } = await runBriefly(tissue, labelTask(tissue), { epochs: 12, augment: () => null });
    expect(log.at(-1)!.train.loss).toBeLessThan(0.6 * log[0]!.train.loss);
  });

  it("keeps the best epoch on validation, and the last where there is no validation data", async () => {
    const { log, bestEpoch } = await runBriefly(tissue, labelTask(tissue), { epochs: 3 });
    const losses = log.map((record) => record.validation!.loss);
    expect(bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    const blind = await runBriefly(tissue, labelTask(tissue), { epochs: 2, validation: [] });
    expect(blind.bestEpoch).toBe(2);
    expect(blind.log[0]!.validation).toBeNull();
  });

  it("gives the same update for micro-batches of one and of four", async () => {
    const run = (microBatch: number): Promise<LoopResult> =>
      runBriefly(tissue, labelTask(tissue), { epochs: 1, batch: 9, microBatch, augment: () => null });
    const [one, four] = [await run(1), await run(4)];
    expect(four.log[0]!.train.loss).toBeCloseTo(one.log[0]!.train.loss, 5);
    // Adam's first step is lr * sign(gradient): gradients of rounding size may flip, all others must agree.
    const [a, b] = [one.state.get("fc.weight")!.data, four.state.get("fc.weight")!.data];
    const differing = a.filter((value, i) => Math.abs(value - b[i]!) > 1e-5).length;
    expect(differing / a.length).toBeLessThan(0.01);
  });

  it("refuses to go on after a loss that is not finite, naming step and image", async () => {
    const error = await caught(runBriefly(tissue, labelTask(tissue), { learningRate: 1e30, epochs: 4 }));
    expect(isLowmagError(error, "not-finite"), String(error)).toBe(true);
    expect(String(error)).toMatch(
      /^LowmagError: classification, step \d+, image `.*\.png`: expected a finite loss, got (NaN|Infinity)\. Try a lower learning rate/,
    );
  });

  it("leaves the last good checkpoint whole when the next one cannot be written", async () => {
    const folder = join(tissue.folder, "full-disk");
    await mkdir(folder);
    const path = join(folder, "checkpoint.safetensors");
    const checkpoint = { path, fingerprint: "test", everySeconds: 1e9 };
    await runBriefly(tissue, labelTask(tissue), { epochs: 1, checkpoint });
    const before = await readFile(path);
    // A folder in the way of the rename fails as a full disk does: after the temporary file, before the replacement.
    const blocked = { ...checkpoint, path: folder };
    const error = await caught(runBriefly(tissue, labelTask(tissue), { epochs: 1, checkpoint: blocked }));
    expect(error).toBeInstanceOf(Error);
    expect((await readFile(path)).equals(before)).toBe(true);
    expect(decodeSafetensors(before, path).tensors.has("parameters")).toBe(true);
  });

  it("refuses the checkpoint of other settings", async () => {
    const path = join(tissue.folder, "settings.safetensors");
    await runBriefly(tissue, labelTask(tissue), {
      epochs: 1,
      checkpoint: { path, fingerprint: "a", everySeconds: 1e9 },
    });
    expect(existsSync(path)).toBe(true);
    const error = await caught(
      runBriefly(tissue, labelTask(tissue), {
        epochs: 1,
        checkpoint: { path, fingerprint: "b", everySeconds: 1e9 },
      }),
    );
    expect(isLowmagError(error, "checkpoint-mismatch"), String(error)).toBe(true);
  });
});
