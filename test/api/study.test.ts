// A whole study on tissue that trains in a blink: what is trained, chosen, read and kept; calls again after changes,
// failures and interruptions.
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StudyResult, study } from "../../src/api/index.ts";
import type { StudyRecord } from "../../src/evaluate/index.ts";
import { capture } from "../cli/capture.ts";
import { writeTinyTissue } from "../support/tiny-study.ts";

/** Milliseconds for whole studies, on a machine that has other things to do. */
const PATIENCE = 900_000;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-study-"));
  await writeTinyTissue(join(folder, "tissue"));
}, PATIENCE);
afterAll(() => rmSync(folder, { recursive: true, force: true }), PATIENCE);

const at = (...parts: string[]) => join(folder, ...parts);

/** Writes a study file; `more` replaces whole lines by their key. */
function writeStudy(name: string, more: Readonly<Record<string, string>> = {}): string {
  const lines = {
    title: "Tiny",
    data: "{ data: tissue/manifest.csv, unlabelled: [tissue/unlabelled.csv] }",
    training: "{ epochs: 2, batch: 8 }",
    students: "{ mpp: [2] }",
    unlabelledFractions: "[1]",
    seeds: "[1, 2]",
    arms: "[baseline, distilled]",
    comparison: "{ draws: 100 }",
    leaks: "{ nearDuplicates: false }",
    examples: "2",
    ...more,
  };
  const path = at(`${name}.yaml`);
  writeFileSync(
    path,
    Object.entries(lines)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(""),
  );
  return path;
}

const MACHINE = { workers: 1, jobs: 1 };

async function run(file: string, more: object = {}): Promise<StudyResult & { record: StudyRecord }> {
  const result = await study({ file, ...MACHINE, cache: at("cache"), ...more });
  return { ...result, record: result.record! };
}

/** A record without what may differ between two calls: times, and what was there before. */
function timeless(record: StudyRecord): unknown {
  const timed = new Set([
    "createdAt",
    "startedAt",
    "finishedAt",
    "at",
    "seconds",
    "reused",
    "timing",
    "waitingShare",
    "firstStep",
  ]);
  return JSON.parse(JSON.stringify(record, (key, value) => (timed.has(key) ? null : value)));
}

const models = (out: string) =>
  Object.fromEntries(
    readdirSync(join(out, "runs")).map((name) => [
      name,
      readFileSync(join(out, "runs", name, "model.safetensors")).toString("base64"),
    ]),
  );

const readingsOf = (out: string) => readFileSync(join(out, "test-readings.jsonl"), "utf8");

describe("a study", { timeout: PATIENCE }, () => {
  let first: StudyResult & { record: StudyRecord };
  beforeAll(async () => {
    first = await run(writeStudy("whole"));
  }, PATIENCE);

  it("trains every network once, and leaves ordinary runs", () => {
    const { record, out } = first;
    expect(out).toBe(at("whole"));
    expect(record.runs.map(({ kind, seed, state, reused }) => [kind, seed, state, reused])).toEqual([
      ...["teacher", "baseline", "distilled"].flatMap((kind) => [
        [kind, 1, "done", false],
        [kind, 2, "done", false],
      ]),
    ]);
    for (const { name, modelHash } of record.runs) {
      const files = [
        "MODEL_CARD.md",
        "config.json",
        "log.jsonl",
        "model-card.json",
        "model.safetensors",
        "run.json",
      ];
      expect(readdirSync(at("whole", "runs", name)).sort()).toEqual([...files, "study-run.json"]);
      expect(modelHash).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(record.commands.slice(1).every((line) => /^lowmag (train|distill) /.test(line))).toBe(true);
    expect(JSON.parse(readFileSync(first.recordFile!, "utf8"))).toEqual(record);
  });

  it("reads the test split once per network, after the last training has ended, and says so", () => {
    const { record } = first;
    expect(record.testReadings.map(({ run: name }) => name)).toEqual(record.runs.map(({ name }) => name));
    expect(
      record.testReadings.every(({ afterFirstReading, images }) => !afterFirstReading && images === 6),
    ).toBe(true);
    const ended = record.runs
      .map(({ finishedAt }) => finishedAt!)
      .sort()
      .at(-1)!;
    const [reading] = record.testReadings.map(({ at: time }) => time).sort();
    expect(reading! >= ended).toBe(true);
  });

  it("says what it learned from, and what it found", () => {
    const { data, evaluation, leaks } = first.record;
    const two = (n: number) => ({ images: 2 * n, patients: 2 * n, byClass: { calm: n, dense: n } });
    expect(data.counts).toMatchObject({
      train: two(3),
      val: two(2),
      test: two(3),
      unlabelled: { images: 2 },
    });
    expect(leaks.map(({ name }) => name)).toEqual(["patients", "identical files", "slides cut twice"]);
    expect(evaluation?.cells.map(({ id, images, seeds }) => [id, images, seeds.length])).toEqual([
      ["teacher-1um-l100", { labelled: 6, unlabelled: 0 }, 2],
      ["baseline-2um-l100", { labelled: 6, unlabelled: 0 }, 2],
      ["distilled-2um-l100-u100", { labelled: 6, unlabelled: 2 }, 2],
    ]);
    expect(evaluation?.comparisons.map(({ question }) => question)).toContain("student-baseline");
    expect(statSync(first.report!).size).toBeGreaterThan(10_000);
    const figures = readdirSync(at("whole", "report", "figures"));
    for (const svg of figures.filter((name) => name.endsWith(".svg")))
      expect(figures, svg).toContain(svg.replace(".svg", ".png"));
  });

  it("called again does nothing and finds the same", async () => {
    const before = readingsOf(first.out);
    const again = await run(at("whole.yaml"));
    expect(again.record.runs.every(({ reused }) => reused)).toBe(true);
    expect(readingsOf(first.out)).toBe(before);
    expect(timeless(again.record)).toEqual(timeless(first.record));
  });

  it("gives the same with two trainings at a time", async () => {
    const file = writeStudy("parallel", { seeds: "[1]" });
    const { out, record } = await run(file, { jobs: 2, workers: 2 });
    const all = models(first.out);
    expect(record.runs).toHaveLength(3);
    expect(models(out)).toEqual(Object.fromEntries(record.runs.map(({ name }) => [name, all[name]])));
    for (const name of readdirSync(join(out, "predictions")))
      expect(readFileSync(join(out, "predictions", name), "utf8")).toBe(
        readFileSync(join(first.out, "predictions", name), "utf8"),
      );
  });

  it("redoes what a changed line touches, and tells that it came after the test split was read", async () => {
    cpSync(first.out, at("changed"), { recursive: true });
    const { record } = await run(writeStudy("changed", { baseline: "{ learningRate: 0.002 }" }));
    expect(record.runs.map(({ kind, reused }) => [kind, reused])).toEqual(
      ["teacher", "baseline", "distilled"].flatMap((kind) => [1, 2].map(() => [kind, kind !== "baseline"])),
    );
    const late = record.testReadings.filter(({ afterFirstReading }) => afterFirstReading);
    expect(late.map(({ run: name }) => name)).toEqual(
      record.runs.filter(({ kind }) => kind === "baseline").map(({ name }) => name),
    );
    expect(record.testReadings).toHaveLength(8);
  });

  it("does not trust a model that was changed, nor what was taught by it", async () => {
    const out = at("tampered");
    cpSync(first.out, out, { recursive: true });
    const [teacher] = first.record.runs;
    const path = join(out, "runs", teacher!.name, "model.safetensors");
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    const { record } = await run(at("whole.yaml"), { out });
    expect(record.runs.filter(({ reused }) => !reused).map(({ name }) => name)).toEqual([teacher!.name]);
    expect(models(out)).toEqual(models(first.out));
  });

  it("reads the test split again where answers were changed, and says so", async () => {
    const out = at("answers");
    cpSync(first.out, out, { recursive: true });
    const [teacher] = first.record.runs;
    const path = join(out, "predictions", `${teacher!.name}.test.json`);
    writeFileSync(path, readFileSync(path, "utf8").replace('"modelHash":"', '"modelHash":"0'));
    const { record } = await run(at("whole.yaml"), { out });
    expect(record.testReadings).toHaveLength(7);
    expect(record.testReadings.at(-1)).toMatchObject({ run: teacher!.name, afterFirstReading: false });
    expect(record.evaluation).toEqual(first.record.evaluation);
  });

  it("reports a training that fails, skips what needs it, does the rest, and tries again", async () => {
    const arms =
      "[baseline, {name: distilled, kind: distilled, options: {learningRate: 1.0e+30}}, fine-tuned]";
    const file = writeStudy("failing", { arms, seeds: "[1]", training: "{ epochs: 3, batch: 3 }" });
    const call = ["study", file, "--jobs", "1", "--workers", "1", "--cache", at("cache")];
    for (const reused of [false, true]) {
      const { exitCode, stdout, stderr } = await capture(call);
      expect(stderr).toContain("failed distilled at 2 µm/px, seed 1: distillation, step");
      expect(exitCode).toBe(3);
      expect(stdout).toMatch(/Failed: distilled-2um-l100-u100-seed1-\w+: .+ expected a finite loss/);
      const record = JSON.parse(readFileSync(at("failing", "study.json"), "utf8")) as StudyRecord;
      expect(record.runs.map(({ kind, state, reused: was }) => [kind, state, was])).toEqual([
        ["teacher", "done", reused],
        ["baseline", "done", reused],
        ["distilled", "failed", false],
        ["fine-tuned", "skipped", false],
      ]);
      expect(record.evaluation?.cells.map(({ kind }) => kind)).toEqual(["teacher", "baseline"]);
    }
  });

  it("chooses on validation data; what was not chosen never meets the test split", async () => {
    const arms = "[{name: tried, kind: distilled, choose: {temperature: [1, 4]}}]";
    const { record, out } = await run(writeStudy("choosing", { arms, seeds: "[1]" }));
    const [choice] = record.choices;
    expect(choice).toMatchObject({
      cell: "tried-2um-l100-u100",
      metric: "validation auroc, higher is better",
    });
    expect(choice!.candidates).toHaveLength(2);
    const values = choice!.candidates.map(({ value }) => value!);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    const tried = record.runs.filter(({ kind }) => kind === "distilled");
    const chosen = tried.filter(({ candidate }) => !candidate);
    expect(chosen).toHaveLength(1);
    expect(chosen[0]!.options).toMatchObject(choice!.candidates[0]!.settings);
    const asked = readdirSync(join(out, "predictions")).filter((name) => name.includes("distilled"));
    expect(asked.sort()).toEqual(["test", "val"].map((split) => `${chosen[0]!.name}.${split}.json`));
    expect(record.testReadings.map(({ run: name }) => name)).toEqual([record.runs[0]!.name, chosen[0]!.name]);
  });

  it("takes a teacher that is finished", async () => {
    const [teacher] = first.record.runs;
    const { record } = await run(
      writeStudy("given", { teacher: `{ run: whole/runs/${teacher!.name} }`, arms: "[distilled]" }),
    );
    expect(record.runs.map(({ kind }) => kind)).toEqual(["distilled", "distilled"]);
    expect(record.evaluation?.cells.map(({ kind, seeds }) => [kind, seeds.length])).toEqual([
      ["teacher", 2],
      ["distilled", 2],
    ]);
    expect(record.testReadings).toHaveLength(3);
    expect(record.evaluation?.cells[0]?.metrics.macroAuroc?.perSeed[0]).toBe(
      first.record.evaluation?.cells[0]?.metrics.macroAuroc?.perSeed[0],
    );
  });
});

describe("a study that may not begin", () => {
  it("spends nothing on a dry run", async () => {
    const { exitCode, stdout } = await capture([
      "study",
      writeStudy("dry"),
      "--dry-run",
      "--cache",
      at("cache"),
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("6 trainings");
    expect(existsSync(at("dry"))).toBe(false);
  });

  it("stops at leaks, before anything is trained, and names the pair", async () => {
    cpSync(at("tissue"), at("leaky"), { recursive: true });
    cpSync(at("leaky/images/train-calm-0.png"), at("leaky/images/test-calm-1.png"));
    const file = writeStudy("leaking", { data: "{ data: leaky/manifest.csv }", unlabelledFractions: "[0]" });
    const error = await study({ file, ...MACHINE }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "data-leak" });
    expect((error as Error).message).toContain("train-calm-0.png");
    expect((error as Error).message).toContain("test-calm-1.png");
    expect(existsSync(at("leaking", "runs"))).toBe(false);
  });

  it("is refused in a folder where another is at work", async () => {
    const file = writeStudy("locked");
    const out = at("held");
    cpSync(at("tissue"), out, { recursive: true });
    const holder = { pid: process.ppid, host: hostname(), started: "2020-01-01T00:00:00.000Z" };
    writeFileSync(join(out, "study.lock"), JSON.stringify(holder));
    await expect(study({ file, out, ...MACHINE })).rejects.toMatchObject({ code: "not-writable" });
    expect(existsSync(join(out, "runs"))).toBe(false);
  });
});

const bin = fileURLToPath(new URL("../../bin/lowmag.js", import.meta.url));

/** Calls the command and ends it with a signal as soon as a condition holds. */
async function interrupted(argv: readonly string[], signal: NodeJS.Signals, when: () => boolean) {
  const child = spawn(process.execPath, [bin, ...argv], { stdio: "ignore" });
  const ended = new Promise<number | NodeJS.Signals | null>((done) => {
    child.on("close", (code, by) => done(code ?? by));
  });
  const watch = setInterval(() => {
    if (when()) child.kill(signal);
  }, 5);
  const end = await ended;
  clearInterval(watch);
  return end;
}

describe("an interrupted study", { timeout: PATIENCE }, () => {
  it("goes on after Ctrl-C and after kill -9, and finds what an uninterrupted one finds", async () => {
    const more = { training: "{ epochs: 6, batch: 3 }", seeds: "[1]" };
    const whole = await run(writeStudy("uninterrupted", more));
    const file = writeStudy("interrupted", more);
    const out = at("interrupted");
    const argv = ["study", file, "--jobs", "1", "--workers", "1", "--cache", at("cache")];
    const epochs = (kind: string) => {
      const name =
        existsSync(join(out, "runs")) && readdirSync(join(out, "runs")).find((run) => run.startsWith(kind));
      const log = name ? join(out, "runs", name, "log.jsonl") : "";
      return existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0;
    };
    expect(await interrupted(argv, "SIGINT", () => epochs("teacher") >= 2)).toBe(130);
    const left = epochs("teacher");
    expect(left).toBeLessThan(6);
    expect(existsSync(join(out, "test-readings.jsonl"))).toBe(false);
    expect(await interrupted(argv, "SIGKILL", () => epochs("baseline") + epochs("distilled") >= 2)).toBe(
      "SIGKILL",
    );
    expect(epochs("teacher")).toBe(6);
    const { record } = await run(file);
    expect(record.runs[0]).toMatchObject({ kind: "teacher", reused: true });
    expect(record.runs.some(({ reused }) => !reused)).toBe(true);
    expect(models(out)).toEqual(models(whole.out));
    const same = (text: unknown) => JSON.stringify(text).replaceAll("uninterrupted", "interrupted");
    expect(same(timeless(record))).toBe(same(timeless(whole.record)));
    for (const name of readdirSync(join(out, "predictions")))
      expect(readFileSync(join(out, "predictions", name), "utf8")).toBe(
        readFileSync(join(whole.out, "predictions", name), "utf8"),
      );
  });
});
