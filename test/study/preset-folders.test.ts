// `lowmag study init --preset` beside folders as the authors have them: the file plans every network that the paper's
// question needs. The images are noise; nothing is trained, and no machine is measured.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { studyInit } from "../../src/api/index.ts";
import { readDataset } from "../../src/dataset/index.ts";
import { planStudy, readStudyFile, STUDY_PRESETS, studyFacts, studyPreset } from "../../src/study/index.ts";
import { writeImage } from "../cli/tissue.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "lowmag-presets-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The authors' folders, with images that are 8 pixels wide at the coarsest magnification. */
async function writeFolders(name: (typeof STUDY_PRESETS)[number]): Promise<void> {
  const { folder, classes, teacherMpp, studentMpps, unlabelled } = studyPreset(name);
  const side = (8 * Math.max(...studentMpps)) / teacherMpp;
  const size = { width: side, height: side };
  for (const split of ["train", "val", "test"])
    for (const label of classes)
      await writeImage(join(root, name), { path: `${folder}/${split}/${label}/${split}-1.png`, ...size });
  if (unlabelled !== null)
    for (const number of [1, 2, 3, 4])
      await writeImage(join(root, name), { path: `${unlabelled}/slide/${number}.png`, ...size });
}

describe.each(STUDY_PRESETS)("lowmag study init --preset %s", (name) => {
  it("writes a study that can be planned on the authors' folders", async () => {
    await writeFolders(name);
    const { file } = await studyInit({ file: join(root, name, "study.yaml"), preset: name });
    const { content, locate } = await readStudyFile(file);
    const { data, dataMpp, classes, unlabelled } = content.data;
    const dataset = await readDataset({ data, mpp: dataMpp!, classes: classes!, unlabelled });
    expect(dataset.classes).toEqual(classes);
    const plan = planStudy(content, studyFacts(dataset, content, { teacher: null, weights: {} }), { locate });
    const preset = studyPreset(name);
    const shares = preset.unlabelled === null ? 1 : 4;
    const cells = (arm: string) => plan.cells.filter((cell) => cell.arm === arm);
    expect(cells("teacher").map(({ mpp }) => mpp)).toEqual([preset.teacherMpp]);
    expect(cells("baseline").map(({ mpp }) => mpp)).toEqual(preset.studentMpps);
    expect(cells("distilled")).toHaveLength(shares * preset.studentMpps.length);
    for (const arm of ["published loss", "fine-tuned"])
      expect(cells(arm).map(({ mpp }) => mpp)).toEqual(preset.studentMpps);
    expect(plan.runs).toHaveLength(3 * plan.cells.length);
    expect(new Set(plan.runs.map(({ cost }) => cost.epochs))).toEqual(new Set([100, 10]));
  });
});
