// The pool: the same bits whatever the number of workers, slots that come back, errors that stay where they arose.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { gradientOutput, Pool, type ProgramResult, Session, type Tensor } from "../../src/engine/index.ts";
import { feedsOf, START, tinyPlan } from "./tiny-plan.ts";

const BATCHES = [0, 1, 2, 3, 4, 5, 6];

const pools: Pool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function open(workers: number): Pool {
  const pool = new Pool(tinyPlan(), workers);
  pool.parameters.set(START);
  pool.parametersChanged();
  pools.push(pool);
  return pool;
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** What the program `train` gives when its two graphs are run by hand. */
async function byHand(parameters: Float32Array, batch: number) {
  const [frozen, trained] = await Promise.all(
    tinyPlan().programs.train!.stages.map(({ model }) => Session.create(model)),
  );
  const feeds = feedsOf(batch);
  const { target } = await frozen!.run(feeds);
  const outputs = await trained!.run({
    ...feeds,
    target: target!,
    w: { dims: [3, 2], data: parameters.slice(0, 6) },
    b: { dims: [2], data: parameters.slice(6, 8) },
    scale: { dims: [2], data: parameters.slice(8, 10) },
  });
  await Promise.all([frozen!.release(), trained!.release()]);
  const gradient = ["w", "b"].flatMap((name) => [...(outputs[gradientOutput(name)]!.data as Float32Array)]);
  const { loss, prediction } = outputs;
  return { outputs: { loss, target, prediction } as Record<string, Tensor>, gradient };
}

/** Runs batches as a trainer does: as many at a time as there are slots, results in the order of the batches. */
async function inWaves(pool: Pool, batches: readonly number[]) {
  const results: { outputs: ProgramResult["outputs"]; gradient: number[] }[] = [];
  for (let start = 0; start < batches.length; start += pool.gradientCapacity) {
    const wave = batches.slice(start, start + pool.gradientCapacity);
    const done = await Promise.all(wave.map((batch) => pool.run("train", feedsOf(batch), true)));
    for (const result of done) {
      results.push({ outputs: result.outputs, gradient: [...result.gradient!] });
      pool.releaseGradient(result);
    }
  }
  return results;
}

describe("a pool", () => {
  it.each([1, 2, 3])("gives, with %i workers, the very bits of sessions run by hand", async (workers) => {
    const wanted = await Promise.all(BATCHES.map((batch) => byHand(START, batch)));
    expect(await inWaves(open(workers), BATCHES)).toEqual(wanted);
  });

  it("shows changed parameters to every worker", async () => {
    const pool = open(3);
    await inWaves(pool, BATCHES);
    const changed = START.map((value) => value * 2 + 0.125);
    pool.parameters.set(changed);
    pool.parametersChanged();
    const wanted = await Promise.all(BATCHES.map((batch) => byHand(changed, batch)));
    expect(await inWaves(pool, BATCHES)).toEqual(wanted);
  });

  it("runs programs without gradients, more of them than there are slots", async () => {
    const pool = open(2);
    const results = await Promise.all(BATCHES.map((batch) => pool.run("validate", feedsOf(batch))));
    for (const [batch, { outputs, gradient, gradientSlot }] of results.entries()) {
      expect(outputs).toEqual({ target: (await byHand(START, batch)).outputs.target });
      expect([gradient, gradientSlot]).toEqual([null, null]);
    }
  });

  it("keeps a gradient untouched until it is released", async () => {
    const pool = open(1);
    const held = await pool.run("train", feedsOf(0), true);
    const before = [...held.gradient!];
    for (const batch of [1, 2, 3]) pool.releaseGradient(await pool.run("train", feedsOf(batch), true));
    expect([...held.gradient!]).toEqual(before);
  });

  it("refuses a gradient when all slots are taken, until one comes back", async () => {
    const pool = open(1);
    const held = await Promise.all([0, 1].map((batch) => pool.run("train", feedsOf(batch), true)));
    expect(pool.gradientCapacity).toBe(2);
    const error = await errorOf(pool.run("train", feedsOf(2), true));
    expect(isLowmagError(error, "invalid-argument")).toBe(true);
    expect(String(error)).toContain("Pool.run `train`: expected a free gradient slot, got 2 in use.");
    pool.releaseGradient(held[0]!);
    const [wanted, result] = [await byHand(START, 3), await pool.run("train", feedsOf(3), true)];
    expect([...result.gradient!]).toEqual(wanted.gradient);
  });

  it("takes the slot of a failed run back by itself", async () => {
    const pool = open(1);
    for (let i = 0; i < 2 * pool.gradientCapacity; i++)
      expect(isLowmagError(await errorOf(pool.run("train", {}, true)), "invalid-argument")).toBe(true);
    expect((await pool.run("train", feedsOf(0), true)).gradientSlot).not.toBeNull();
  });

  it("rejects only the run that failed, with the error that arose in the worker", async () => {
    const pool = open(2);
    const short = { x: { dims: [2, 3], data: new Float32Array(5) } };
    const [good, unfed, misshapen, garbage, nothing, last] = await Promise.allSettled([
      pool.run("validate", feedsOf(0)),
      pool.run("validate", {}),
      pool.run("validate", short),
      pool.run("garbage", feedsOf(0)),
      pool.run("withoutOutput", feedsOf(0)),
      pool.run("validate", feedsOf(1)),
    ]);
    expect([good.status, last.status]).toEqual(["fulfilled", "fulfilled"]);
    const reason = (settled: PromiseSettledResult<unknown>): unknown =>
      settled.status === "rejected" ? settled.reason : undefined;
    expect(reason(unfed)).toMatchObject({ code: "invalid-argument", expected: "a tensor for input `x`" });
    expect(reason(misshapen)).toMatchObject({ code: "shape-mismatch", where: "input `x`" });
    expect(reason(garbage)).toMatchObject({ code: "engine-failure", where: "ONNX Runtime, loading a graph" });
    expect(reason(nothing)).toMatchObject({
      code: "invalid-argument",
      expected: "a stage that puts out `nothing`",
      got: "x, target",
    });
    for (const settled of [unfed, misshapen, garbage, nothing])
      expect(isLowmagError(reason(settled))).toBe(true);
  });

  it("refuses programs that the plan lacks, and gradients that a program does not give", async () => {
    const pool = open(1);
    expect(await errorOf(pool.run("test", {}))).toMatchObject({
      code: "invalid-argument",
      message:
        "Pool.run `test`: expected one of train, validate, withoutOutput, garbage, got an unknown program.",
    });
    expect(await errorOf(pool.run("validate", feedsOf(0), true))).toMatchObject({
      code: "invalid-argument",
      message: "Pool.run `validate`: expected a program that gives gradients, got one that does not.",
    });
  });

  it("takes the buffers of its feeds, refuses those it took before, and goes on", async () => {
    const pool = open(1);
    const feeds = feedsOf(2);
    await pool.run("validate", feeds);
    expect(feeds.x!.data.length).toBe(0);
    const [again, next] = await Promise.allSettled([
      pool.run("validate", feeds),
      pool.run("validate", feedsOf(0)),
    ]);
    expect(again).toMatchObject({
      status: "rejected",
      reason: {
        code: "shape-mismatch",
        fix: "A pool takes the buffers it is fed: make new ones for each run.",
      },
    });
    expect(next.status).toBe("fulfilled");
  });

  it("rejects what is under way and what waits when it is closed, and every later run", async () => {
    const pool = open(1);
    const runs = BATCHES.map((batch) => errorOf(pool.run("validate", feedsOf(batch))));
    await pool.close();
    for (const error of await Promise.all(runs))
      expect(error).toMatchObject({
        code: "cancelled",
        message: "Pool: expected an open pool, got one that was closed.",
      });
    expect(await errorOf(pool.run("validate", feedsOf(0)))).toMatchObject({ code: "cancelled" });
    await pool.close();
  });

  it("refuses memory that it cannot take, and goes on", async () => {
    const pool = open(1);
    const shared = { x: { dims: [1, 3], data: new Float32Array(new SharedArrayBuffer(12)) } };
    const [refused, next] = await Promise.allSettled([
      pool.run("validate", shared),
      pool.run("validate", feedsOf(0)),
    ]);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "invalid-argument" } });
    expect(next.status).toBe("fulfilled");
  });

  it("fails every run when a worker breaks down", async () => {
    const plan = tinyPlan();
    const broken = { ...plan, parameters: { count: plan.parameters.count, entries: null as never } };
    const pool = new Pool(broken, 1);
    pools.push(pool);
    const error = await errorOf(pool.run("validate", feedsOf(0)));
    expect(error).toMatchObject({ code: "engine-failure", where: "worker thread" });
    expect(await errorOf(pool.run("validate", feedsOf(0)))).toBe(error);
  });

  it("leaves no thread behind: a process ends by itself once its pool is closed", async () => {
    const output = await inProcess(`
      const runs = await Promise.all([run(2), run(2)]);
      await pool.close();
      console.log(runs.map(({ outputs }) => outputs.y.data.join(" ")).join("; "));`);
    expect(output).toBe("2 2 2 2; 2 2 2 2");
  });

  it("closes in the midst of a run without taking the process down", async () => {
    const output = await inProcess(`
      await Promise.all([run(2), run(2)]);
      const long = Array.from({ length: 4 }, () => run(600).catch(({ code }) => code));
      await new Promise((resolve) => setTimeout(resolve, 30));
      await pool.close();
      console.log((await Promise.all(long)).join(" "));`);
    expect(output).toBe("cancelled cancelled cancelled cancelled");
  });
});

/**
 * What a process of its own prints that opens a pool of two workers and goes through `steps`. `run(n)` there raises a
 * matrix of n x n numbers 1/n to the 33rd power and times 4; at 600 that takes far longer than it takes to close.
 */
async function inProcess(steps: string): Promise<string> {
  const dist = new URL("../../dist/", import.meta.url);
  const folder = mkdtempSync(join(tmpdir(), "lowmag-pool-"));
  const file = join(folder, "script.mjs");
  writeFileSync(
    file,
    `import { layoutOf, Pool } from "${new URL("engine/index.js", dist)}";
    import { encodeOnnx, Graph, matMul, scaled, symbol } from "${new URL("graph/index.js", dist)}";
    const graph = new Graph();
    const x = graph.input("x", [symbol("N"), symbol("N")]);
    let power = x;
    for (let i = 0; i < 32; i++) power = matMul(power, x);
    graph.output("y", scaled(power, 4));
    const stage = { model: encodeOnnx(graph), takesParameters: false, givesGradients: false };
    const programs = { run: { stages: [stage], returns: ["y"] } };
    const pool = new Pool({ programs, parameters: layoutOf([]), trainable: 0 }, 2);
    const run = (n) => pool.run("run", { x: { dims: [n, n], data: new Float32Array(n * n).fill(1 / n) } });
    ${steps}`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
  rmSync(folder, { recursive: true });
  return stdout.trim();
}
