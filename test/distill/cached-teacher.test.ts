// Distillation with the teacher's outputs read from the cache: the same training as with the teacher run every time.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { distill, train } from "../../src/api/index.ts";
import { isLowmagError } from "../../src/base/index.ts";
import type { DistillOptions } from "../../src/options/index.ts";
import type { EpochRecord, RunRecord } from "../../src/train/index.ts";
import { writeClasses, writeImage } from "../cli/tissue.ts";

let folder: string;

/** Some images are of one size at the student's resolution but not at the teacher's: 64 and 65 pixels become 16. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-cached-"));
  await writeClasses(join(folder, "tissue"), ["A", "B"], { width: 64, height: 48 });
  for (const [i, width] of [64, 65, 96].entries())
    await writeImage(join(folder, "more"), { path: `${i}.png`, width, height: 48, mpp: 1 });
  const { data, cache } = settings();
  const teaching = { data, cache, mpp: 1, epochs: 1, batch: 4, workers: 1, jitter: false };
  await train({ ...teaching, out: out("teacher") });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const out = (run: string) => join(folder, run);
const settings = () =>
  ({
    data: join(folder, "tissue/list.csv"),
    unlabelled: [join(folder, "more")],
    cache: join(folder, "cache"),
    teacher: out("teacher"),
    mpp: 4,
    epochs: 2,
    batch: 4,
    microBatch: 1,
    workers: 1,
    checkpointEvery: 0,
    jitterViews: "student",
  }) satisfies Omit<DistillOptions, "out">;
const cached = () => ({ ...settings(), cacheTeacher: true });
const weights = (run: string) => readFileSync(join(folder, run, "model.safetensors"));
const recordOf = (run: string) =>
  JSON.parse(readFileSync(join(folder, run, "run.json"), "utf8")) as RunRecord;
const card = (run: string) => readFileSync(join(folder, run, "MODEL_CARD.md"), "utf8");
const losses = (log: readonly EpochRecord[]) =>
  log.flatMap(({ train, validation }) => [train.loss, validation!.loss]);

describe("a distillation from cached teacher outputs", () => {
  let every: readonly number[];

  it("ends with the same bytes as one that runs the teacher every time, given the same micro-batches", async () => {
    every = losses((await distill({ ...settings(), out: out("every") })).log);
    await distill({ ...cached(), out: out("cached") });
    expect(weights("cached").equals(weights("every"))).toBe(true);
  });

  it("resumes to the same bytes after an interruption, by other workers", async () => {
    const controller = new AbortController();
    const context = { signal: controller.signal, onNote: () => controller.abort() };
    const ended = await distill({ ...cached(), out: out("resumed") }, context).catch((error) => error);
    expect(isLowmagError(ended, "cancelled"), String(ended)).toBe(true);
    await distill({ ...cached(), workers: 2, resume: true, out: out("resumed") });
    expect(weights("resumed").equals(weights("every"))).toBe(true);
  });

  it("differs by rounding alone with maps of half precision and micro-batches of two", async () => {
    const options = { ...cached(), microBatch: 2, teacherPrecision: "float16" as const };
    const half = losses((await distill({ ...options, out: out("half") })).log);
    for (const [i, loss] of half.entries()) expect(Math.abs(loss / every[i]! - 1)).toBeLessThan(1e-3);
    expect(half).not.toEqual(every);
  });

  it("says in record and model card where it departs from the paper", () => {
    const alone =
      "colour jitter of the student's image alone; the paper jitters both images of a pair alike.";
    const half = "the teacher's feature maps were kept in half precision (float16).";
    expect(recordOf("every").deviations).toEqual([alone]);
    expect(recordOf("half").deviations).toEqual([alone, half]);
    expect(card("half")).toContain(
      `- Deviation from the paper: ${alone}\n- Deviation from the paper: ${half}\n`,
    );
    expect(recordOf("teacher").deviations).toBeUndefined();
    expect(card("teacher")).not.toContain("Deviation");
  });

  it("learns from a share of the unlabelled tissue, and says how much was left out", async () => {
    const few = { ...settings(), epochs: 1, jitter: false, unlabelledFraction: 0.4, out: out("few") };
    const { images } = await distill(few);
    expect(images).toEqual({ train: 5, unlabelled: 1, val: 4 });
    expect(recordOf("few").exclusions).toContain("2 unlabelled images (unlabelled fraction 0.4)");
    expect(recordOf("few").deviations).toBeUndefined(); // nothing is jittered
  });

  it.each([
    [
      { cacheTeacher: true },
      "`cacheTeacher`: expected a teacher's image that is the same in every epoch, got colour jitter of both images of a pair. Jitter the student's image alone with `--jitter-views student` (a deviation from the paper), or switch it off with `--no-jitter`.",
    ],
    [
      { cacheTeacher: true, jitter: false, stainJitter: "hed" as const },
      "`cacheTeacher`: expected a teacher's image that is the same in every epoch, got stain jitter of both images of a pair. Jitter the student's image alone with `--jitter-views student` (a deviation from the paper), or switch it off: leave `--stain-jitter` out.",
    ],
    [
      { teacherPrecision: "float16" as const },
      "`teacherPrecision`: expected cached outputs to apply it to, got none. Add `--cache-teacher`, or leave `--teacher-precision` out.",
    ],
  ])("refuses %o", async (options, message) => {
    const given = { ...settings(), jitterViews: "pair" as const, ...options, out: out("refused") };
    await expect(distill(given)).rejects.toThrow(message);
  });
});
