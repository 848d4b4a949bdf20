// JSON from outside: its depth and its number of parts are counted before anything is built of it.
import { fail } from "../base/index.ts";
import { ANNOTATION_LIMITS, beyondLimit } from "./limits.ts";

/** An object of a JSON file. Look-ups go through `field`, which sees own keys only. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses a text within the limits.
 *
 * @throws LowmagError `corrupt-data`.
 */
export function parseJson(text: string, where: string): unknown {
  checkSize(text, where);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw fail("corrupt-data", {
      where,
      expected: "JSON",
      got: (cause as Error).message,
      fix: /NaN|Infinity/.test(text)
        ? "NaN and Infinity are no JSON: export without measurements."
        : "The file may be truncated: export it again.",
      cause,
    });
  }
}

/** True for an object that is no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own property, so that `__proto__` and `constructor` are never anything but data. */
export function field(object: unknown, name: string): unknown {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The elements of an array; of anything else, none. */
export function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;

function checkSize(text: string, where: string): void {
  const { depth: maxDepth, jsonNodes, jsonCommas } = ANNOTATION_LIMITS;
  let [depth, nodes, commas] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      nodes += 2;
      i = endOfText(text, i);
    } else if (code === COMMA) commas++;
    // "[" and "{", then "]" and "}": they differ in one bit.
    else if ((code | 32) === 123) {
      nodes++;
      if (++depth > maxDepth) throw beyondLimit(where, maxDepth, "brackets within one another");
    } else if ((code | 32) === 125) depth--;
  }
  if (nodes > jsonNodes) throw beyondLimit(where, jsonNodes, "arrays, objects and texts");
  if (commas > jsonCommas) throw beyondLimit(where, jsonCommas, "values");
}

/** Position of the quote that ends the text begun at `start`; the text's length when none does. */
function endOfText(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
  }
  return text.length;
}
