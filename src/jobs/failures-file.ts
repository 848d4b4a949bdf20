// `failures.csv`: what was set aside, and why.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { writeFileAtomically } from "../machine/index.ts";
import type { SlideFailure } from "./types.ts";

/** Where the list stands. */
export function failuresPath(out: string): string {
  return join(out, "failures.csv");
}

/** Writes the list, or removes one that is out of date. */
export async function writeFailures(out: string, failures: readonly SlideFailure[]): Promise<void> {
  const path = failuresPath(out);
  if (failures.length === 0) return rm(path, { force: true });
  const rows = failures.map(({ slide, path: file, reason, message }) => [slide, file, reason, message]);
  await writeFileAtomically(path, stringify([["slide", "path", "reason", "message"], ...rows]));
}
