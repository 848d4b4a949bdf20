// How the images of a manifest were cut from slides: the sentences of the `dataset.json` that `lowmag prepare` writes
// beside it. They travel into the record and the card of every model, which must see images made by the same rules.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail } from "../base/index.ts";

/**
 * The sentences for one manifest; none where no `dataset.json` stands beside it.
 *
 * @throws LowmagError `corrupt-data` for a file of that name that is not such a record.
 */
export async function readPreparation(manifest: string): Promise<readonly string[]> {
  const path = join(dirname(manifest), "dataset.json");
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return [];
  const { description } = parsed(text);
  if (Array.isArray(description) && description.every((line) => typeof line === "string")) return description;
  throw fail("corrupt-data", {
    where: path,
    expected: "the record of a prepared data set",
    got: "something else",
    fix: "Run `lowmag prepare` again; a file of another purpose needs another name or place.",
  });
}

function parsed(text: string): { readonly description?: unknown } {
  try {
    return (JSON.parse(text) as { description?: unknown } | null) ?? {};
  } catch {
    return {};
  }
}
