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
  const { description, rules } = parsed(text);
  if (Array.isArray(description) && description.every((line) => typeof line === "string"))
    return { description, rules: rules === undefined ? null : rulesIn(rules, path) };
  throw fail("corrupt-data", {
    where: path,
    expected: "the record of a prepared data set",
    got: "something else",
    fix: "Run `lowmag prepare` again; a file of another purpose needs another name or place.",
  });
}

function parsed(text: string): { readonly description?: unknown; readonly rules?: unknown } {
  try {
    return (JSON.parse(text) as { description?: unknown } | null) ?? {};
  } catch {
    return {};
  }
}

/** `prepare` keeps all resolutions it wrote; the steps of sizes count pixels of the finest. */
function rulesIn(rules: unknown, path: string): RememberedRules {
  const { mpp } = (rules ?? {}) as { readonly mpp?: unknown };
  const stepMpp = Array.isArray(mpp) ? Math.min(...mpp.map(Number)) : undefined;
  return parseRememberedRules({ ...(rules as object), stepMpp }, path);
}
