// Turns a file into pixels. The only place where foreign bytes meet sharp / libvips, so this is where size limits,
// refusals and the rules for grey, 16-bit and transparent images live (TIFF is read by the reader of slides, by the same
// rules):
//   grey -> the value in all three channels; 16 bit -> round(v / 257); alpha -> composited over white, in the file's
//   own depth; embedded ICC profiles and EXIF orientation are ignored: pixels are taken as stored, as every
//   pathology pipeline does; of several pages the first is read.
import { readFile } from "node:fs/promises";
import sharp, { type Metadata, type Sharp } from "sharp";
import { fail, isLowmagError } from "../base/index.ts";
import {
  type ImageFormat,
  type PixelSize,
  type RgbImage,
  sniffFormat,
  statedPixelSize,
  toRgb,
} from "../pixels/index.ts";
import { decodeMemory } from "./decode-memory.ts";
import { decodeTiff, readTiffFacts, tooManyPixels } from "./tiff.ts";

/** Images of more pixels than this are refused unless the caller raises the limit: 20,000 x 20,000. */
export const DEFAULT_MAX_PIXELS = 400_000_000;

/** What a file says about itself, read without decoding its pixels. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  /** µm per pixel stated by the file, or `null` when it states none that is plausible (see `PLAUSIBLE_MPP`). */
  readonly mpp: PixelSize | null;
  readonly format: ImageFormat;
  /** Bytes that decoding takes at its peak besides the file, about; of a TIFF, those of its pixels. */
  readonly decodeBytes: number;
}

/** A decoded file. */
export interface DecodedImage {
  readonly image: RgbImage;
  readonly mpp: PixelSize | null;
  readonly format: ImageFormat;
}

/** Options of {@link decodeImage} and {@link readImageHeader}. */
export interface DecodeOptions {
  /** Refuse images of more pixels than this. Default {@link DEFAULT_MAX_PIXELS}. */
  readonly maxPixels?: number;
  /** What to call the image in errors. Default: the path, or "image". */
  readonly name?: string;
}

/** Names the decoder and its version: pixels decoded by another one may differ by a few grey levels. */
export const DECODER_VERSION = `libvips ${sharp.versions.vips}, TIFF by lowmag`;

// One image at a time per caller: parallelism comes from worker threads, and results must not depend on it.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a PNG, JPEG, WebP or TIFF to 8-bit RGB.
 *
 * @param source path of a file, or its bytes.
 * @throws LowmagError `not-found`; `unsupported-format` for an empty file, another format, CMYK, Lab, floating-point or
 * multi-channel pixels, or an image over the size limit; `corrupt-data` for a truncated or unreadable file. All name it.
 */
export async function decodeImage(
  source: string | Uint8Array,
  options: DecodeOptions = {},
): Promise<DecodedImage> {
  const { bytes, name } = await readSource(source, options);
  const maxPixels = options.maxPixels ?? DEFAULT_MAX_PIXELS;
  if (sniffFormat(bytes) === "tiff") return { ...(await decodeTiff(bytes, name, maxPixels)), format: "tiff" };
  const opened = await open(bytes, name, maxPixels);
  const { width, height, format, mpp, sixteenBit } = opened;
  // Grey becomes RGB here too, without touching the values (checked by golden files, with and without alpha).
  const pipeline = sixteenBit
    ? opened.pipeline.toColourspace("rgb16").raw({ depth: "ushort" })
    : opened.pipeline.toColourspace("srgb").raw({ depth: "uchar" });
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true }).catch((error: unknown) => {
    throw corrupt(name, error);
  });
  if (info.width !== width || info.height !== height)
    throw corrupt(
      name,
      new Error(`header says ${width} x ${height}, pixels are ${info.width} x ${info.height}`),
    );
  const samples = sixteenBit
    ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { image: { width, height, data: toRgb(samples, info.channels) }, mpp, format };
}

/**
 * Reads the size and the stated pixel size without decoding pixels. Errors as {@link decodeImage}, except that a file
 * truncated after its header is not noticed.
 */
export async function readImageHeader(
  source: string | Uint8Array,
  options: DecodeOptions = {},
): Promise<ImageHeader> {
  const { bytes, name } = await readSource(source, options);
  const maxPixels = options.maxPixels ?? DEFAULT_MAX_PIXELS;
  if (sniffFormat(bytes) === "tiff") {
    const facts = await readTiffFacts(bytes, name, maxPixels);
    return { ...facts, format: "tiff", decodeBytes: 3 * facts.width * facts.height };
  }
  const { width, height, mpp, format, decodeBytes } = await open(bytes, name, maxPixels);
  return { width, height, mpp, format, decodeBytes };
}

async function readSource(
  source: string | Uint8Array,
  options: DecodeOptions,
): Promise<{ bytes: Uint8Array; name: string }> {
  if (typeof source !== "string") return { bytes: source, name: options.name ?? "image" };
  const name = options.name ?? source;
  try {
    return { bytes: await readFile(source), name };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw fail(reason === "ENOENT" ? "not-found" : "corrupt-data", {
      where: name,
      expected: "a file that can be read",
      got: reason === "ENOENT" ? "no such file" : reason,
      cause: error,
    });
  }
}

interface OpenedImage extends ImageHeader {
  readonly pipeline: Sharp;
  readonly sixteenBit: boolean;
}

async function open(bytes: Uint8Array, name: string, maxPixels: number): Promise<OpenedImage> {
  const format = sniffFormat(bytes);
  if (format === null)
    throw unsupported(name, bytes.length === 0 ? "an empty file" : "a file of another kind", "");
  const pipeline = sharp(bytes, {
    limitInputPixels: false, // checked below, with a better message
    ignoreIcc: true,
    failOn: "error",
    sequentialRead: true,
  });
  const metadata = await pipeline.metadata().catch((error: unknown) => {
    throw corrupt(name, error);
  });
  const { width, height } = metadata;
  if (width * height > maxPixels) throw tooManyPixels(name, width, height, maxPixels);
  checkPixelKind(name, metadata);
  const sixteenBit = metadata.depth === "ushort";
  const mpp = statedPixelSize(bytes, format);
  return { pipeline, width, height, mpp, format, sixteenBit, decodeBytes: decodeMemory(metadata) };
}

const READABLE_SPACES: readonly string[] = ["srgb", "rgb", "b-w", "rgb16", "grey16"];

function checkPixelKind(name: string, metadata: Metadata): void {
  const { space, depth, channels } = metadata;
  if (space === "cmyk")
    throw unsupported(
      name,
      "CMYK (print) colours",
      "Convert it to RGB first; how inks map to light depends on a press profile, so lowmag does not guess.",
    );
  const readable =
    READABLE_SPACES.includes(space) && (depth === "uchar" || depth === "ushort") && channels <= 4;
  if (!readable)
    throw unsupported(
      name,
      `${channels} channels of ${depth} in colour space ${space}`,
      "Convert it to 8-bit or 16-bit RGB or grey first.",
    );
}

function unsupported(name: string, got: string, fix: string): Error {
  return fail("unsupported-format", {
    where: name,
    expected: "an RGB or grey PNG, JPEG, WebP or TIFF",
    got,
    fix,
  });
}

/** What sharp says where libvips, whose messages all threads share, has none left. */
const NO_REASON = "Unknown error";

function corrupt(name: string, error: unknown): Error {
  if (isLowmagError(error)) return error;
  const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0]!.trim();
  return fail("corrupt-data", {
    where: name,
    expected: "a whole image",
    got: `a damaged or truncated one${reason === NO_REASON ? "" : ` (${reason})`}`,
    fix: "Copy or export the file again.",
    cause: error,
  });
}
