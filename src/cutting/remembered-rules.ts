// The rules of images as they stand in a file: of a data set, a run or a model. The file may come from anywhere, so each
// value is checked before it decides what is read of a slide.
import { fail } from "../base/index.ts";
import { TISSUE_METHODS } from "../tissue/index.ts";
import type { RememberedRules } from "./rules.ts";

type Check = (value: unknown) => boolean;

const between =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === "number" && value >= least && value <= most;
const wholeBetween =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && between(least, most)(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);

/** Tiles of 16,384 pixels at 64 µm per pixel, counted in pixels of 1 µm. */
const LARGEST_GRID = 2 ** 20;

/** The limits are those of the options of `lowmag prepare`. */
const CHECKS: Readonly<Record<keyof RememberedRules, Check>> = {
  tissueMethod: oneOf(TISSUE_METHODS),
  tissueThreshold: orNull(between(0, 255)),
  tissueMpp: between(1, 64),
  minArea: between(0, 10_000),
  joinGap: between(0, 100_000),
  margin: between(0, 10_000),
  fringe: between(0, 10_000),
  icc: (value) => typeof value === "boolean",
  background: oneOf(["white", "keep"]),
  cutBy: oneOf(["tissue", "annotations"]),
  sizeStep: wholeBetween(1, 1024),
  grid: orNull(wholeBetween(16, LARGEST_GRID)),
  stride: orNull(wholeBetween(1, LARGEST_GRID)),
  minTissue: between(0, 1),
  stain: oneOf(["none", "macenko", "reinhard"]),
  stepMpp: between(0.05, 100),
};

/** `lowmag prepare`'s own: what a model is used by that does not say how its images were made. */
export const USUAL_RULES: RememberedRules = {
  tissueMethod: "saturation",
  tissueThreshold: null,
  tissueMpp: 8,
  minArea: 0.05,
  joinGap: 200,
  margin: 100,
  fringe: 32,
  icc: false,
  background: "white",
  cutBy: "tissue",
  sizeStep: 8,
  grid: null,
  stride: null,
  minTissue: 0.5,
  stain: "none",
  stepMpp: 1,
};

/**
 * Rules from a parsed file. Keys that are none of the rules are passed over.
 *
 * @param where the file, for messages.
 * @throws LowmagError `corrupt-data` naming the first value that no `lowmag prepare` can have written.
 */
export function parseRememberedRules(value: unknown, where: string): RememberedRules {
  const given = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const rules: Record<string, unknown> = {};
  for (const [key, check] of Object.entries(CHECKS)) {
    const own = Object.hasOwn(given, key) ? given[key] : undefined;
    if (!check(own))
      throw fail("corrupt-data", {
        where: `${where}, \`${key}\``,
        expected: "the rules by which images were cut, as `lowmag prepare` writes them",
        got: own === undefined ? "none" : (JSON.stringify(own) ?? typeof own).slice(0, 60),
        fix: "Make the file again; it was not written by `lowmag prepare`, or was changed since.",
      });
    rules[key] = own;
  }
  return rules as unknown as RememberedRules;
}
