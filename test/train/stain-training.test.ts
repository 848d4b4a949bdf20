// Training with stain augmentation: recorded, resumed to the same bytes, the same for any number of workers.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { distill, train } from "../../src/api/index.ts";
import { isLowmagError, type Progress } from "../../src/base/index.ts";
import type { RunRecord } from "../../src/train/index.ts";
import { writeClasses } from "../cli/tissue.ts";

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-stain-"));
  await writeClasses(join(folder, "tissue"), ["A", "B"], { width: 48, height: 48 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = () =>
  ({
    data: join(folder, "tissue/list.csv"),
    cache: join(folder, "cache"),
    mpp: 2,
    epochs: 2,
    batch: 2,
    workers: 1,
    checkpointEvery: 0,
  }) as const;
const out = (run: string) => join(folder, run);
const weights = (run: string) => readFileSync(join(folder, run, "model.safetensors"));
const recordOf = (run: string) =>
  JSON.parse(readFileSync(join(folder, run, "run.json"), "utf8")) as RunRecord;
const card = (run: string) => readFileSync(join(folder, run, "MODEL_CARD.md"), "utf8");

/** Starts a training and stops it after its first epoch. */
async function stopped(run: string, options: Parameters<typeof train>[0]): Promise<void> {
  const controller = new AbortController();
  const onNote = (sentence: string) => {
    if (sentence.startsWith("epoch 1/")) controller.abort();
  };
  const ended = await train(options, { signal: controller.signal, onNote }).catch((error: unknown) => error);
  expect(isLowmagError(ended, "cancelled"), String(ended)).toBe(true);
  expect(existsSync(join(folder, run, "model.safetensors"))).toBe(false);
}

describe("training with stain augmentation", () => {
  it.each(["hed", "randstainna"] as const)(
    "by %s is recorded, and resumed to the same bytes by other workers",
    async (stainJitter) => {
      const options = { ...settings(), stainJitter };
      await train({ ...options, out: out(`whole-${stainJitter}`) });
      await stopped(`resumed-${stainJitter}`, { ...options, out: out(`resumed-${stainJitter}`) });
      const activities = new Set<string>();
      const onProgress = ({ activity }: Progress) => activities.add(activity);
      await train(
        { ...options, workers: 2, resume: true, out: out(`resumed-${stainJitter}`) },
        { onProgress },
      );
      expect(activities).not.toContain("measuring stains"); // the run began with statistics of its own
      expect(weights(`resumed-${stainJitter}`).equals(weights(`whole-${stainJitter}`))).toBe(true);
      const strength = stainJitter === "hed" ? 0.05 : 1;
      expect(recordOf(`whole-${stainJitter}`).stain).toMatchObject({ method: stainJitter, strength });
      expect(recordOf(`resumed-${stainJitter}`).stain).toEqual(recordOf(`whole-${stainJitter}`).stain);
    },
  );

  it("changes what is learned, and nothing where it is off", async () => {
    await train({ ...settings(), out: out("off") });
    await train({ ...settings(), stainJitter: "hed", stainStrength: 0.2, out: out("strong") });
    const all = ["off", "strong", "whole-hed", "whole-randstainna"].map((run) =>
      weights(run).toString("base64"),
    );
    expect(new Set(all).size).toBe(4);
    expect(recordOf("off").stain).toBeUndefined();
    expect(readFileSync(join(folder, "off/config.json"), "utf8")).not.toContain('"stain');
    expect(card("off")).not.toContain("Stain augmentation");
    expect(card("strong")).toContain("- Stain augmentation: HED jitter (Tellez et al. 2018), strength 0.2\n");
  });

  it("measures the training images alone", () => {
    const { stain } = recordOf("whole-randstainna");
    expect(stain).toMatchObject({ statistics: { mpp: 2, images: 4 } });
    expect(card("whole-randstainna")).toMatch(
      /- Stain augmentation: RandStainNA \(Shen et al\. 2022\), strength 1; templates from the tissue of 4 training images at 2 µm\/px \(L\*a\*b\* means [-\d., ]+ ± [-\d., ]+; all statistics in run\.json\)\n/,
    );
  });

  it("distils pairs, measured at the student's resolution", async () => {
    const { mpp: _, ...rest } = settings();
    const options = { ...rest, mpp: 3, teacher: out("off"), epochs: 1, stainJitter: "randstainna" as const };
    await distill({ ...options, out: out("student") });
    await distill({ ...options, workers: 2, out: out("student-2") });
    expect(recordOf("student").stain).toMatchObject({
      method: "randstainna",
      statistics: { mpp: 3, images: 4 },
    });
    expect(weights("student-2").equals(weights("student"))).toBe(true);
  });

  it("refuses a strength without a method", async () => {
    await expect(train({ ...settings(), stainStrength: 0.1, out: out("lonely") })).rejects.toThrow(
      "`stainStrength`: expected a method to go with it, got none. Add `--stain-jitter hed` or `--stain-jitter randstainna`.",
    );
  });

  it("refuses to resume with another augmentation", async () => {
    const options = { ...settings(), resume: true, out: out("off") };
    writeFileSync(join(folder, "off/keep"), "");
    await expect(train({ ...options, stainJitter: "hed" })).rejects.toThrow("stainJitter");
  });
});
