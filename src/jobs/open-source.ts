// Opens one slide of a job, in the process that works on it.
import { fail, isLowmagError } from "../base/index.ts";
import { failureReason } from "../cutting/index.ts";
import { type DecoderKind, loadDecoders, openSlide, type SlideBackend } from "../local/index.ts";
import type { Slide } from "../slide/index.ts";
import { TILE_CACHE_BYTES } from "./memory-share.ts";
import { type SourceFile, sourceFiles } from "./source-files.ts";
import type { SlideOutcome } from "./types.ts";

/** How a slide of a job is opened. */
export interface OpenSource {
  readonly path: string;
  /** For errors. */
  readonly where: string;
  /** µm per pixel of level 0, where the file does not say it or says it wrong. */
  readonly mpp: number | null;
  readonly decoder: DecoderKind;
  readonly backend: SlideBackend;
}

/** An open slide and what it is made of. */
export interface OpenedSource {
  readonly slide: Slide;
  readonly files: readonly SourceFile[];
  /** What decodes its tiles, for records. */
  readonly decoder: string;
}

/** Opens the slide, lets work be done with it, and closes it. @throws LowmagError as `openSlide`, and what the work throws. */
export async function withSource<T>(
  { path, where, mpp, decoder, backend }: OpenSource,
  work: (opened: OpenedSource) => Promise<T>,
): Promise<T> {
  const files = await sourceFiles(path);
  if (files.length === 0) throw fail("not-found", { where, expected: "a slide", got: `nothing at ${path}` });
  const decoders = await loadDecoders(decoder);
  const slide = await openSlide(path, {
    mpp: mpp ?? undefined,
    decoders,
    backend,
    cacheBytes: TILE_CACHE_BYTES,
  });
  try {
    const described = slide.format === "openslide" ? "OpenSlide" : decoders.jpeg.description;
    return await work({ slide, files, decoder: described });
  } finally {
    await slide.close();
  }
}

/**
 * Does the work of one slide.
 *
 * @returns also for a slide that cannot be used: only what stops every slide is thrown, and defects.
 */
export async function slideOutcome<Summary>(work: () => Promise<Summary>): Promise<SlideOutcome<Summary>> {
  try {
    return { kind: "done", summary: await work() };
  } catch (error) {
    if (!isLowmagError(error) || THROWN.includes(error.code)) throw error;
    return { kind: "failed", reason: failureReason(error), message: error.message };
  }
}

const THROWN: readonly string[] = ["cancelled", "not-writable", "checkpoint-mismatch", "internal"];
