import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  closestWord,
  fail,
  isLowmagError,
  type Progress,
  ProgressMeter,
  throwIfCancelled,
} from "../../src/base/index.ts";
import { hashBytes, hashFile, workerFile, writeFileAtomically } from "../../src/machine/index.ts";
import { Generator } from "../../src/random/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-base-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("errors", () => {
  it("follow one grammar and can be told apart by code", () => {
    const error = fail("not-found", {
      where: "a.tif",
      expected: "a slide",
      got: "nothing",
      fix: "Check the path.",
    });
    expect(error.message).toBe("a.tif: expected a slide, got nothing. Check the path.");
    expect(isLowmagError(error)).toBe(true);
    expect(isLowmagError(error, "corrupt-data")).toBe(false);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      code: "not-found",
      where: "a.tif",
      got: "nothing",
    });
  });

  it("suggest the word that was meant, and nothing for a word that is far from all", () => {
    const keys = ["learningRate", "epochs", "temperature"];
    expect(closestWord("learning_rate", keys)).toBe("learningRate");
    expect(closestWord("epoch", keys)).toBe("epochs");
    expect(closestWord("temprature", keys)).toBe("temperature");
    expect(closestWord("colour", keys)).toBeUndefined();
  });

  it("turn a fired signal into `cancelled`", () => {
    expect(() => throwIfCancelled(undefined, "x")).not.toThrow();
    expect(() => throwIfCancelled(AbortSignal.abort(), "x")).toThrow(
      /^x: expected to run to the end, got an interruption/,
    );
  });
});

describe("random numbers", () => {
  it("are the same for the same seed and path, and others for others", () => {
    const draw = (...path: (string | number)[]): number[] => {
      const generator = Generator.derive(7, ...path);
      return Array.from({ length: 5 }, () => generator.uniform());
    };
    expect(draw("a", 1)).toEqual(draw("a", 1));
    expect(draw("a", 1)).not.toEqual(draw("a", 2));
    expect(draw("a", "1")).not.toEqual(draw("a", 1));
  });

  it("have the moments of their distributions", () => {
    const generator = Generator.derive(1, "moments");
    const moments = (draw: () => number): [number, number] => {
      const values = Array.from({ length: 40_000 }, draw);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length];
    };
    const [uniformMean, uniformVariance] = moments(() => generator.uniform(-1, 3));
    expect(uniformMean).toBeCloseTo(1, 1);
    expect(uniformVariance).toBeCloseTo(16 / 12, 1);
    const [normalMean, normalVariance] = moments(() => generator.normal(2, 3));
    expect(Math.abs(normalMean - 2)).toBeLessThan(0.08);
    expect(Math.abs(normalVariance - 9)).toBeLessThan(0.4);
  });

  it("shuffle without losing anything, every order equally often", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const shuffled = Generator.derive(seed).shuffle(items);
        expect([...shuffled].sort()).toEqual([...items].sort());
      }),
    );
    const counts = new Map<string, number>();
    const generator = Generator.derive(3, "orders");
    for (let i = 0; i < 6000; i++) {
      const order = generator.permutation(3).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // 1000 expected of each; 6 sigma is about 170.
    expect([...counts.values()].every((count) => Math.abs(count - 1000) < 170)).toBe(true);
    expect(counts.size).toBe(6);
  });

  it("refuse an empty choice", () => {
    expect(() => Generator.derive(1).integer(0)).toThrow(/expected a count of at least 1, got 0/);
  });
});

describe("files", () => {
  it("are replaced whole, and leave nothing beside them", async () => {
    const path = join(folder, "deep", "file.txt");
    await writeFileAtomically(path, "first");
    await writeFileAtomically(path, "second");
    expect(await readFile(path, "utf8")).toBe("second");
    expect(await readdir(join(folder, "deep"))).toEqual(["file.txt"]);
    expect(await hashFile(path)).toBe(hashBytes("second"));
  });

  it("say why they cannot be written", async () => {
    await writeFile(join(folder, "plain"), "");
    const error = await writeFileAtomically(join(folder, "plain", "below.txt"), "x").catch((e: unknown) => e);
    expect(isLowmagError(error, "not-writable")).toBe(true);
    expect(String(error)).toMatch(
      /got a file where a folder should be \((ENOTDIR|EEXIST)\)\. Choose another path\./,
    );
  });
});

describe("progress", () => {
  it("counts, and estimates what remains from fresh work alone", () => {
    const reports: Progress[] = [];
    const meter = new ProgressMeter("work", 10, (report) => reports.push(report), 8);
    meter.advance(1, "note");
    expect(reports[0]).toMatchObject({ activity: "work", done: 9, total: 10, note: "note" });
    const { elapsedSeconds, remainingSeconds } = reports[0]!;
    expect(remainingSeconds).toBeCloseTo(elapsedSeconds, 6);
  });
});

describe("worker files", () => {
  it("are the compiled twin when the sources run, and the neighbour when compiled code runs", () => {
    const source = pathToFileURL("/a/src/b/src/engine/pool.ts").href;
    expect(workerFile(source, "./pool-worker.ts").pathname).toBe("/a/src/b/dist/engine/pool-worker.js");
    const compiled = pathToFileURL("/a/dist/engine/pool.js").href;
    expect(workerFile(compiled, "./pool-worker.ts").pathname).toBe("/a/dist/engine/pool-worker.js");
  });
});
