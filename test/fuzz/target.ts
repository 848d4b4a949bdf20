// What is fuzzed: a parser of files from outside, a sound file to damage, and how one run over damaged copies goes. The
// short tests and the long run (`npm run fuzz`) take the same targets from the same list (`targets.ts`).
import { setImmediate as turn } from "node:timers/promises";
import { mutants, typedOutcomeAsync } from "../support/mutate.ts";

/** A parser to be fed with damaged copies of `original`. */
export interface FuzzTarget {
  /** Unique: "TIFF, Aperio: directories". */
  readonly name: string;
  /** A sound file; the same bytes in every run. */
  readonly original: () => Uint8Array | Promise<Uint8Array>;
  /** Half of the damage falls below this offset; the whole file unless told. */
  readonly header?: number;
  /** Uses the bytes as a command would. Must accept `original`. */
  readonly parse: (bytes: Uint8Array) => unknown;
}

/** What became of the mutants of one target. */
export interface FuzzCounts {
  /** "read" or an error's code: how many mutants ended so. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Milliseconds of the slowest mutant, and which it was. */
  readonly slowest: { readonly ms: number; readonly recipe: string };
}

/** Codes that say of a file that it is at fault; any other blames somebody else. */
export const FILE_CODES: readonly string[] = ["read", "corrupt-data", "unsupported-format"];

/** One seed for all: a recipe in a report finds its mutant again by target and number. */
export const FUZZ_SEED = 1;

/**
 * Reads so many damaged copies. Throws at the first that ends in an error that is not typed, in one that does not blame
 * the file, or that takes more than 5 s.
 *
 * @param begins told before each mutant, so that a watch can name the one that does not end.
 */
export async function fuzz(
  target: FuzzTarget,
  count: number,
  begins: (index: number) => void = () => undefined,
): Promise<FuzzCounts> {
  const original = await target.original();
  await target.parse(original);
  const outcomes = new Map<string, number>();
  let slowest = { ms: 0, recipe: "" };
  let index = 0;
  const options = { seed: FUZZ_SEED, count, header: target.header ?? original.length };
  for (const { bytes, recipe } of mutants(original, options)) {
    // As every program that reads files does: Node frees native memory (a failed zlib stream) between turns only.
    if (index % 64 === 0) await turn();
    begins(index++);
    const started = performance.now();
    const outcome = await typedOutcomeAsync(recipe, async () => await target.parse(bytes));
    if (!FILE_CODES.includes(outcome))
      throw new Error(`${recipe}: ended in ${outcome}, which blames no file`);
    const ms = performance.now() - started;
    if (ms > slowest.ms) slowest = { ms, recipe };
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  return { outcomes, slowest };
}
