// A study file as YAML: read strictly and within bounds, with the line of every key for messages.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { fail, isLowmagError } from "../base/index.ts";
import type { KeyPath, Locate } from "./study-file.ts";

/** Longest study file in characters: thousands of allowed pairs fit, a data set does not. */
export const MAXIMUM_TEXT = 2 ** 20;
/** Deepest nesting of a text that is parsed at all; a study file needs five levels. */
const MAXIMUM_DEPTH = 64;
/** Most values that aliases may stand for together. */
const MAXIMUM_ALIASES = 1000;

/** What a text says, before any schema, and where it says it. */
export interface StudyDocument {
  readonly content: unknown;
  readonly locate: Locate;
}

/**
 * Parses YAML or JSON.
 *
 * @param name the file's name, for messages.
 * @throws LowmagError `corrupt-data` for what is not YAML, repeats a key, nests or refers too deep, or is too long.
 */
export function parseStudyDocument(text: string, name: string): StudyDocument {
  const where = `study file \`${name}\``;
  checkBounds(text, where);
  const lines = new LineCounter();
  try {
    // Keys are compared below: the parser's own comparison takes minutes for a hostile file of as many keys as fit.
    const options = { uniqueKeys: false, prettyErrors: false, lineCounter: lines, version: "1.2" } as const;
    const document = parseDocument(text, options);
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) throw notYaml(where, lines.linePos(problem.pos[0]).line, problem.message);
    checkKeysOnce(document, lines, where);
    const content: unknown = document.toJS({ maxAliasCount: MAXIMUM_ALIASES }) ?? {};
    JSON.stringify(content); // throws for an alias that stands within itself
    return { content, locate: (path) => locateIn(document, lines, where, path) };
  } catch (error) {
    if (isLowmagError(error)) throw error;
    throw notYaml(where, null, error instanceof Error ? error.message : String(error), error);
  }
}

function checkBounds(text: string, where: string): void {
  if (text.length > MAXIMUM_TEXT)
    throw fail("corrupt-data", {
      where,
      expected: `at most ${MAXIMUM_TEXT.toLocaleString("en")} characters`,
      got: text.length.toLocaleString("en"),
      fix: "A study file names its data in other files; is this one?",
    });
  const depth = Math.max(bracketDepth(text), indentDepth(text));
  if (depth > MAXIMUM_DEPTH)
    throw fail("corrupt-data", {
      where,
      expected: `at most ${MAXIMUM_DEPTH} levels of nesting`,
      got: "more",
      fix: "A study file needs about five levels: take `lowmag study init` as a start.",
    });
}

/** Most brackets that can be open at once, wherever they stand. */
function bracketDepth(text: string): number {
  let open = 0;
  let most = 0;
  for (const character of text)
    if (character === "[" || character === "{") most = Math.max(most, ++open);
    else if (character === "]" || character === "}") open = Math.max(0, open - 1);
  return most;
}

/** Most levels that one line can open by itself: "- - - - a", "? ? a". */
function indentDepth(text: string): number {
  let most = 0;
  for (const line of text.split("\n", MAXIMUM_TEXT)) {
    const marks = /^(?:\s*[-?:](?=\s))*/.exec(line)?.[0] ?? "";
    const levels = marks.replace(/\s+/g, "").length;
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    most = Math.max(most, levels, Math.floor(indent / 4));
  }
  return most;
}

function checkKeysOnce(document: Document, lines: LineCounter, where: string): void {
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : null;
        if (name === null || seen.has(name)) throw wrongKey(name, key, lines, where);
        seen.add(name);
      }
    },
  });
}

/** @param name `null` for a key that is no word. */
function wrongKey(name: string | null, key: unknown, lines: LineCounter, where: string): Error {
  const start = isNode(key) ? (key.range?.[0] ?? 0) : 0;
  return fail("corrupt-data", {
    where: `${where}, line ${lines.linePos(start).line}`,
    expected: name === null ? "words as keys" : "every key once in its section",
    got: name === null ? "a list or a mapping" : `\`${name.slice(0, 60)}\` twice`,
  });
}

function notYaml(where: string, line: number | null, message: string, cause?: unknown): Error {
  return fail("corrupt-data", {
    where: line === null ? where : `${where}, line ${line}`,
    expected: "YAML or JSON",
    got: (message.split("\n")[0] ?? "a syntax error").replace(/[:.]$/, "").slice(0, 200),
    cause,
  });
}

/** The line of the key, or of the nearest key above it that stands in the file. */
function locateIn(document: Document, lines: LineCounter, where: string, path: KeyPath): string {
  for (let length = path.length; length > 0; length--) {
    const start = startOf(document, path.slice(0, length));
    if (start !== undefined) return `${where}, line ${lines.linePos(start).line}`;
  }
  return where;
}

function startOf(document: Document, path: KeyPath): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path[path.length - 1];
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => keyOf(key) === String(last));
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyOf(key: unknown): string {
  return String(isNode(key) ? key.toJSON() : key);
}
