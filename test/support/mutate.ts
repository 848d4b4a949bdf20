// Seeded damage to a file's bytes, for tests of every parser of files from outside: what a mutant does to a parser must be
// a typed error or a result, soon, in bounded memory.
//
//   for (const { bytes, recipe } of mutants(sample, { seed: 1, count: 2000 }))
//     typedOutcome(recipe, () => parse(bytes));
import { LowmagError } from "../../src/base/index.ts";
import { Generator } from "../../src/random/index.ts";

/** A damaged copy, and what was done to it in words that find it again. */
export interface Mutant {
  readonly bytes: Uint8Array;
  /** "seed 1 mutant 17: flip bit 3 at 120, cut 40 at 900". */
  readonly recipe: string;
}

export interface MutationOptions {
  readonly seed: number;
  readonly count: number;
  /** Damages per mutant: 1 to this many. 4 unless told. */
  readonly most?: number;
  /** Half of all damages fall below this offset, where a format keeps its header. 512 unless told. */
  readonly header?: number;
}

/**
 * How many mutants of each target a test reads: LOWMAG_MUTATIONS, 2,000 unless given. The long run is `npm run fuzz`.
 */
export function mutationCount(): number {
  const count = Number(process.env.LOWMAG_MUTATIONS ?? 2000);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`LOWMAG_MUTATIONS must be a positive whole number, got "${process.env.LOWMAG_MUTATIONS}"`);
}

/** Damaged copies of `original`, the same for the same options; `original` is left as it is. */
export function* mutants(original: Uint8Array, options: MutationOptions): Iterable<Mutant> {
  for (let index = 0; index < options.count; index++) yield mutant(original, options, index);
}

/** The mutant of one index, to look at one again that a recipe names. */
export function mutant(original: Uint8Array, options: MutationOptions, index: number): Mutant {
  const random = Generator.derive(options.seed, "mutant", index);
  const damages = 1 + random.integer(options.most ?? 4);
  let bytes: Uint8Array = new Uint8Array(original); // the slice of a Buffer would be no copy
  const steps: string[] = [];
  for (let i = 0; i < damages; i++) {
    const at = place(random, bytes.length, options.header ?? 512);
    const step = random.choice(DAMAGES)(bytes, at, random);
    bytes = step.bytes;
    steps.push(step.done);
  }
  return { bytes, recipe: `seed ${options.seed} mutant ${index}: ${steps.join(", ")}` };
}

/**
 * Runs a parser on a mutant. A result and a {@link LowmagError} of an expected code are fine; any other error, and taking
 * longer than `seconds`, is a failure that names the recipe.
 *
 * @returns "read" or the error's code, to count.
 */
export function typedOutcome(recipe: string, parse: () => unknown, seconds = 5): string {
  const started = performance.now();
  const outcome = attempt(recipe, parse);
  checkTime(recipe, started, seconds);
  return outcome;
}

/** {@link typedOutcome} for parsers that answer later. */
export async function typedOutcomeAsync(
  recipe: string,
  parse: () => Promise<unknown>,
  seconds = 5,
): Promise<string> {
  const started = performance.now();
  let thrown: { readonly error: unknown } | undefined;
  await parse().catch((error: unknown) => {
    thrown = { error };
  });
  const outcome = thrown === undefined ? "read" : codeOf(recipe, thrown.error);
  checkTime(recipe, started, seconds);
  return outcome;
}

type Damage = (bytes: Uint8Array, at: number, random: Generator) => { bytes: Uint8Array; done: string };

/** What a length, a count or an offset must not be believed to be. */
const EDGES: readonly number[] = [
  0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
];

const DAMAGES: readonly Damage[] = [
  flip,
  flip,
  setByte,
  setByte,
  edge,
  edge,
  cutOut,
  insert,
  repeat,
  truncate,
];

function place(random: Generator, length: number, header: number): number {
  if (length === 0) return 0;
  return random.integer(random.bernoulli(0.5) ? Math.min(length, header) : length);
}

function flip(bytes: Uint8Array, at: number, random: Generator) {
  const bit = random.integer(8);
  if (at < bytes.length) bytes[at]! ^= 1 << bit;
  return { bytes, done: `flip bit ${bit} at ${at}` };
}

function setByte(bytes: Uint8Array, at: number, random: Generator) {
  const value = random.bernoulli(0.3) ? 0xff : random.integer(256);
  if (at < bytes.length) bytes[at] = value;
  return { bytes, done: `set ${value} at ${at}` };
}

/** An integer of 1, 2, 4 or 8 bytes, either byte order, set to a value at the edge of what it can hold. */
function edge(bytes: Uint8Array, at: number, random: Generator) {
  const size = random.choice([1, 2, 2, 4, 4, 8]);
  const value = random.choice(EDGES);
  const little = random.bernoulli(0.5);
  const whole = random.bernoulli(0.2) ? 0xffffffffffffffffn : BigInt(value);
  for (let i = 0; i < size && at + i < bytes.length; i++)
    bytes[at + i] = Number((whole >> BigInt(8 * (little ? i : size - 1 - i))) & 0xffn);
  return { bytes, done: `${size}-byte ${little ? "little" : "big"}-endian ${whole} at ${at}` };
}

function cutOut(bytes: Uint8Array, at: number, random: Generator) {
  const length = Math.min(bytes.length - at, 1 + random.integer(random.choice([2, 16, 256])));
  return {
    bytes: joined(bytes.subarray(0, at), bytes.subarray(at + length)),
    done: `cut ${length} at ${at}`,
  };
}

function insert(bytes: Uint8Array, at: number, random: Generator) {
  const length = 1 + random.integer(random.choice([2, 16, 256]));
  const value = random.choice([0, 0xff, random.integer(256)]);
  const run = new Uint8Array(length).fill(value);
  return {
    bytes: joined(bytes.subarray(0, at), run, bytes.subarray(at)),
    done: `insert ${length} x ${value} at ${at}`,
  };
}

/** A part of the file once more somewhere else: markers, entries and offsets that are valid, but not here. */
function repeat(bytes: Uint8Array, at: number, random: Generator) {
  const length = Math.min(bytes.length - at, 1 + random.integer(random.choice([16, 256])));
  const to = bytes.length === 0 ? 0 : random.integer(bytes.length);
  const part = bytes.slice(at, at + length);
  return {
    bytes: joined(bytes.subarray(0, to), part, bytes.subarray(to)),
    done: `repeat ${length} from ${at} at ${to}`,
  };
}

function truncate(bytes: Uint8Array, at: number) {
  return { bytes: bytes.slice(0, at), done: `truncate to ${at}` };
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function attempt(recipe: string, parse: () => unknown): string {
  try {
    parse();
    return "read";
  } catch (error) {
    return codeOf(recipe, error);
  }
}

function codeOf(recipe: string, error: unknown): string {
  if (error instanceof LowmagError && error.code !== "internal") return error.code;
  throw new Error(`${recipe}: ended in an error that is not typed: ${error}`, { cause: error });
}

function checkTime(recipe: string, started: number, seconds: number): void {
  const took = (performance.now() - started) / 1000;
  if (took > seconds) throw new Error(`${recipe}: took ${took.toFixed(1)} s, more than ${seconds} s`);
}
