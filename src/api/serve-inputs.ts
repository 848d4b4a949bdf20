// Tells what `serve` was given: results of `lowmag predict`, folders of several, or slides.
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { findSlides } from "../local/index.ts";
import { isResultsFolder } from "../server/index.ts";

/** What there is to show, absolute paths. */
export interface ServeInputs {
  readonly results: readonly string[];
  readonly slides: readonly string[];
}

/**
 * Sorts inputs.
 *
 * @param inputs results folders, folders of results folders, or what `findSlides` takes.
 * @param named what is meant as slides.
 * @throws LowmagError `not-found` for an input that names nothing.
 */
export async function sortInputs(inputs: readonly string[], named: readonly string[]): Promise<ServeInputs> {
  const results: string[] = [];
  const patterns: string[] = [...named];
  for (const input of inputs) {
    const found = await resultsIn(input);
    if (found.length > 0) results.push(...found);
    else patterns.push(input);
  }
  const slides = patterns.length === 0 ? [] : await findSlides(patterns);
  return { results: [...new Set(results)], slides };
}

/** The folder itself, or those just below it. */
async function resultsIn(input: string): Promise<string[]> {
  const path = resolve(input);
  const facts = await stat(path).catch(() => null);
  if (!facts?.isDirectory()) return [];
  if (await isResultsFolder(path)) return [path];
  const names = (await readdir(path)).filter((name) => !name.startsWith(".")).sort();
  const below = await Promise.all(names.map((name) => isResultsFolder(join(path, name))));
  return names.filter((_, i) => below[i]).map((name) => join(path, name));
}
