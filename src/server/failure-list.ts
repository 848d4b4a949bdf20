// What `lowmag predict` set aside, read from its list or, while it is at work, from beside the slide. What cannot be read
// counts as nothing: it is a reason in a table, no more.
import { parse } from "csv-parse/sync";
import { readContained } from "./contained-file.ts";

const MOST_LIST_BYTES = 64 * 2 ** 20;
const MOST_FILE_BYTES = 65_536;
const MOST_FAILURES = 100_000;

/** A slide without an answer. */
export interface Failure {
  /** Of its file. */
  readonly path: string;
  /** A word of `FailureReason`. */
  readonly reason: string;
}

/** `failures.csv`, by the slide's name in the results; `root` is the folder's real path. */
export async function listedFailures(root: string): Promise<Map<string, Failure>> {
  try {
    const file = await readContained(root, ["failures.csv"], MOST_LIST_BYTES);
    if (file === null) return new Map();
    const rows = parse(file.text, { columns: true, to: MOST_FAILURES }) as Record<string, string>[];
    return new Map(rows.map(({ slide = "", path = "", reason = "" }) => [slide, { path, reason }]));
  } catch {
    return new Map();
  }
}

/** `failure.json` of one slide; `null` where there is none. */
export async function failureOf(root: string, folder: readonly string[]): Promise<Failure | null> {
  try {
    const file = await readContained(root, [...folder, "failure.json"], MOST_FILE_BYTES);
    if (file === null) return null;
    const { path, reason } = JSON.parse(file.text) as Partial<Failure>;
    return typeof path === "string" && typeof reason === "string" ? { path, reason } : null;
  } catch {
    return null;
  }
}
