import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PixelMemory } from "../../src/dataset/pixel-memory.ts";
import { WorkerPool } from "../../src/machine/index.ts";
import { rgbImage } from "../../src/pixels/index.ts";
import { newFolder, refusalOf } from "./make-data.ts";

async function poolOf(body: string, count = 2): Promise<WorkerPool<number, number>> {
  const path = join(await newFolder(), "worker.mjs");
  await writeFile(
    path,
    `import { parentPort, workerData } from "node:worker_threads";\nparentPort.on("message", (n) => {${body}});\n`,
  );
  return new WorkerPool<number, number>("pool", pathToFileURL(path), count, { factor: 3 });
}

describe("WorkerPool", () => {
  it("gives each reply to whoever asked, in whatever order they come", async () => {
    const pool = await poolOf(
      "setTimeout(() => parentPort.postMessage(n * workerData.factor), n === 0 ? 60 : 1);",
    );
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    expect(await Promise.all(numbers.map((n) => pool.run(n)))).toEqual(numbers.map((n) => 3 * n));
    await pool.close();
  });

  it("rejects everything that waits when a thread dies, with the reason", async () => {
    const pool = await poolOf("if (n === 3) throw new Error('no more'); else setTimeout(() => {}, 1e6);");
    const waiting = [1, 3, 4].map((n) => refusalOf(() => pool.run(n)));
    const message = "internal: pool: expected its worker threads to stay alive, got no more.";
    expect(await Promise.all(waiting)).toEqual([message, message, message]);
    expect(await refusalOf(() => pool.run(5))).toBe(message);
    await pool.close();
  });

  it("notices a thread that leaves without a word", async () => {
    const pool = await poolOf("process.exit(7);");
    expect(await refusalOf(() => pool.run(1))).toBe(
      "internal: pool: expected its worker threads to stay alive, got exit code 7.",
    );
    await pool.close();
  });
});

describe("PixelMemory", () => {
  const pixels = (bytes: number) => rgbImage(bytes / 3, 1, new Uint8Array(bytes));

  it("drops what was used longest ago", () => {
    const memory = new PixelMemory(30);
    for (const name of ["a", "b", "c"]) memory.set(name, pixels(9));
    expect(memory.get("a")).not.toBeNull();
    memory.set("d", pixels(9));
    expect(["a", "b", "c", "d"].map((name) => memory.get(name) !== null)).toEqual([true, false, true, true]);
  });

  it("never holds more than its limit, and always what was set last if it fits at all", () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const memory = new PixelMemory(40);
        const sizes = new Map<number, number>();
        for (const [name, size] of steps) {
          if (!sizes.has(name)) sizes.set(name, 3 * size);
          memory.set(`${name}`, pixels(sizes.get(name)!));
          expect(memory.bytes).toBeLessThanOrEqual(40);
          expect(memory.get(`${name}`) !== null).toBe(sizes.get(name)! <= 40);
        }
        const held = [...sizes].filter(([name]) => memory.get(`${name}`) !== null);
        expect(memory.bytes).toBe(held.reduce((sum, [, size]) => sum + size, 0));
      }),
    );
  });
});
