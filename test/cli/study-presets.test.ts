// `lowmag study init --preset` beside folders as the authors have them: the dry run finds every network that the paper's
// question needs. The images are noise; nothing is trained.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STUDY_PRESETS, studyPreset } from "../../src/study/index.ts";
import { capture } from "./capture.ts";
import { writeImage } from "./tissue.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "lowmag-presets-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The authors' folders, with images that are 8 pixels wide at the coarsest magnification. */
async function writeFolders(name: (typeof STUDY_PRESETS)[number]): Promise<string> {
  const { folder, classes, teacherMpp, studentMpps, unlabelled } = studyPreset(name);
  const side = (8 * Math.max(...studentMpps)) / teacherMpp;
  const size = { width: side, height: side };
  for (const split of ["train", "val", "test"])
    for (const label of classes)
      await writeImage(join(root, name), { path: `${folder}/${split}/${label}/${split}-1.png`, ...size });
  if (unlabelled !== null)
    for (const number of [1, 2, 3, 4])
      await writeImage(join(root, name), { path: `${unlabelled}/slide/${number}.png`, ...size });
  return join(root, name, "study.yaml");
}

describe.each(STUDY_PRESETS)("lowmag study init --preset %s", (name) => {
  it("writes a study that can be planned on the authors' folders", { timeout: 30_000 }, async () => {
    const file = await writeFolders(name);
    const init = await capture(["study", "init", file, "--preset", name]);
    expect(init).toMatchObject({ exitCode: 0, stderr: "" });
    const cache = join(root, "cache");
    const { exitCode, stdout } = await capture(["study", file, "--dry-run", "--json", "--cache", cache]);
    expect(exitCode).toBe(0);
    const { plan } = JSON.parse(stdout) as {
      plan: {
        cells: { arm: string; mpp: number; unlabelledFraction: number }[];
        runs: { cost: { epochs: number } }[];
      };
    };
    const { studentMpps, teacherMpp, unlabelled } = studyPreset(name);
    const shares = unlabelled === null ? 1 : 4;
    const cells = (arm: string) => plan.cells.filter((cell) => cell.arm === arm);
    expect(cells("teacher").map(({ mpp }) => mpp)).toEqual([teacherMpp]);
    expect(cells("baseline").map(({ mpp }) => mpp)).toEqual(studentMpps);
    expect(cells("distilled")).toHaveLength(shares * studentMpps.length);
    for (const arm of ["published loss", "fine-tuned"])
      expect(cells(arm).map(({ mpp }) => mpp)).toEqual(studentMpps);
    expect(plan.runs).toHaveLength(3 * plan.cells.length);
    expect(new Set(plan.runs.map(({ cost }) => cost.epochs))).toEqual(new Set([100, 10]));
  });
});
