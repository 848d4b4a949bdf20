// From a file to a complete study: YAML, schema, arms spelt out, paths made absolute, and whatever can be checked before
// any data is looked at.
import { open } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { fail } from "../base/index.ts";
import { type ParsedStudyFile, studyFileSchema } from "../options/index.ts";
import { checkStudyFile } from "./check-study-file.ts";
import { refusalOf } from "./refusal.ts";
import { MAXIMUM_TEXT, parseStudyDocument } from "./study-document.ts";
import {
  type Budget,
  type CompleteStudyFile,
  locateByKey,
  type StudyArm,
  type StudyFile,
} from "./study-file.ts";

/**
 * Reads a study file. Relative paths in it are relative to its own folder.
 *
 * @throws LowmagError `not-found`; `corrupt-data` (not YAML or JSON, too long); `invalid-argument` (a key or value that no
 *   study has, with line and suggestion, or sections that contradict each other).
 */
export async function readStudyFile(path: string): Promise<StudyFile> {
  const absolute = resolve(path);
  const text = await readText(absolute);
  return parseStudyFile(text, { path: absolute });
}

/** The same from a text; `path` gives the name for messages and the folder for relative paths. */
export function parseStudyFile(text: string, { path }: { readonly path: string }): StudyFile {
  const { content, locate } = parseStudyDocument(text, basename(path));
  const parsed = studyFileSchema.safeParse(givenKeys(content));
  if (!parsed.success) throw refusalOf(parsed.error, content, locate);
  const complete = completeStudyFile(parsed.data, dirname(path));
  checkStudyFile(complete, locate);
  return { path, text, content: complete, locate };
}

/** The same from data, for programs. @param folder what relative paths are relative to. */
export function resolveStudyFile(input: unknown, folder: string): CompleteStudyFile {
  const parsed = studyFileSchema.safeParse(givenKeys(input));
  if (!parsed.success) throw refusalOf(parsed.error, input, locateByKey);
  const complete = completeStudyFile(parsed.data, folder);
  checkStudyFile(complete, locateByKey);
  return complete;
}

/** `$schema` is for editors; a key with nothing behind it (all of a section commented out) is a key left out. */
function givenKeys(content: unknown): unknown {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return content;
  return Object.fromEntries(
    Object.entries(content).filter(([key, value]) => key !== "$schema" && value !== null),
  );
}

async function readText(path: string): Promise<string> {
  const where = `study file \`${basename(path)}\``;
  try {
    return (await readBounded(path)).replace(/^\ufeff/, "");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reasons: Record<string, string> = { ENOENT: `no file at ${path}`, EISDIR: `a folder, ${path}` };
    throw fail("not-found", {
      where,
      expected: "a readable YAML or JSON file",
      got: reasons[code ?? ""] ?? String(cause),
      fix: "Check the path; `lowmag study init` writes a study file to start from.",
      cause,
    });
  }
}

/** No more than a study file may be, however large the file is. */
async function readBounded(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.alloc(MAXIMUM_TEXT + 4);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

function completeStudyFile(parsed: ParsedStudyFile, folder: string): CompleteStudyFile {
  const { data, teacher } = parsed;
  const at = (path: string): string => resolve(folder, path);
  return {
    ...parsed,
    data: {
      ...data,
      data: at(data.data),
      unlabelled: data.unlabelled.map(at),
      ...(data.splits === undefined ? {} : { splits: at(data.splits) }),
    },
    training: withWeightsAt(parsed.training, at),
    teacher: {
      ...withWeightsAt(teacher, at),
      ...(teacher.run === undefined ? {} : { run: at(teacher.run) }),
    },
    baseline: withWeightsAt(parsed.baseline, at),
    arms: parsed.arms.map((arm) => completeArm(arm, at)),
  };
}

/** A file of weights that an option names. */
function withWeightsAt<T extends { readonly weights?: unknown }>(
  options: T,
  at: (path: string) => string,
): T {
  return typeof options.weights === "string" ? { ...options, weights: at(options.weights) } : options;
}

function completeArm(arm: ParsedStudyFile["arms"][number], at: (path: string) => string): StudyArm {
  if (typeof arm === "string")
    return {
      name: arm,
      kind: arm,
      from: arm === "fine-tuned" ? "distilled" : null,
      options: {},
      choose: null,
    };
  const { name, kind, from, mpp, unlabelledFractions, budget, options, choose } = arm;
  const tries = Object.entries(choose ?? {})
    .filter(([, values]) => values !== undefined)
    .map(([key, values]) => [key, key === "weights" ? values!.map((path) => at(String(path))) : values]);
  return {
    name,
    kind,
    from: from ?? (kind === "fine-tuned" ? "distilled" : null),
    ...(mpp === undefined ? {} : { mpp }),
    ...(unlabelledFractions === undefined ? {} : { unlabelledFractions }),
    ...(budget === undefined ? {} : { budget: budget as Budget }),
    options: withWeightsAt(options, at),
    choose: tries.length === 0 ? null : (Object.fromEntries(tries) as Record<string, readonly unknown[]>),
  };
}
