// The record of how a data set was made, and the guard that keeps a folder from mixing two of them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../base/index.ts";
import { makeFolder, writeFileAtomically } from "../machine/index.ts";
import { CUE_DISTRIBUTIONS, SYNTHETIC_CLASSES } from "./classes.ts";
import { SYNTHESIS_VERSION, type SynthesisParameters } from "./plan.ts";

const RECORD = "synthesis.json";

/** Makes sure that the folder is new, empty, or holds a data set of these very parameters. */
export async function claimFolder(
  out: string,
  parameters: SynthesisParameters,
  kind: "images" | "slides",
): Promise<void> {
  await makeFolder(out);
  const path = join(out, RECORD);
  const record = {
    version: SYNTHESIS_VERSION,
    kind,
    parameters,
    classes: SYNTHETIC_CLASSES,
    cues: CUE_DISTRIBUTIONS,
    note: "Synthetic tissue for demonstrations, tests and controlled experiments. Not for training diagnostic models.",
  };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  const existing = await readRecord(path);
  if (existing !== undefined) return refuseOther(path, existing, record);
  const entries = (await readdir(out)).filter((name) => !name.endsWith(".tmp"));
  if (entries.length > 0)
    throw fail("invalid-argument", {
      where: out,
      expected: `an empty folder or one that ${RECORD} says is a synthetic data set`,
      got: `a folder with "${entries[0]}" in it`,
      fix: "Choose another --out.",
    });
  await writeFileAtomically(path, text);
}

type DataRecord = { readonly version?: unknown; readonly kind?: unknown; readonly parameters?: unknown };

async function readRecord(path: string): Promise<DataRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as DataRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fail("corrupt-data", {
      where: path,
      expected: "the record of a synthetic data set",
      got: error instanceof Error ? error.message : String(error),
      fix: "Delete the folder or choose another --out.",
      cause: error,
    });
  }
}

function refuseOther(path: string, existing: DataRecord, wanted: DataRecord): void {
  const flatten = (record: DataRecord) => ({
    version: record.version,
    kind: record.kind ?? "images",
    ...(record.parameters as Record<string, unknown>),
  });
  const before = flatten(existing) as Record<string, unknown>;
  const now = flatten(wanted) as Record<string, unknown>;
  const changed = Object.keys(now).find((key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]));
  if (changed === undefined) return;
  throw fail("invalid-argument", {
    where: path,
    expected: `a data set with ${changed} ${JSON.stringify(now[changed])}`,
    got: `one with ${changed} ${JSON.stringify(before[changed])}`,
    fix: "Choose another --out, or the parameters that it was begun with.",
  });
}
