// Facts that were worked out from cached pixels, kept beside them so that the next run on the same images need not read
// them all again. A fact is named by the entries it came from, whose names say all that their pixels depend on: it cannot
// go stale. A damaged one is worked out again.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";

/** Which fact, and what it was worked out from. */
export interface DerivedFact {
  /** Folder of the entries. */
  readonly folder: string;
  /** What it is, with a number that is raised whenever it is worked out differently: "colours-1". */
  readonly kind: string;
  /** Names of the entries, in any order; one may be there more than once. */
  readonly entries: readonly string[];
}

/**
 * The fact as it was kept, or worked out and kept now.
 *
 * @param make gives plain data that JSON holds exactly.
 * @throws what `make` throws; LowmagError `not-writable`.
 */
export async function derivedFact<T>(
  { folder, kind, entries }: DerivedFact,
  make: () => Promise<T>,
): Promise<T> {
  const path = join(folder, kind, `${hashBytes([...entries].sort().join("\n"))}.json`);
  const kept = parseFact(await readFile(path, "utf8").catch(() => ""));
  if (kept !== undefined) return kept as T;
  const fact = await make();
  const text = JSON.stringify(fact);
  await writeFileAtomically(path, JSON.stringify({ check: hashBytes(text), fact: text }));
  return fact;
}

function parseFact(text: string): unknown {
  try {
    const { check, fact } = JSON.parse(text) as { check: string; fact: string };
    return hashBytes(fact) === check ? JSON.parse(fact) : undefined;
  } catch {
    return undefined;
  }
}
