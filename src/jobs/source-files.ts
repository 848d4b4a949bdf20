// The files that a slide is made of: one, or all in a folder or of a series (DICOM), or a file and the folder beside it
// (MRXS, Deep Zoom); and hashes over them.
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isLowmagError, throwIfCancelled } from "../base/index.ts";
import { isDicomFile, seriesOf } from "../local/index.ts";
import { hashBytes, hashFile } from "../machine/index.ts";

/** One file with its size. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

/** Folders with more files than this are sampled no further: no slide has as many. */
const MOST_FILES = 200_000;

/** The slide's files, sorted by path; none where the path does not exist. */
export async function sourceFiles(path: string): Promise<readonly SourceFile[]> {
  const roots = isDicomFile(path) ? await seriesOf(path) : [path, ...companions(path)];
  const files: SourceFile[] = [];
  for (const root of roots) await collect(root, files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Folders that belong to a file by its name: `a.mrxs` has `a/`, `a.dzi` has `a_files/`. */
function companions(path: string): string[] {
  if (/\.mrxs$/i.test(path)) return [path.slice(0, -".mrxs".length)];
  return /\.dzi$/i.test(path) ? [`${path.slice(0, -".dzi".length)}_files`] : [];
}

async function collect(root: string, files: SourceFile[]): Promise<void> {
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined && files.length < MOST_FILES; next = waiting.pop()) {
    const found = await stat(next).catch(() => null);
    if (found?.isFile()) files.push({ path: next, bytes: found.size, changed: found.mtimeMs });
    if (!found?.isDirectory()) continue;
    for (const name of await readdir(next)) waiting.push(join(next, name));
  }
}

/** Bytes in all. */
export function sizeOf(files: readonly SourceFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Changes when a file is written to, without saying when that was. */
export function stateOf(files: readonly SourceFile[]): string {
  return hashBytes(files.map(({ bytes, changed }) => `${bytes} ${changed}`).join("\n")).slice(0, 16);
}

/** SHA-256 of the one file, or of the list of hashes of several; `null` when it was stopped. */
export async function hashSource(
  files: readonly SourceFile[],
  signal: AbortSignal | undefined,
): Promise<string | null> {
  try {
    if (files.length === 1) return await hashFile(files[0]!.path);
    const all = createHash("sha256");
    for (const { path } of files) {
      throwIfCancelled(signal, path);
      all.update(`${await hashFile(path)}\n`);
    }
    return all.digest("hex");
  } catch (error) {
    if (isLowmagError(error, "cancelled")) return null;
    throw error;
  }
}
