// The record of one slide, `slides/<name>/prediction.json`: written last, naming the bytes of the files beside it, and
// sealed by a hash over itself. What is cut off, changed or incomplete is no result.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { parsePrediction, predictionJson, type SlidePrediction } from "../classify/index.ts";
import { hashBytes, hashFile, writeFileAtomically } from "../machine/index.ts";
import type { FileStamp, SlideSource, StoredFacts, StoredSlide } from "./types.ts";

/** The folder of a slide's results. */
export function slideFolder(out: string, slide: string): string {
  return join(out, "slides", slide);
}

/** Where a slide's record stands. */
export function recordPath(out: string, slide: string): string {
  return join(slideFolder(out, slide), "prediction.json");
}

/** Writes a file of a slide's folder and tells by what it is known again. */
export async function writeStamped(path: string, content: string | Uint8Array): Promise<FileStamp> {
  // Not flushed one by one: a file counts only with its hash, which is checked when a run goes on.
  await writeFileAtomically(path, content, false);
  return { bytes: Buffer.byteLength(content), sha256: hashBytes(content) };
}

/** Writes the record; the last of a slide's files. */
export async function writeRecord(
  out: string,
  prediction: SlidePrediction,
  stored: StoredFacts,
): Promise<void> {
  const body = predictionJson({ ...prediction, stored } as SlidePrediction);
  await writeFileAtomically(recordPath(out, prediction.slide), sealed(body));
}

/** A record that no longer holds is taken away before anything beside it changes. */
export async function removeRecord(out: string, slide: string): Promise<void> {
  await rm(recordPath(out, slide), { force: true });
}

const END = "}\n";
const SEAL = /,\n"seal":"([0-9a-f]{64})"}\n$/;

function sealed(body: string): string {
  return `${body.slice(0, -END.length)},\n"seal":"${hashBytes(body)}"${END}`;
}

/** The record of a slide; `null` where there is none, or not the one that was written. */
export async function readRecord(out: string, slide: string): Promise<StoredSlide | null> {
  const path = recordPath(out, slide);
  const text = await readFile(path, "utf8").catch(() => null);
  const seal = text === null ? null : SEAL.exec(text);
  if (text === null || seal === null) return null;
  const body = text.slice(0, seal.index) + END;
  if (hashBytes(body) !== seal[1]) return null;
  try {
    const { stored } = JSON.parse(body) as { stored?: unknown };
    const prediction = parsePrediction(body, path);
    return isStored(stored) && prediction.slide === slide ? { prediction, stored } : null;
  } catch {
    return null;
  }
}

function isStored(value: unknown): value is StoredFacts {
  const { fingerprint, settings, presentation, files } = (value ?? {}) as Partial<StoredFacts>;
  const hashes = typeof fingerprint === "string" && typeof settings === "string";
  return hashes && [presentation, files].every((part) => typeof part === "object" && part !== null);
}

/** True when every file beside a record has the bytes that it names. */
export async function filesAreWhole(out: string, { prediction, stored }: StoredSlide): Promise<boolean> {
  const folder = slideFolder(out, prediction.slide);
  for (const [name, stamp] of Object.entries(stored.files))
    if ((await hashFile(join(folder, name)).catch(() => null)) !== stamp?.sha256) return false;
  return true;
}

/** Where the slide of a result is; `null` where that is not known. */
export async function readSource(out: string, slide: string): Promise<SlideSource | null> {
  try {
    const source = JSON.parse(await readFile(sourcePath(out, slide), "utf8")) as SlideSource | null;
    return typeof source?.path === "string" && typeof source.state === "string" ? source : null;
  } catch {
    return null;
  }
}

/** Writes down where the slide is. */
export async function writeSource(out: string, slide: string, source: SlideSource): Promise<void> {
  await writeFileAtomically(sourcePath(out, slide), `${JSON.stringify(source, null, 1)}\n`);
}

function sourcePath(out: string, slide: string): string {
  return join(slideFolder(out, slide), "source.json");
}
