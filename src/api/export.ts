// `export`: a trained model for other programs.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fail } from "../base/index.ts";
import { exportOnnx } from "../infer/index.ts";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";
import { type ExportOptions, exportOptions, resolveOptions } from "../options/index.ts";
import { readRun } from "../train/index.ts";
import type { OperationContext } from "./context.ts";

/** What was written. */
export interface ExportResult {
  readonly out: string;
  readonly bytes: number;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly classes: readonly string[];
  readonly mpp: number;
}

/**
 * Writes a run's model as one ONNX file.
 *
 * @throws LowmagError `not-found`, `corrupt-data`, `invalid-argument` when the file is there already, `not-writable`.
 */
export async function exportModel(
  options: ExportOptions,
  _context: OperationContext = {},
): Promise<ExportResult> {
  const complete = resolveOptions("export", exportOptions, options);
  const out = resolve(complete.out);
  if (existsSync(out) && !complete.overwrite)
    throw fail("invalid-argument", {
      where: out,
      expected: "a file that is not there yet",
      got: "one that is",
      fix: "Choose another name, or replace it with `--overwrite`.",
    });
  const { model } = await readRun(complete.run);
  const content = exportOnnx(model);
  await writeFileAtomically(out, content);
  const { classes, mpp } = model.description;
  return { out, bytes: content.length, hash: hashBytes(content), classes, mpp };
}
