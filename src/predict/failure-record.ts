// Why a slide got no answer, `slides/<name>/failure.json`: kept until the slide is tried again, so that whoever writes the
// lists of a shared folder knows what the others set aside.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SlideFailure } from "../jobs/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import { slideFolder } from "./slide-record.ts";

/** A failure as it was found, with the text that tells it from an earlier or later one. */
export interface FoundFailure {
  readonly failure: SlideFailure;
  readonly text: string;
}

function failurePath(out: string, slide: string): string {
  return join(slideFolder(out, slide), "failure.json");
}

/** Writes the failure; `at` tells it from that of another attempt. */
export async function writeFailure(out: string, failure: SlideFailure, at: string): Promise<void> {
  const text = `${JSON.stringify({ ...failure, at, pid: process.pid }, null, 1)}\n`;
  await writeFileAtomically(failurePath(out, failure.slide), text);
}

/** The failure of a slide; `null` where there is none. */
export async function readFailure(out: string, slide: string): Promise<FoundFailure | null> {
  const text = await readFile(failurePath(out, slide), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const { path, reason, message } = JSON.parse(text) as Partial<SlideFailure>;
    const known = [path, reason, message].every((value) => typeof value === "string");
    return known ? { failure: { slide, path: path!, reason: reason!, message: message! }, text } : null;
  } catch {
    return null;
  }
}

/** Forgets the failure: the slide is tried again, or has an answer. */
export async function removeFailure(out: string, slide: string): Promise<void> {
  await rm(failurePath(out, slide), { force: true });
}
