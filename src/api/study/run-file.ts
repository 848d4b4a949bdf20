// `study-run.json` beside a run's own files: which training of the study the folder holds. A folder is taken for finished
// only if this file names the same key and the model's bytes are those that the training left.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { isLowmagError } from "../../base/index.ts";
import { writeFileAtomically } from "../../machine/index.ts";
import { type EpochRecord, type RunRecord, readRun } from "../../train/index.ts";

const FILE = "study-run.json";

const schema = z.object({
  format: z.literal("lowmag-study-run-1"),
  name: z.string(),
  /** The key of the planned run. */
  key: z.string(),
  /** Lines of the ledger of test readings when this training first began. */
  testReadingsBefore: z.int().min(0),
  /** Wall seconds of the training so far, over all interruptions. */
  seconds: z.number().min(0),
  /** SHA-256 of the model; `null` until the training has ended. */
  modelHash: z.string().nullable(),
});

/** What the file says. */
export type StudyRunFile = z.infer<typeof schema>;

/** A run of the study that is finished; its model stays on disk. */
export interface FinishedStudyRun {
  /** Its folder, absolute, and the folder's name. */
  readonly path: string;
  readonly name: string;
  readonly record: RunRecord;
  readonly config: Readonly<Record<string, unknown>>;
  readonly log: readonly EpochRecord[];
  readonly modelHash: string;
  readonly file: StudyRunFile;
}

/** Writes the file of a run's folder. */
export async function writeRunFile(folder: string, file: StudyRunFile): Promise<void> {
  await writeFileAtomically(join(folder, FILE), `${JSON.stringify(file, null, 2)}\n`);
}

/** The file of a run's folder; `null` where there is none that reads as one. */
export async function readRunFile(folder: string): Promise<StudyRunFile | null> {
  try {
    return schema.parse(JSON.parse(await readFile(join(folder, FILE), "utf8")));
  } catch {
    return null;
  }
}

/** The finished run of this key in the folder; `null` where it is missing, unfinished, damaged or of another key. */
export async function finishedRun(folder: string, key: string): Promise<FinishedStudyRun | null> {
  const file = await readRunFile(folder);
  if (file === null || file.key !== key || file.modelHash === null) return null;
  try {
    const { model: _, ...run } = await readRun(folder);
    return run.modelHash === file.modelHash && run.log.length > 0 ? { ...run, file } : null;
  } catch (error) {
    if (isLowmagError(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Folders of runs by key: a run is known by its key, whatever its folder is called. */
export async function foldersByKey(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const folders = new Map<string, string>();
  for (const name of names.sort()) {
    const file = await readRunFile(join(folder, name));
    if (file !== null) folders.set(file.key, join(folder, name));
  }
  return folders;
}

/** Share of a run that is done in this folder, by its log: 1 for what counts as finished. For estimates alone. */
export async function shareDone(
  folder: string,
  { key, cost }: { readonly key: string; readonly cost: { readonly epochs: number } },
): Promise<number> {
  const file = await readRunFile(folder);
  if (file?.key !== key) return 0;
  if (file.modelHash !== null) return 1;
  const log = await readFile(join(folder, "log.jsonl"), "utf8").catch(() => "");
  return Math.min(1, (log.split("\n").length - 1) / cost.epochs);
}
