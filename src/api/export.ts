// `export`: a trained model for other programs.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fail } from "../base/index.ts";
import { exportOnnx, modelFacts, runMetadata, wsinferConfig } from "../infer/index.ts";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";
import {
  type CompleteExportOptions,
  type ExportOptions,
  exportOptions,
  resolveOptions,
} from "../options/index.ts";
import { type FinishedRun, modelPath, readRun } from "../train/index.ts";
import type { OperationContext } from "./context.ts";
import { type CardFile, exportedCard, exportedCardText } from "./export-card.ts";
import { type WrittenPage, writePage } from "./export-page.ts";
import { type ExportedQuantisation, quantised } from "./export-quantised.ts";

/** What was written. Paths are absolute. */
export interface ExportResult {
  /** The ONNX file; `null` where none was asked for. */
  readonly out: string | null;
  /** The page; `null` where none was asked for. */
  readonly page: WrittenPage | null;
  /** Of the ONNX file, which the page holds as well. */
  readonly bytes: number;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly classes: readonly string[];
  readonly mpp: number;
  /** `null` for float32. */
  readonly quantisation: ExportedQuantisation | null;
  /** The model card as Markdown and as JSON; `null` without. */
  readonly card: { readonly text: string; readonly json: string } | null;
  /** The folder for WSInfer; `null` without. */
  readonly wsinfer: string | null;
}

/**
 * Writes a run's model as one ONNX file with its card beside it, as a web page that runs it, or as both, and, where asked
 * for, a folder for WSInfer.
 *
 * @throws LowmagError `not-found`, `corrupt-data`, `invalid-argument` when a file is there already, nothing is asked for or
 *   `int8-full` has no data, what reading the data throws, `not-writable`.
 */
export async function exportModel(
  options: ExportOptions,
  context: OperationContext = {},
): Promise<ExportResult> {
  const complete = resolveOptions("export", exportOptions, options);
  const out = complete.out === undefined ? null : resolve(complete.out);
  if (out === null && complete.page === undefined) throw nothingAsked();
  const card = out !== null && complete.card ? cardPaths(out) : null;
  const wsinfer = complete.wsinfer === undefined ? null : resolve(complete.wsinfer);
  if (!complete.overwrite)
    refuseExisting([out, card?.text, card?.json, wsinfer && join(wsinfer, "config.json")]);
  const run = await readRun(complete.run);
  const { content, metadata, quantisation } = await contentOf(run, complete, context);
  const file: CardFile = { bytes: content.length, hash: hashBytes(content), quantisation };
  if (card !== null) {
    const told = exportedCard(run, complete, file);
    await writeFileAtomically(card.text, exportedCardText(told));
    await writeFileAtomically(card.json, `${JSON.stringify(told, null, 2)}\n`);
  }
  if (wsinfer !== null) await writeWsinfer(wsinfer, run, complete.wsinferPatch);
  const carried = { onnx: content, facts: modelFacts(run), card: metadata, weights: metadata.precision };
  const page =
    complete.page === undefined ? null : await writePage(resolve(complete.page), carried, complete.overwrite);
  // The file itself last: where it is, the rest is.
  if (out !== null) await writeFileAtomically(out, content);
  const { classes, mpp } = run.model.description;
  return { out, page, ...file, classes, mpp, card, wsinfer };
}

async function contentOf(
  run: FinishedRun,
  options: CompleteExportOptions,
  context: OperationContext,
): Promise<{
  content: Uint8Array;
  metadata: Readonly<Record<string, string>> & { readonly precision: string };
  quantisation: ExportedQuantisation | null;
}> {
  const { licence, teacherLicence, quantise } = options;
  const metadata = {
    ...runMetadata(run),
    ...(licence === undefined ? {} : { licence }),
    ...(teacherLicence === undefined ? {} : { teacherLicence }),
    precision: quantise === "none" ? "float32" : quantise,
  };
  if (quantise === "none") return { content: exportOnnx(run.model, metadata), metadata, quantisation: null };
  return { ...(await quantised(run, metadata, options, context)), metadata };
}

/** student.onnx: student.md and student.json. */
function cardPaths(out: string): { text: string; json: string } {
  const stem = out.replace(/\.onnx$/i, "");
  return { text: `${stem}.md`, json: `${stem}.json` };
}

function nothingAsked(): Error {
  return fail("invalid-argument", {
    where: "export",
    expected: "a file or a page to write",
    got: "neither",
    fix: "Give `--out FILE` for an ONNX file, `--page DIR` for a web page, or both.",
  });
}

function refuseExisting(paths: readonly (string | null | undefined)[]): void {
  const there = paths.find((path) => path != null && existsSync(path));
  if (there != null)
    throw fail("invalid-argument", {
      where: there,
      expected: "a file that is not there yet",
      got: "one that is",
      fix: "Choose another name, or replace it with `--overwrite`.",
    });
}

/** What WSInfer needs, but for the TorchScript file, which wants PyTorch: the script that makes it lies beside. */
async function writeWsinfer(folder: string, run: FinishedRun, patch: number | undefined): Promise<void> {
  const script = new URL("../../examples/to_torchscript.py", import.meta.url);
  await writeFileAtomically(join(folder, "to_torchscript.py"), await readFile(script));
  await writeFileAtomically(join(folder, "model.safetensors"), await readFile(modelPath(run.path)));
  const config = `${JSON.stringify(wsinferConfig(run, patch), null, 2)}\n`;
  await writeFileAtomically(join(folder, "config.json"), config);
}
