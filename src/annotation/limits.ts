// What an annotation file may hold at most. The numbers are several times what people draw; they keep any file, however
// it was made, below 512 MB of memory and five seconds.
import { fail } from "../base/index.ts";

/** The limits, as the documentation lists them. */
export const ANNOTATION_LIMITS = {
  /** Characters of the whole file, or bytes before it is decoded. */
  characters: 64 * 1024 * 1024,
  /** Points of all outlines together. */
  vertices: 2_000_000,
  regions: 250_000,
  /** Elements or brackets within one another. */
  depth: 64,
  /** Arrays and objects of a JSON file, and its texts, which count twice. */
  jsonNodes: 2_500_000,
  /** Commas of a JSON file. */
  jsonCommas: 6_000_000,
  /** Attributes of one XML element. */
  attributes: 64,
  /** Characters of a name, label or identifier. */
  nameLength: 1_000,
  /** Distance of a point from the origin, in pixels: far beyond any slide. */
  coordinate: 10_000_000,
} as const;

/** What is thrown when a file goes beyond a limit. */
export function beyondLimit(where: string, limit: number, what: string): Error {
  return fail("corrupt-data", {
    where,
    expected: `at most ${limit.toLocaleString("en-US")} ${what}`,
    got: "more",
    fix: "Export the annotations alone (no cells or tiles), or one slide per file.",
  });
}
