// One folder of results and several processes: parts of a list, two commands at once, a command that was killed or
// interrupted. Commands are the compiled ones.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { predict } from "../../src/index.ts";
import { makeRun, rowsOf, start, timeless, writeSlides } from "./fixtures.ts";

const NAMES = ["a", "b", "c", "d"];

let folder: string;
let run: string;
let slides: string;
/** What one undisturbed call makes of the slides. */
let whole: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-sharing-"));
  run = await makeRun(folder, "student-2");
  slides = join(folder, "slides");
  await writeSlides(slides, NAMES.length);
  writeFileSync(join(slides, "text.tif"), "no slide");
  whole = join(folder, "whole");
  await predict({ run, inputs: [slides], out: whole });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tables = (out: string) => [
  timeless(join(out, "slides.csv")),
  timeless(join(out, "predictions.csv")),
  rowsOf(join(out, "failures.csv")),
];
const finished = (out: string): string[] =>
  NAMES.filter((name) => existsSync(join(out, "slides", name, "prediction.json")));
const counts = (out: string) => JSON.parse(readFileSync(join(out, "predict.json"), "utf8")).counts;

/** Starts a command over all slides with one process and waits until something is finished in the folder. */
async function startedCommand(out: string) {
  const command = start("predict", run, slides, "--out", out, "--workers", "1", "--json");
  while (finished(out).length === 0 && command.child.exitCode === null) await sleep(5);
  return command;
}

describe("parts of a list", { timeout: 60_000 }, () => {
  it("never overlap, and the last one leaves the lists of all", async () => {
    const out = join(folder, "shards");
    const done: string[] = [];
    for (const [i, shard] of ["1/3", "2/3", "3/3"].entries()) {
      const result = await predict({ run, inputs: [slides], out, shard });
      done.push(...result.slides.map(({ slide }) => slide), ...result.failures.map(({ slide }) => slide));
      expect(result.waiting).toBe(NAMES.length + 1 - done.length);
      expect(JSON.parse(readFileSync(join(out, "predict.json"), "utf8")).finishedAt === null).toBe(i < 2);
    }
    expect(done.sort()).toEqual([...NAMES, "text"]);
    expect(tables(out)).toEqual(tables(whole));
  });

  it("must be parts that there are", async () => {
    for (const [shard, message] of [
      ["4/3", /`--shard`: expected a part that is not beyond the number of parts, got 4\/3/],
      ["0/3", /to be a part and a number of parts, as 2\/8, got `0\/3`/],
    ] as const)
      await expect(predict({ run, inputs: [slides], shard })).rejects.toThrow(message);
  });
});

describe("two commands on one folder", { timeout: 60_000 }, () => {
  it("share the slides, do none twice, and both end with all", async () => {
    const out = join(folder, "two");
    const words = ["predict", run, slides, "--out", out, "--workers", "1", "--json"];
    const ends = await Promise.all([start(...words).ended, start(...words).ended]);
    const results = ends.map(({ stdout }) => JSON.parse(stdout));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([3, 3]);
    expect(results.map(({ slides: all }) => all.length)).toEqual([4, 4]);
    expect(results[0].done + results[1].done).toBe(4);
    expect(tables(out)).toEqual(tables(whole));
    expect(readdirSync(out).sort()).toEqual([
      "failures.csv",
      "predict.json",
      "predictions.csv",
      "report.html",
      "slides",
      "slides.csv",
    ]);
  });

  it("wait for each other's slides, and take those of one that is gone", async () => {
    const out = join(folder, "gone");
    await predict({ run, inputs: [join(slides, "a.tif")], out });
    mkdirSync(join(out, "claims"));
    const holder = (pid: number) =>
      JSON.stringify({ pid, host: hostname(), started: "2026-01-01T00:00:00.000Z" });
    writeFileSync(join(out, "claims", "b.lock"), holder(2 ** 22 + 1));
    writeFileSync(join(out, "claims", "c.lock"), holder(process.ppid));
    let over = false;
    const running = predict({ run, inputs: [slides], out, workers: 1 }).finally(() => {
      over = true;
    });
    while (finished(out).length < 3) await sleep(20);
    await sleep(600);
    expect([over, finished(out)]).toEqual([false, ["a", "b", "d"]]);
    rmSync(join(out, "claims", "c.lock"));
    expect(await running).toMatchObject({ kept: 1, done: 3, waiting: 0 });
    expect(tables(out)).toEqual(tables(whole));
  });

  it("are not disturbed by --overwrite", async () => {
    const out = join(folder, "busy");
    await predict({ run, inputs: [join(slides, "a.tif")], out });
    mkdirSync(join(out, "claims"));
    const holder = { pid: process.ppid, host: hostname(), started: "2026-01-01T00:00:00.000Z" };
    writeFileSync(join(out, "claims", "b.lock"), JSON.stringify(holder));
    await expect(predict({ run, inputs: [slides], out, overwrite: true })).rejects.toThrow(
      /expected no other process at work in this folder, got process/,
    );
    expect(finished(out)).toEqual(["a"]);
  });
});

describe("a command that was stopped", { timeout: 60_000 }, () => {
  it("by kill -9 leaves what is whole, and the same command does the rest", async () => {
    const out = join(folder, "killed");
    const { child, ended } = await startedCommand(out);
    child.kill("SIGKILL");
    await ended;
    const before = finished(out);
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(NAMES.length);
    const when = (name: string) => statSync(join(out, "slides", name, "prediction.json")).mtimeMs;
    const times = before.map(when);
    const result = await predict({ run, inputs: [slides], out });
    expect([result.kept, result.done]).toEqual([before.length, NAMES.length - before.length]);
    expect(before.map(when)).toEqual(times);
    expect(tables(out)).toEqual(tables(whole));
    expect(counts(out)).toMatchObject({ slides: 4, setAside: 1, waiting: 0 });
    expect(existsSync(join(out, "claims"))).toBe(false);
  });

  it("by Ctrl-C ends with 130, holds nothing, and goes on", async () => {
    const out = join(folder, "interrupted");
    const { child, ended } = await startedCommand(out);
    child.kill("SIGINT");
    const { exitCode, stderr } = await ended;
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining("run the same command again")]);
    expect(existsSync(join(out, "claims")) ? readdirSync(join(out, "claims")) : []).toEqual([]);
    const result = await predict({ run, inputs: [slides], out });
    expect(result.kept + result.done).toBe(4);
    expect(tables(out)).toEqual(tables(whole));
  });
});
