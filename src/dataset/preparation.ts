// How the images of a manifest were cut from slides: what `lowmag prepare` wrote into the `dataset.json` beside it. The
// sentences travel into the record and the card of every model, and the rules with them, since a model must see images
// made by the same rules.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail } from "../base/index.ts";
import { parseRememberedRules, type RememberedRules } from "../cutting/index.ts";

/** How images were cut. */
export interface Preparation {
  /** Sentences for a person; none where nothing is known. */
  readonly description: readonly string[];
  readonly rules: RememberedRules | null;
}

/**
 * The preparation of one manifest; nothing where no `dataset.json` stands beside it.
 *
 * @throws LowmagError `corrupt-data` for a file of that name that is not such a record.
 */
export async function readPreparation(manifest: string): Promise<Preparation> {
  const path = join(dirname(manifest), "dataset.json");
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return { description: [], rules: null };
  const { description, rules, mpp } = parsed(text);
  if (Array.isArray(description) && description.every((line) => typeof line === "string"))
    return { description, rules: rules === undefined ? null : rulesIn(rules, mpp, path) };
  throw fail("corrupt-data", {
    where: path,
    expected: "the record of a prepared data set",
    got: "something else",
    fix: "Run `lowmag prepare` again; a file of another purpose needs another name or place.",
  });
}

/** What a record may hold; nothing of it is checked yet. */
interface UncheckedRecord {
  readonly description?: unknown;
  readonly rules?: unknown;
  readonly mpp?: unknown;
}

function parsed(text: string): UncheckedRecord {
  try {
    return (JSON.parse(text) as UncheckedRecord | null) ?? {};
  } catch {
    return {};
  }
}

/**
 * `prepare` keeps all resolutions it wrote; the steps of sizes count pixels of the finest. A grid counts pixels of the
 * images at hand, whose resolution is `imageMpp`: it is told in pixels of the finest too.
 */
function rulesIn(rules: unknown, imageMpp: unknown, path: string): RememberedRules {
  const { mpp, grid, stride } = (rules ?? {}) as Readonly<Record<string, unknown>>;
  const stepMpp = Array.isArray(mpp) ? Math.min(...mpp.map(Number)) : undefined;
  const ratio = typeof imageMpp === "number" && stepMpp !== undefined ? imageMpp / stepMpp : 1;
  const inSteps = (pixels: unknown) => (typeof pixels === "number" ? Math.round(pixels * ratio) : pixels);
  const told = { ...(rules as object), grid: inSteps(grid), stride: inSteps(stride), stepMpp };
  return parseRememberedRules(told, path);
}
