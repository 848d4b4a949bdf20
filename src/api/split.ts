// `split`: decides once, on disk, who is in train, val and test.
import { readFile, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { fail } from "../base/index.ts";
import {
  countBySplit,
  type Dataset,
  readPatients,
  type SplitCounts,
  splitDataset,
  withPatients,
  writeSplits,
} from "../dataset/index.ts";
import { resolveOptions, type SplitOptions, splitOptions } from "../options/index.ts";
import type { OperationContext } from "./context.ts";
import { openData } from "./open-data.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** What was decided. */
export interface SplitResult {
  /** The splits file, absolute. */
  readonly out: string;
  readonly by: "patient" | "block" | "image";
  readonly classes: readonly string[];
  readonly splits: readonly SplitCounts[];
}

/**
 * Divides a data set and writes the splits file. Equal data, options and seed give an equal file.
 *
 * @throws LowmagError `missing-metadata` where a patient is unknown, `invalid-argument` where a class cannot be in every
 *   split or another splits file is in the way, and what reading the data throws.
 */
export async function split(options: SplitOptions, context: OperationContext = {}): Promise<SplitResult> {
  const complete = resolveOptions("split", splitOptions, options);
  const out = resolve(complete.out);
  const { blocks, deal, seed, overwrite, patients } = complete;
  const by = complete.by ?? (blocks === undefined && deal === undefined ? "patient" : "block");
  const read = await openData(complete, context);
  const dataset = patients === undefined ? read : withPatients(read, await readPatients(patients));
  const [train = 0, val = 0, test = 0] = complete.fractions;
  const divided = splitDataset(dataset, {
    seed,
    by,
    fractions: { train, val, test },
    ...withoutUndefined({ blocks, deal }),
  });
  await writeUnlessOther(out, divided, overwrite);
  return { out, by, classes: divided.classes, splits: countBySplit(divided) };
}

/** Splits are decided once: a file that says something else is not replaced without being told to. */
async function writeUnlessOther(out: string, dataset: Dataset, overwrite: boolean): Promise<void> {
  const before = overwrite ? null : await readFile(out, "utf8").catch(() => null);
  if (before === null) return writeSplits(out, dataset);
  const draft = `${out}.new.tmp`;
  try {
    await writeSplits(draft, dataset);
    if ((await readFile(draft, "utf8")) === before) return;
  } finally {
    await rm(draft, { force: true });
  }
  throw fail("invalid-argument", {
    where: out,
    expected: "no file, or one with these very splits",
    got: "another splits file",
    fix: "Runs that used it would no longer fit: choose another name, or replace it with `--overwrite`.",
  });
}
