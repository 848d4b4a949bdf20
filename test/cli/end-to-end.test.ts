// The compiled command, as a person or a script calls it: the whole pipeline on a handful of tiny images, what goes to
// which stream, exit codes, and what an interruption leaves behind.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const bin = fileURLToPath(new URL("../../bin/lowmag.js", import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-end-to-end-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...argv: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  return startProgram(process.execPath, bin, ...argv);
}

function startProgram(
  program: string,
  ...argv: readonly string[]
): { child: ChildProcess; ended: Promise<Ended> } {
  const env = { ...process.env, LOWMAG_CACHE: join(folder, "cache"), NO_COLOR: "1" };
  const child = spawn(program, argv, { cwd: folder, env });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { child, ended };
}

const run = (program: string, ...argv: readonly string[]): Promise<Ended> =>
  startProgram(program, ...argv).ended;
const lowmag = (...argv: readonly string[]): Promise<Ended> => start(...argv).ended;

/** Runs with --json and returns the object, after checking that nothing else is on standard output. */
async function json(...argv: readonly string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await lowmag(...argv, "--json");
  expect(stderr, argv.join(" ")).not.toContain("error:");
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const TRAINING = [
  "--data",
  "tissue/manifest.csv",
  "--splits",
  "splits.csv",
  "--batch",
  "4",
  "--workers",
  "1",
];

describe("the pipeline", { timeout: 120_000 }, () => {
  it("makes tissue and splits it by patient", async () => {
    const set = [
      "--patients",
      "12",
      "--images-per-patient",
      "1",
      "--unlabelled-patients",
      "3",
      "--size",
      "64",
    ];
    const made = await json("synthesize", "--out", "tissue", ...set, "--seed", "1", "--workers", "1");
    expect(made).toMatchObject({ images: 12, unlabelledImages: 3 });
    const { splits } = await json(
      "split",
      "--data",
      "tissue/manifest.csv",
      "--out",
      "splits.csv",
      "--seed",
      "1",
    );
    expect(splits).toMatchObject([{ split: "train" }, { split: "val" }, { split: "test" }]);
    const again = await lowmag(
      "split",
      "--data",
      "tissue/manifest.csv",
      "--out",
      "splits.csv",
      "--seed",
      "1",
    );
    expect(again.exitCode).toBe(0);
    const other = await lowmag(
      "split",
      "--data",
      "tissue/manifest.csv",
      "--out",
      "splits.csv",
      "--seed",
      "2",
    );
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain("splits.csv: expected no file, or one with these very splits");
  });

  it("trains a teacher, distils a student from it, and trains a baseline", async () => {
    const teacher = await json("train", ...TRAINING, "--mpp", "1", "--epochs", "1", "--out", "runs/teacher");
    expect(teacher).toMatchObject({ kind: "labels", mpp: 1, parameters: 1_231_011, bestEpoch: 1 });
    const config = join(folder, "distill.yaml");
    writeFileSync(config, "teacher: runs/teacher\nunlabelled: [tissue/unlabelled.csv]\nepochs: 3\n");
    const student = await json(
      ...[
        "distill",
        "--config",
        config,
        ...TRAINING,
        "--mpp",
        "2",
        "--epochs",
        "1",
        "--out",
        "runs/student-2",
      ],
    );
    expect(student).toMatchObject({ kind: "distillation", mpp: 2, epochs: 1, images: { unlabelled: 3 } });
    const baseline = await json(
      "train",
      ...TRAINING,
      "--mpp",
      "2",
      "--epochs",
      "1",
      "--out",
      "runs/baseline-2",
    );
    expect(baseline).toMatchObject({ kind: "labels", mpp: 2 });
    const tuned = await json(
      ...["train", "--from", "runs/student-2", ...TRAINING, "--epochs", "1", "--out", "runs/tuned"],
    );
    expect(tuned).toMatchObject({ kind: "fine-tuning", mpp: 2 });
  });

  it("writes a run's config so that it is a config again", async () => {
    const again = await lowmag("train", "--config", "runs/teacher/config.json", "--overwrite", "--quiet");
    expect(again).toMatchObject({ exitCode: 0, stderr: "" });
    expect(again.stdout).toContain("Best epoch 1 of 1");
    const refused = await lowmag("train", "--config", "runs/teacher/config.json");
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/runs\/teacher: expected a folder without a run, got a finished run\./);
  });

  it("compares the models and writes a report", async () => {
    const runs = ["runs/teacher", "runs/student-2", "runs/baseline-2", "runs/tuned"];
    const data = [
      "--data",
      "tissue/manifest.csv",
      "--splits",
      "splits.csv",
      "--draws",
      "200",
      "--no-latency",
    ];
    const { record, report } = await json("evaluate", ...runs, ...data, "--out", "report");
    expect(record).toMatchObject({
      split: "test",
      models: [
        { name: "teacher", role: "teacher" },
        { name: "student-2", role: "student" },
        { name: "baseline-2", role: "baseline" },
        { name: "tuned", role: "fine-tuned" },
      ],
    });
    expect(readFileSync(String(report), "utf8")).toContain("student-2");
    expect(existsSync(join(folder, "report/evaluation.json"))).toBe(true);
  });

  it("predicts images, names those that failed, and then exits with 3", async () => {
    writeFileSync(join(folder, "broken.png"), "no image");
    const image = "tissue/unlabelled/U0001_1.png";
    const good = await lowmag("predict", "runs/student-2", image, "--quiet");
    expect(good).toMatchObject({ exitCode: 0, stderr: "" });
    expect(good.stdout).toMatch(
      /^image,predicted,probability: Abnormal,probability: Normal,probability: Sprue\ntissue\/unlabelled\/U0001_1\.png,(Abnormal|Normal|Sprue),0\.\d+,0\.\d+,0\.\d+\n$/,
    );
    const mixed = await lowmag("predict", "runs/student-2", image, "broken.png", "--json");
    expect(mixed.exitCode).toBe(3);
    const { slides, failures } = JSON.parse(mixed.stdout) as {
      slides: { path: string; answer: { probabilities: number[] } }[];
      failures: { path: string; reason: string }[];
    };
    expect(slides.map(({ path }) => path)).toEqual([join(folder, image)]);
    expect(slides[0]?.answer.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
    expect(failures).toMatchObject([{ path: join(folder, "broken.png"), reason: "not-a-slide" }]);
  });

  it("profiles and exports models", async () => {
    const { models } = await json(
      "profile",
      "runs/teacher",
      "runs/student-2",
      "--field",
      "64",
      "--repeats",
      "1",
    );
    expect(models).toMatchObject([
      { name: "teacher", macsPerPixel: 5016.000732421875, width: 64 },
      { name: "student-2", width: 32 },
    ]);
    const exported = await json("export", "runs/student-2", "--out", "student.onnx");
    expect(exported.bytes).toBe(readFileSync(join(folder, "student.onnx")).length);
    const twice = await lowmag("export", "runs/student-2", "--out", "student.onnx");
    expect(twice.exitCode).toBe(2);
  });

  it("finds this machine fit", async () => {
    const { healthy, checks } = await json("doctor");
    expect(healthy, JSON.stringify(checks)).toBe(true);
  });
});

describe("an interrupted training", { timeout: 120_000 }, () => {
  const settings = [...TRAINING, "--mpp", "2", "--epochs", "10", "--checkpoint-every", "0", "--seed", "3"];

  /** Runs until the first optimiser steps are done and sends a signal. */
  async function interrupt(out: string, signal: NodeJS.Signals): Promise<Ended> {
    const { child, ended } = start("train", ...settings, "--out", out);
    let sent = false;
    child.stderr?.on("data", (chunk) => {
      if (sent || !String(chunk).includes("classification")) return;
      sent = child.kill(signal);
    });
    return ended;
  }

  it("stops with 130 on Ctrl-C, goes on with --resume, and ends with the very same weights", async () => {
    const whole = await lowmag("train", ...settings, "--out", "runs/whole");
    expect(whole.exitCode, whole.stderr).toBe(0);
    const stopped = await interrupt("runs/stopped", "SIGINT");
    expect(stopped.exitCode, stopped.stderr).toBe(130);
    expect(stopped.stderr).toContain("Everything done so far is kept: go on with `--resume`.");
    const unfinished = await lowmag("predict", "runs/stopped", "tissue/unlabelled/U0001_1.png");
    expect(unfinished.exitCode).toBe(2);
    expect(unfinished.stderr).toContain("got a run that has not finished. Finish it with `--resume`.");
    const resumed = await lowmag("train", "--resume", "--out", "runs/stopped");
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    const weights = (run: string) => readFileSync(join(folder, run, "model.safetensors"));
    expect(weights("runs/stopped").equals(weights("runs/whole"))).toBe(true);
  });

  it("survives kill -9 as well", async () => {
    const killed = await interrupt("runs/killed", "SIGKILL");
    expect(killed.exitCode).toBe(null);
    const resumed = await lowmag("train", "--resume", "--out", "runs/killed");
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    const weights = (run: string) => readFileSync(join(folder, run, "model.safetensors"));
    expect(weights("runs/killed").equals(weights("runs/whole"))).toBe(true);
  });

  // A limit on the size of files stands in for the full disk: a checkpoint before the first epoch's end has 15 MB, one
  // after it, with the best weights, 20 MB. The system refuses to write on, in the middle of the file.
  it.skipIf(process.platform === "win32")(
    "keeps the last whole checkpoint when the disk takes no more",
    async () => {
      const command = [process.execPath, bin, "train", ...settings, "--out", "runs/full"].join(" ");
      const full = await run("bash", "-c", `ulimit -f 17000; exec ${command}`);
      expect(full.exitCode, full.stderr).not.toBe(0);
      expect(full.stderr).toMatch(
        /error: .*checkpoint\.safetensors: expected a path that can be written, got .*EFBIG/,
      );
      const left = readdirSync(join(folder, "runs/full"));
      expect(left.filter((name) => name.endsWith(".tmp"))).toEqual([]);
      const resumed = await lowmag("train", "--resume", "--out", "runs/full");
      expect(resumed.exitCode, resumed.stderr).toBe(0);
      const weights = (run: string) => readFileSync(join(folder, run, "model.safetensors"));
      expect(weights("runs/full").equals(weights("runs/whole"))).toBe(true);
    },
  );
});

describe("the demo", { timeout: 120_000 }, () => {
  it("runs the whole experiment and can be asked again", async () => {
    const small = [
      "--patients",
      "15",
      "--unlabelled-patients",
      "3",
      "--images-per-patient",
      "1",
      "--size",
      "64",
    ];
    const short = ["--teacher-epochs", "1", "--steps", "2", "--mpps", "4"];
    const first = await lowmag("demo", "--out", "demo", ...small, ...short, "--workers", "1");
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/distilled .*4 .*\n/);
    expect(existsSync(join(folder, "demo/study/report/report.html"))).toBe(true);
    expect(first.stdout).toContain(`lowmag serve ${join(folder, "demo/results")}`);
    for (const name of ["teacher-1um", "student-4um"])
      expect(existsSync(join(folder, "demo/results", name, "report.html"))).toBe(true);
    const second = await json("demo", "--out", "demo", ...small, ...short, "--workers", "1");
    expect(second.record).toMatchObject({
      evaluation: { cells: [{ kind: "teacher" }, { kind: "baseline" }, { kind: "distilled" }] },
      runs: [{ reused: true }, { reused: true }, { reused: true }],
    });
  });
});
