// Sessions: what they compute, refuse and report.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { floatTensor, runtimeInfo, Session, scalarTensor } from "../../src/engine/index.ts";
import { encodeOnnx, Graph, mul, relu, symbol } from "../../src/graph/index.ts";

/** y = relu(x) * factor and z = relu(x), x of any length. */
function model(): Uint8Array {
  const graph = new Graph();
  const rectified = relu(graph.input("x", [symbol("N")]));
  graph.output("y", mul(rectified, graph.input("factor", [])));
  graph.output("z", rectified);
  return encodeOnnx(graph);
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("a session", () => {
  it("computes all outputs, or those that are wanted", async () => {
    const session = await Session.create(model());
    const feeds = { x: floatTensor([3], Float32Array.of(-1, 0.5, 2)), factor: scalarTensor(3) };
    const all = await session.run(feeds);
    expect(all).toEqual({
      y: { dims: [3], data: Float32Array.of(0, 1.5, 6) },
      z: { dims: [3], data: Float32Array.of(0, 0.5, 2) },
    });
    expect(Object.keys(await session.run(feeds, ["z"]))).toEqual(["z"]);
    await session.release();
  });

  it("leaves the feeds alone, and gives outputs that a later run does not overwrite", async () => {
    const session = await Session.create(model());
    const x = Float32Array.of(1, 2);
    const first = await session.run({ x: floatTensor([2], x), factor: scalarTensor(1) });
    await session.run({ x: floatTensor([2], Float32Array.of(8, 9)), factor: scalarTensor(1) });
    expect([...x]).toEqual([1, 2]);
    expect([...first.y!.data]).toEqual([1, 2]);
    await session.release();
  });

  it("gives the same bits with one thread as with two", async () => {
    const feeds = {
      x: floatTensor(
        [10_000],
        Float32Array.from({ length: 10_000 }, (_, i) => Math.sin(i)),
      ),
      factor: scalarTensor(0.1),
    };
    const results = await Promise.all(
      [1, 2].map(async (threads) => {
        const session = await Session.create(model(), { threads });
        const { y } = await session.run(feeds);
        await session.release();
        return y!.data;
      }),
    );
    expect(results[0]).toEqual(results[1]);
  });

  it("takes feeds that it does not need", async () => {
    const session = await Session.create(model());
    const feeds = {
      x: floatTensor([0], new Float32Array(0)),
      factor: scalarTensor(1),
      other: scalarTensor(2),
    };
    expect((await session.run(feeds)).y!.dims).toEqual([0]);
    await session.release();
  });

  it("refuses bytes that are no graph", async () => {
    const error = await errorOf(Session.create(Uint8Array.of(1, 2, 3, 4)));
    expect(isLowmagError(error, "engine-failure")).toBe(true);
    expect(String(error)).toContain("ONNX Runtime, loading a graph: expected success, got ");
  });

  it("refuses a graph that was cut short", async () => {
    const bytes = model();
    expect(
      isLowmagError(await errorOf(Session.create(bytes.subarray(0, bytes.length - 9))), "engine-failure"),
    ).toBe(true);
  });

  it("names the input that was not fed", async () => {
    const session = await Session.create(model());
    const error = await errorOf(session.run({ x: floatTensor([1], Float32Array.of(1)) }));
    expect(isLowmagError(error, "invalid-argument")).toBe(true);
    expect(String(error)).toContain("Session.run: expected a tensor for input `factor`, got none.");
    await session.release();
  });

  it("names the input whose numbers do not fill its dims", async () => {
    const session = await Session.create(model());
    const error = await errorOf(
      session.run({ x: floatTensor([3], new Float32Array(2)), factor: scalarTensor(1) }),
    );
    expect(isLowmagError(error, "shape-mismatch")).toBe(true);
    expect(String(error)).toContain("input `x`: expected 3 numbers for dims [3], got 2.");
    await session.release();
  });

  it("reports a tensor of another rank or type, or an unknown output, as a failed run, and goes on", async () => {
    const session = await Session.create(model());
    const good = { x: floatTensor([1], Float32Array.of(1)), factor: scalarTensor(1) };
    const rank = session.run({ ...good, x: floatTensor([1, 1], Float32Array.of(1)) });
    expect(isLowmagError(await errorOf(rank), "engine-failure")).toBe(true);
    const type = session.run({ ...good, x: { dims: [1], data: BigInt64Array.of(1n) } });
    expect(isLowmagError(await errorOf(type), "engine-failure")).toBe(true);
    expect(isLowmagError(await errorOf(session.run(good, ["nothing"])), "engine-failure")).toBe(true);
    expect([...(await session.run(good)).y!.data]).toEqual([1]);
    await session.release();
  });

  it("writes a profile where asked", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lowmag-profile-"));
    const session = await Session.create(model(), { profile: join(folder, "run") });
    await session.run({ x: floatTensor([1], Float32Array.of(1)), factor: scalarTensor(1) });
    await session.release();
    const [file] = readdirSync(folder);
    const events = JSON.parse(readFileSync(join(folder, file!), "utf8")) as { readonly name: string }[];
    expect(events.some(({ name }) => name.includes("kernel_time"))).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

describe("runtimeInfo", () => {
  it("gives a version and at least the CPU", () => {
    const { version, backends } = runtimeInfo();
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(backends).toContain("cpu");
  });
});
