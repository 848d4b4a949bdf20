// The key of a run: the hash of everything that determines its result, and of nothing else.
import { hashBytes } from "../machine/index.ts";

/**
 * Raise this when the same options and data give other results than before: a change of the loop, of a loss, of how images
 * are resampled. All keys change with it, and studies are done anew.
 */
export const RECIPE_VERSION = 1;

/** What determines a training. */
export interface KeyParts {
  readonly operation: "train" | "distill";
  /** Complete options that decide the result. Of files that they name, the content must stand here. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Hashes of the images learned from, and of those by which the best epoch is chosen. */
  readonly learnsFrom: string;
  readonly validatesOn: string;
  /** Keys of runs it starts from, or the hash of a model that was given. */
  readonly startsFrom: Readonly<Record<string, string>>;
}

/** Shares of the data count by the images that they leave, so that they do not stand in the key themselves. */
const COUNTED_BY_THE_DATA = ["labelFraction", "unlabelledFraction"];
/** Options that say how to work and change no result. */
const WITHOUT_INFLUENCE = ["checkpointing"];
/** Options younger than the recipe: with these values a run is what it was before there were any. */
const AS_BEFORE: Readonly<Record<string, unknown>> = { device: "cpu", teacherArithmetic: "float32" };

/** SHA-256, lower-case hex; does not depend on the order of keys. */
export function runKey({ options, ...parts }: KeyParts): string {
  const left = [...COUNTED_BY_THE_DATA, ...WITHOUT_INFLUENCE];
  const decisive = Object.fromEntries(
    Object.entries(options).filter(
      ([key, value]) => !left.includes(key) && !(key in AS_BEFORE && AS_BEFORE[key] === value),
    ),
  );
  return hashBytes(canonicalJson({ recipe: RECIPE_VERSION, ...parts, options: decisive }));
}

/** JSON with keys in lexical order and without those that are `undefined`. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
}
