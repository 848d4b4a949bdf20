// Words for what is wrong in a study file: file, line, key, what is expected there and what stands there.
import * as z from "zod";
import { closestWord, fail, type LowmagError } from "../base/index.ts";
import { expectationIn, studyFileSchema } from "../options/index.ts";
import { type KeyPath, keyText, type Locate } from "./study-file.ts";

/** An issue in the form that zod gives it; only what is read here. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly origin?: string;
  readonly maximum?: unknown;
  readonly minimum?: unknown;
  /** Of a union: the issues of each alternative. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** The part of a JSON Schema that is walked. */
interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node | false;
  readonly anyOf?: readonly Node[];
  readonly description?: string;
}

/** Longest value that a message shows whole. */
const SHOWN = 80;

/** The error for the first thing that the schema refuses. */
export function refusalOf(error: z.ZodError, content: unknown, locate: Locate): LowmagError {
  const issue = innermost(firstOf(error.issues as readonly Issue[])!);
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const node = nodeAt(path);
  const unknown = issue.code === "unrecognized_keys" ? issue.keys?.[0] : undefined;
  if (unknown !== undefined)
    return unknownStudyKey(path, unknown, Object.keys(node.properties ?? {}), locate);
  const value = valueAt(content, path);
  return fail("invalid-argument", {
    where: locate(path),
    expected: path.length === 0 ? "keys and values" : `${keyText(path)} to be ${expectationOf(issue, node)}`,
    got: inWords(value),
    ...(node.description === undefined ? {} : { fix: node.description }),
  });
}

/** The error for a key that a section does not have. */
export function unknownStudyKey(
  section: KeyPath,
  key: string,
  known: readonly string[],
  locate: Locate,
  fix?: string,
): LowmagError {
  const closest = closestWord(key, known);
  return fail("invalid-argument", {
    where: locate([...section, key]),
    expected: section.length === 0 ? "a key of a study file" : `a key of ${keyText(section)}`,
    got: `\`${key}\``,
    fix: fix ?? (closest === undefined ? `Known keys: ${known.join(", ")}.` : `Did you mean \`${closest}\`?`),
  });
}

/** What a value is, in words, cut where it is long. */
export function inWords(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return typeof value === "string" ? `\`${shown}\`` : shown;
}

/** A key that nobody knows is likelier to be the mistake than one that is missing beside it. */
function firstOf(issues: readonly Issue[]): Issue | undefined {
  return issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
}

/** Of a union, the issue of the alternative that was meant: the one that did not stumble over the kind of value. */
function innermost(issue: Issue): Issue {
  const meant = issue.errors
    ?.map(firstOf)
    .find((first) => first !== undefined && (first.path.length > 0 || first.code === "unrecognized_keys"));
  return meant === undefined ? issue : innermost({ ...meant, path: [...issue.path, ...meant.path] });
}

function expectationOf(issue: Issue, node: Node): string {
  if (issue.code === "custom" || issue.code === "invalid_format") return issue.message;
  if (issue.origin === "array" && issue.code === "too_big")
    return `a list of at most ${issue.maximum} values`;
  if (issue.origin === "array" && issue.code === "too_small") return `a list of at least ${issue.minimum}`;
  if (node.anyOf !== undefined) return `${expectationIn(node.anyOf[0]!)}, or keys and values`;
  return expectationIn(node);
}

let schema: Node | undefined;

function nodeAt(path: KeyPath): Node {
  schema ??= z.toJSONSchema(studyFileSchema, { io: "input" }) as Node;
  let node: Node = schema;
  for (const part of path) {
    const next = typeof part === "number" ? node.items || undefined : branch(node).properties?.[part];
    if (next === undefined) return {};
    node = next;
  }
  return path.length === 0 || node.anyOf === undefined ? node : { ...branch(node), ...node };
}

/** Of alternatives, the one with keys. */
function branch(node: Node): Node {
  return node.anyOf?.find(({ properties }) => properties !== undefined) ?? node;
}

function valueAt(content: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    content,
  );
}
