// The files of a run: while it lasts a partial record beside the published one, at its end the record and the report. A run
// of a part of the experiments writes nothing unless told where.
import { rm } from "node:fs/promises";
import { writeFileAtomically } from "../../src/machine/index.ts";
import { type PerformanceRecord, type RecordFacts, readRecord, whyNotResumable } from "./record.ts";
import { report } from "./report.ts";

/** Where a run's files are: `results/performance` for performance.json and performance.md; `null` to write nothing. */
export type Publication = string | null;

const partialPath = (out: string): string => `${out}.partial.json`;

/** JSON with what holds only numbers and words on one line each: a round can be read, and a change be seen. */
const textOf = (record: PerformanceRecord): string =>
  `${JSON.stringify(record, null, 2)}\n`.replace(
    /([[{])\n\s*([^[\]{}]*?)\n\s*([\]}])/g,
    (_, open: string, inside: string, close: string) => `${open} ${inside.replace(/\n\s*/g, " ")} ${close}`,
  );

/** Keeps what is finished so far. @returns its path, or `null` where nothing is written. */
export async function savePartial(out: Publication, record: PerformanceRecord): Promise<string | null> {
  if (out === null) return null;
  await writeFileAtomically(partialPath(out), textOf(record));
  return partialPath(out);
}

/** Writes the record and its report, and removes the partial record. */
export async function publish(out: string, record: PerformanceRecord): Promise<void> {
  await writeFileAtomically(`${out}.json`, textOf(record));
  await writeFileAtomically(`${out}.md`, report(record));
  await rm(partialPath(out), { force: true });
}

/**
 * The record of a run that was broken off.
 * @throws Error where there is none, or where it cannot be gone on with, saying why.
 */
export async function loadPartial(
  out: Publication,
  facts: RecordFacts,
  rounds: number,
): Promise<PerformanceRecord> {
  const path = out === null ? null : partialPath(out);
  const broken = path === null ? null : await readRecord(path);
  if (broken === null)
    throw new Error(
      `there is nothing to go on with${path === null ? "" : ` at ${path}`}: run without --resume`,
    );
  const reason = whyNotResumable(broken, facts, rounds);
  if (reason === null) return broken;
  throw new Error(`${path} cannot be gone on with: ${reason}. Run without --resume to begin anew.`);
}
