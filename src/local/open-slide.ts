// Opens any slide on this machine: looks at what a path holds, never at its name alone, and hands it to whoever reads
// such files; what lowmag does not read goes to OpenSlide where that is installed.
import { readdirSync, type Stats, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fail, isLowmagError } from "../base/index.ts";
import type { Decoders } from "../codec/index.ts";
import { sniffFormat } from "../image/index.ts";
import type { PixelSize } from "../pixels/index.ts";
import {
  type ByteSource,
  createSlide,
  isDicom,
  openDicomSlide,
  openSlideContent,
  type Slide,
  type SlideContent,
} from "../slide/index.ts";
import { openDeepZoom } from "./deep-zoom.ts";
import { isDeepZoom } from "./deep-zoom-header.ts";
import { dicomFilesIn, seriesBeside } from "./dicom-files.ts";
import { fileSource, unreadable } from "./file-source.ts";
import { loadDecoders } from "./load-decoders.ts";
import { type OpenSlideOptions, openWithOpenSlide } from "./openslide-slide.ts";
import { openPicture } from "./picture.ts";

/** Who reads: lowmag and, for what it does not read, OpenSlide ("auto"); lowmag alone; OpenSlide alone. */
export type SlideBackend = "auto" | "own" | "openslide";

/** Options of {@link openSlide}. */
export interface OpenSlideFileOptions {
  /** µm/px of level 0, whatever the file says. */
  readonly mpp?: number | PixelSize | undefined;
  /** Default: the package's own. A native one is faster, and its crash is the program's. */
  readonly decoders?: Decoders | undefined;
  /** Default "auto". */
  readonly backend?: SlideBackend | undefined;
  /** Bytes of decoded tiles to keep. */
  readonly cacheBytes?: number | undefined;
  /** How OpenSlide is found and run. */
  readonly openslide?: OpenSlideOptions | undefined;
}

/**
 * Opens a slide: a file (of a DICOM series any file: those of the series beside it belong to it), a Deep Zoom image
 * (`x.dzi` beside `x_files`), or a folder that holds one of these or the DICOM files of one series.
 *
 * @throws LowmagError `not-found`; `unsupported-format` when it is not a slide, or of a kind or compression that is not
 *   read (named); `corrupt-data` when it is truncated or damaged; `invalid-argument` for an option that cannot be.
 */
export async function openSlide(path: string, options: OpenSlideFileOptions = {}): Promise<Slide> {
  const content = await openContent(path, options);
  try {
    return createSlide(content, { cacheBytes: options.cacheBytes, mpp: options.mpp });
  } catch (error) {
    await content.close();
    throw error;
  }
}

async function openContent(path: string, options: OpenSlideFileOptions): Promise<SlideContent> {
  const facts = factsOf(path);
  const backend = options.backend ?? "auto";
  if (backend === "openslide") return await openWithOpenSlide(path, options.openslide);
  try {
    const decoders = options.decoders ?? (await loadDecoders("wasm"));
    return facts.isDirectory() ? await openFolder(path, decoders) : await openFile(path, decoders);
  } catch (error) {
    if (backend === "own" || facts.isDirectory() || !isLowmagError(error, "unsupported-format")) throw error;
    return await openWithOpenSlide(path, options.openslide).catch(() => {
      throw error; // what lowmag found says more than that OpenSlide did not know better
    });
  }
}

function factsOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Enough of a file's beginning to tell what it is. */
const HEAD_BYTES = 4096;

async function openFile(path: string, decoders: Decoders): Promise<SlideContent> {
  const source = fileSource(path);
  try {
    const head = await source.read(0, Math.min(source.size, HEAD_BYTES));
    if (isDicom(head)) {
      await source.close();
      return await openSeriesOf(path, decoders);
    }
    const content = await openByContent(path, source, head, decoders);
    if (content !== null) return content;
  } catch (error) {
    await source.close();
    throw error;
  }
  await source.close();
  return isDeepZoomFile(path) ? await openDeepZoom(path, decoders) : await openPicture(path);
}

/** A DICOM file with those of its series beside it. */
async function openSeriesOf(path: string, decoders: Decoders): Promise<SlideContent> {
  const { files, unreadable } = await seriesBeside(path);
  const content = await openDicomFiles(path, files, decoders);
  if (unreadable === 0) return content;
  const note = `Of the .dcm files beside it, ${unreadable} cannot be read: levels of this slide may be missing.`;
  return { ...content, notes: [...content.notes, note] };
}

/** A slide that keeps its source open, or `null` for what is read otherwise. */
async function openByContent(
  path: string,
  source: ByteSource,
  head: Uint8Array,
  decoders: Decoders,
): Promise<SlideContent | null> {
  if (source.size === 0) throw notASlide(path, "an empty file");
  // The file that stands for a MIRAX slide is a JPEG: a picture of it, not the slide.
  if (extname(path).toLowerCase() === ".mrxs")
    throw notASlide(path, "a MIRAX slide, which only OpenSlide reads");
  const format = sniffFormat(head);
  const picture = format !== null && format !== "tiff";
  if (picture || isDeepZoom(new TextDecoder().decode(head))) return null;
  return await openSlideContent(source, decoders);
}

function isDeepZoomFile(path: string): boolean {
  const source = fileSource(path);
  const head = source.read(0, Math.min(source.size, HEAD_BYTES)) as Uint8Array;
  void source.close();
  return isDeepZoom(new TextDecoder().decode(head));
}

/** A folder: the DICOM files of one series, or one Deep Zoom image. Folders inside of it are not looked into. */
async function openFolder(path: string, decoders: Decoders): Promise<SlideContent> {
  const zooms = readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.dzi$/i.test(entry.name))
    .map(({ name }) => join(path, name));
  if (zooms.length === 1) return await openDeepZoom(zooms[0]!, decoders);
  const dicoms = dicomFilesIn(path);
  if (dicoms.length > 0) return await openDicomFiles(path, dicoms, decoders);
  throw notASlide(
    path,
    zooms.length > 1 ? `a folder of ${zooms.length} Deep Zoom images` : "a folder without DICOM files",
  );
}

async function openDicomFiles(
  path: string,
  files: readonly string[],
  decoders: Decoders,
): Promise<SlideContent> {
  const sources: ByteSource[] = [];
  try {
    for (const file of files) sources.push(fileSource(file));
    return await openDicomSlide(sources, decoders, { name: path });
  } catch (error) {
    for (const source of sources) await source.close();
    throw error;
  }
}

function notASlide(path: string, got: string): Error {
  return fail("unsupported-format", {
    where: path,
    expected: "a slide (SVS, TIFF, NDPI, DICOM, Deep Zoom, …) or an image (PNG, JPEG, WebP)",
    got,
  });
}
