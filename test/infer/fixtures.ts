// A finished run and pictures for the tests of exported models, without training.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { USUAL_RULES } from "../../src/cutting/index.ts";
import { initialState, saveModel } from "../../src/models/index.ts";
import { type RgbImage, rgbImage } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";
import type { FinishedRun } from "../../src/train/index.ts";

/** A student of 2 µm/px with random weights, and all that its run would say of it. */
export function finishedRun(): FinishedRun {
  const classes = ["Abnormal", "Normal", "Sprue"];
  return {
    path: "/somewhere/runs/student-2",
    name: "student-2",
    record: {
      kind: "distillation",
      origin: { path: "/home/someone/secret/runs/teacher-1", modelHash: "b".repeat(64) },
      seed: 1,
      versions: { lowmag: "0.1.0", node: "v20.20.2", resampling: "area-1", decoder: "libvips 8.18.7" },
      commit: { hash: "c".repeat(40), dirty: false },
      data: {
        hash: "d".repeat(64),
        classes,
        counts: { train: { images: 12, patients: 6 }, val: { images: 4, patients: 2 } },
        rules: USUAL_RULES,
      },
      exclusions: ["/home/someone/secret/manifest.csv: columns ignored: age"],
      startedAt: "2026-11-21T14:16:31.815Z",
      finishedAt: "2026-11-21T14:17:24.565Z",
      bestEpoch: 1,
    },
    config: {},
    log: [],
    model: {
      description: {
        architecture: "resnet10-thin-gn",
        classes,
        mpp: 2,
        mean: [0.8, 0.7, 0.8],
        std: [0.2, 0.25, 0.15],
      },
      state: initialState("resnet10-thin-gn", classes.length, 4),
    },
    modelHash: "a".repeat(64),
  };
}

/** Noise on a gradient. */
export function picture(width: number, height: number, seed: number): RgbImage {
  const generator = Generator.derive(seed, "picture");
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) =>
    Math.floor(128 + 100 * Math.sin(i / (7 + seed)) + 27 * generator.uniform()),
  );
  return rgbImage(width, height, data);
}

/** Writes such a run as the folder that `lowmag distill` leaves. */
export async function writeRun(folder: string): Promise<FinishedRun> {
  const run = { ...finishedRun(), path: folder };
  await saveModel(join(folder, "model.safetensors"), run.model);
  writeFileSync(join(folder, "run.json"), JSON.stringify(run.record));
  writeFileSync(join(folder, "config.json"), "{}");
  writeFileSync(join(folder, "log.jsonl"), "");
  return run;
}
