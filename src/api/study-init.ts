// `study init`: writes a commented study file to start from.
import { access } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { fail } from "../base/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import { resolveOptions, type StudyInitOptions, studyInitOptions } from "../options/index.ts";
import { presetStudyFile, type StudyPresetName, studyTemplate } from "../study/index.ts";

/** What {@link studyInit} wrote. */
export interface StudyInitResult {
  /** Absolute. */
  readonly file: string;
  readonly preset: StudyPresetName | null;
}

/**
 * Writes a study file whose comments explain every key.
 *
 * @throws LowmagError `invalid-argument` for an unknown preset, or where a file is already there and `overwrite` is not
 *   given; `not-writable`.
 */
export async function studyInit(options: StudyInitOptions = {}): Promise<StudyInitResult> {
  const { file, preset, overwrite } = resolveOptions("study init", studyInitOptions, options);
  const path = resolve(file);
  if (!overwrite && (await isThere(path)))
    throw fail("invalid-argument", {
      where: `study file \`${basename(path)}\``,
      expected: "no file yet",
      got: `one at ${path}`,
      fix: "Choose another name, or replace it with `--overwrite`.",
    });
  await writeFileAtomically(path, preset === undefined ? studyTemplate() : presetStudyFile(preset));
  return { file: path, preset: preset ?? null };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
