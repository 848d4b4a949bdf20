// What is read from the image files themselves when a data set is opened: size, stated µm/px, and the SHA-256 of the
// bytes. Headers only, no pixels; and an index on disk makes the second reading of a large set quick.
import type { BigIntStats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { fail, type ProgressListener, ProgressMeter, throwIfCancelled } from "../base/index.ts";
import { readImageHeader } from "../image/index.ts";
import { hashBytes } from "../machine/index.ts";
import { type FileFacts, FileIndex } from "./file-index.ts";
import { plural } from "./found-image.ts";
import { inParallel } from "./in-parallel.ts";

/** Options of {@link readFileFacts}. */
export interface FileFactsOptions {
  /** Folder of the index; without one every file is read. */
  readonly cacheFolder?: string;
  readonly maxPixels?: number;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/** Files read at the same time; reading waits for disks, so more than there are cores. */
const CONCURRENT_FILES = 8;

/**
 * Reads the facts of every file, in the order given.
 *
 * @throws LowmagError `not-found` naming the first missing file and counting the others; `unsupported-format` or
 * `corrupt-data` naming a file that is no readable image; `cancelled`.
 */
export async function readFileFacts(
  paths: readonly string[],
  options: FileFactsOptions = {},
): Promise<FileFacts[]> {
  const stamps = await inParallel(
    paths,
    CONCURRENT_FILES,
    async (path) => await stat(path, { bigint: true }).catch(() => null),
  );
  checkAllThere(paths, stamps);
  const index = await FileIndex.open(options.cacheFolder);
  const meter = new ProgressMeter("reading images", paths.length, options.onProgress);
  const facts = await inParallel(paths, CONCURRENT_FILES, async (path, i) => {
    throwIfCancelled(options.signal, "readDataset");
    const stamp = stampOf(stamps[i]!);
    const known = index.get(path, stamp);
    const fresh = known ?? (await readOne(path, options));
    if (known === undefined) index.set(path, stamp, fresh);
    meter.advance();
    return fresh;
  });
  await index.save();
  return facts;
}

async function readOne(path: string, options: FileFactsOptions): Promise<FileFacts> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw fail("corrupt-data", {
      where: path,
      expected: "a file that can be read",
      got: error.code ?? error.message,
      cause: error,
    });
  });
  const { maxPixels } = options;
  const header = { name: path, ...(maxPixels === undefined ? {} : { maxPixels }) };
  const { width, height, mpp } = await readImageHeader(bytes, header);
  return { width, height, mpp, contentHash: hashBytes(bytes) };
}

function checkAllThere(paths: readonly string[], stamps: readonly (BigIntStats | null)[]): void {
  const missing = paths.filter((_, i) => !stamps[i]?.isFile());
  if (missing.length === 0) return;
  throw fail("not-found", {
    where: missing[0]!,
    expected: "an image file",
    got: `nothing there (${plural(missing.length, "image")} of ${paths.length} missing)`,
    fix: "Paths in a manifest are relative to the manifest's folder.",
  });
}

/** Changes whenever a file's bytes may have: size, and the times of last writing and last change to the nanosecond. */
function stampOf(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ctimeNs}`;
}
