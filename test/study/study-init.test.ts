// `study init`: what it writes, and what it leaves alone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { studyInit } from "../../src/api/index.ts";
import { studyInitOptions } from "../../src/options/index.ts";
import { presetStudyFile, readStudyFile, STUDY_PRESETS, studyTemplate } from "../../src/study/index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-study-init-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("study init", () => {
  it("writes a study file that can be read", async () => {
    const file = join(folder, "study.yaml");
    expect(await studyInit({ file })).toEqual({ file, preset: null });
    expect(readFileSync(file, "utf8")).toBe(studyTemplate());
    expect((await readStudyFile(file)).content.data.data).toBe(join(folder, "tiles"));
  });

  it("replaces a file only when asked to", async () => {
    const file = join(folder, "mine.yaml");
    writeFileSync(file, "mine\n");
    await expect(studyInit({ file })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("study file `mine.yaml`: expected no file yet, got one at"),
    });
    expect(readFileSync(file, "utf8")).toBe("mine\n");
    await studyInit({ file, overwrite: true });
    expect(readFileSync(file, "utf8")).toBe(studyTemplate());
  });

  it("knows the presets that there are, and writes them", async () => {
    expect(studyInitOptions.shape.preset.unwrap().options).toEqual([...STUDY_PRESETS]);
    for (const preset of STUDY_PRESETS) {
      const file = join(folder, `${preset}.yaml`);
      expect(await studyInit({ file, preset })).toEqual({ file, preset });
      expect(readFileSync(file, "utf8")).toBe(presetStudyFile(preset));
    }
  });

  it("says where nothing can be written", async () => {
    await expect(
      studyInit({ file: join(folder, "mine.yaml", "deeper", "study.yaml") }),
    ).rejects.toMatchObject({
      code: "not-writable",
    });
  });
});
