// The trainings of a study in processes of their own: equal to the commands, resumed, reused, skipped, and blind to the
// test split.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { distill, train } from "../../src/api/index.ts";
import { openData, withSplits } from "../../src/api/open-data.ts";
import { type ExecuteOptions, executeRuns } from "../../src/api/study/execute-runs.ts";
import { trainingData } from "../../src/api/study/training-data.ts";
import type { DatasetReading } from "../../src/dataset/index.ts";
import type { PlannedRun, StudyPlan } from "../../src/study/index.ts";
import { writeTinyTissue } from "../support/tiny-study.ts";

let folder: string;
let dataset: DatasetReading;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-study-runs-"));
  await writeTinyTissue(folder);
  const choice = { data: join(folder, "manifest.csv"), unlabelled: [join(folder, "unlabelled.csv")] };
  dataset = await withSplits(await openData(choice, {}), undefined, "train");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COST = { epochs: 2, steps: 2, images: 6, macs: 1e9, seconds: null, peakBytes: 1e8, workerBytes: 0 };
const COMMON = { epochs: 2, batch: 8, seed: 1 };

function planned(name: string, more: Partial<PlannedRun>): PlannedRun {
  const key = `key of ${name}`;
  const kind = more.operation === "distill" ? "distilled" : "teacher";
  return {
    ...{ key, name, cell: name, seed: 1, kind, operation: "train", needs: {}, candidate: null, cost: COST },
    options: COMMON,
    ...more,
  };
}

const TEACHER = planned("teacher", { options: { ...COMMON, mpp: 1 } });
const STUDENT = planned("student", {
  operation: "distill",
  options: { ...COMMON, mpp: 2 },
  needs: { teacher: TEACHER.key },
});
const TUNED = planned("tuned", {
  kind: "fine-tuned",
  options: { ...COMMON, mpp: 2 },
  needs: { from: STUDENT.key },
});
const BASELINE = planned("baseline", { kind: "baseline", options: { ...COMMON, mpp: 2 } });

const plan = (...runs: PlannedRun[]): StudyPlan => ({ cells: [], runs, givenTeacher: null });

function execute(runs: StudyPlan, out: string, more: Partial<ExecuteOptions> = {}) {
  return executeRuns(runs, {
    folder: join(folder, out),
    dataset,
    dataOptions: { data: join(folder, "manifest.csv"), unlabelled: [join(folder, "unlabelled.csv")] },
    cacheFolder: join(folder, "cache"),
    jobs: 1,
    workers: 1,
    memory: 1e12,
    testReadingsBefore: 0,
    ...more,
  });
}

const bytes = (out: string, run: string, file = "model.safetensors") =>
  readFileSync(join(folder, out, run, file));

describe("the runs of a study", { timeout: 600_000 }, () => {
  it("are those that the commands give, byte for byte, and need no test image", async () => {
    const outcomes = await execute(plan(TEACHER, STUDENT, TUNED, BASELINE), "all");
    expect([...outcomes.values()].map(({ state }) => state)).toEqual(["done", "done", "done", "done"]);
    const data = { data: join(folder, "manifest.csv"), cache: join(folder, "cache-2"), workers: 1 };
    const alone = (name: string) => join(folder, "alone", name);
    await train({ ...data, ...COMMON, mpp: 1, out: alone("teacher") });
    const unlabelled = [join(folder, "unlabelled.csv")];
    await distill({
      ...data,
      ...COMMON,
      mpp: 2,
      unlabelled,
      teacher: alone("teacher"),
      out: alone("student"),
    });
    await train({ ...data, ...COMMON, from: alone("student"), mpp: 2, out: alone("tuned") });
    await train({ ...data, ...COMMON, mpp: 2, out: alone("baseline") });
    for (const { name } of [TEACHER, STUDENT, TUNED, BASELINE])
      expect(bytes("all", name).equals(bytes("alone", name)), name).toBe(true);
    for (const operation of ["train", "distill"] as const)
      expect(trainingData(dataset, operation).images.filter(({ split }) => split === "test")).toEqual([]);
    const tests = dataset.images.filter(({ split }) => split === "test");
    const cached = readdirSync(join(folder, "cache"), { recursive: true }).join("\n");
    for (const { contentHash } of tests) expect(cached).not.toContain(contentHash.slice(0, 16));
  });
});
