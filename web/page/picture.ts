// An ordinary image (PNG, JPEG, WebP) as a slide of one level. JPEG goes through lowmag's own decoder and PNG through the
// page's own reader, so that no canvas stands between the file and the network; WebP and rare kinds are decoded by the
// browser, told not to touch colours. `decoder` says which it was.
import { fail } from "../../src/base/index.ts";
import { type Decoders, readJpegHeader } from "../../src/codec/index.ts";
import {
  type ImageFormat,
  type RgbImage,
  sniffFormat,
  statedPixelSize,
  toRgb,
} from "../../src/pixels/index.ts";
import { pictureLevel, type SlideContent } from "../../src/slide/index.ts";
import { decodePng, pngSize } from "./png.ts";

/** Most pixels of an ordinary image: 200 MB of RGB. */
const MOST_PIXELS = 2 ** 26;
/** Largest file of one, bytes. */
const MOST_BYTES = 2 ** 28;
const NAMES = { png: "PNG", jpeg: "JPEG", webp: "WebP" } as const;

type PictureFormat = keyof typeof NAMES;

/** A picture that was opened. */
export interface OpenedPicture {
  readonly content: SlideContent;
  /** What decoded it. */
  readonly decoder: string;
}

/** The format of a file that is an ordinary image; `null` for slides and all else. */
export async function pictureFormat(file: Blob): Promise<PictureFormat | null> {
  const format: ImageFormat | null = sniffFormat(new Uint8Array(await file.slice(0, 64).arrayBuffer()));
  return format === null || format === "tiff" ? null : format;
}

/**
 * Decodes an ordinary image.
 *
 * @throws LowmagError `unsupported-format` for one that is too large or of a kind that nobody here decodes;
 *   `corrupt-data` for a damaged one.
 */
export async function openPicture(
  file: File,
  format: PictureFormat,
  decoders: Decoders,
): Promise<OpenedPicture> {
  if (file.size > MOST_BYTES) throw tooLarge(file.name, `a file of ${Math.round(file.size / 2 ** 20)} MB`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { image, decoder } = await decode(bytes, file.name, format, decoders);
  KEPT.put(file, image);
  const pixels = async (): Promise<RgbImage> => {
    const kept = KEPT.get(file);
    if (kept !== undefined) return kept;
    const again = new Uint8Array(await file.arrayBuffer());
    const decoded = (await decode(again, file.name, format, decoders)).image;
    KEPT.put(file, decoded);
    return decoded;
  };
  const { width, height } = image;
  const mpp = statedPixelSize(bytes, format);
  return { content: contentOf(file.name, { width, height }, pixels, NAMES[format], mpp), decoder };
}

/** Decoded pictures, the last used: any number of them can be open at once. */
class KeptPictures {
  readonly #images = new Map<File, RgbImage>();
  #bytes = 0;

  get(file: File): RgbImage | undefined {
    const image = this.#images.get(file);
    if (image === undefined) return undefined;
    this.#images.delete(file);
    this.#images.set(file, image);
    return image;
  }

  put(file: File, image: RgbImage): void {
    this.#images.set(file, image);
    this.#bytes += image.data.length;
    for (const [oldest, { data }] of this.#images) {
      if (this.#bytes <= MOST_KEPT || oldest === file) return;
      this.#images.delete(oldest);
      this.#bytes -= data.length;
    }
  }
}

/** Bytes of decoded pictures that are kept. */
const MOST_KEPT = 2 ** 28;
const KEPT = new KeptPictures();

async function decode(
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
  format: PictureFormat,
  decoders: Decoders,
): Promise<{ image: RgbImage; decoder: string }> {
  if (format === "jpeg") {
    const { width, height } = readJpegHeader(bytes, where);
    checkSize(where, width, height);
    const data = decoders.jpeg.decode({ data: bytes, width, height, colour: "unknown", where });
    return { image: { width, height, data }, decoder: decoders.jpeg.description };
  }
  if (format === "png") {
    const size = pngSize(bytes);
    if (size !== null) checkSize(where, size.width, size.height);
    const image = await decodePng(bytes, where);
    if (image !== null) return { image, decoder: "lowmag's PNG reader" };
  }
  return { image: await decodeByBrowser(bytes, where, format), decoder: "the browser" };
}

async function decodeByBrowser(
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
  format: PictureFormat,
): Promise<RgbImage> {
  const blob = new Blob([bytes], { type: `image/${format}` });
  const bitmap = await createImageBitmap(blob, {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
    imageOrientation: "none" as ImageOrientation,
  }).catch((error: unknown) => {
    throw fail("corrupt-data", {
      where,
      expected: `a ${NAMES[format]} image that the browser can decode`,
      got: "one that it cannot",
      fix: "Copy or export the file again.",
      cause: error,
    });
  });
  try {
    const { width, height } = bitmap;
    checkSize(where, width, height);
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data: toRgb(new Uint8Array(data.buffer), 4) };
  } finally {
    bitmap.close();
  }
}

function checkSize(where: string, width: number, height: number): void {
  if (width < 1 || height < 1 || width * height > MOST_PIXELS)
    throw tooLarge(where, `${width} x ${height} pixels`);
}

function tooLarge(where: string, got: string): Error {
  return fail("unsupported-format", {
    where,
    expected: `an image of 1 to ${MOST_PIXELS / 1e6} million pixels and at most ${MOST_BYTES / 2 ** 20} MB`,
    got,
    fix: "Make a pyramid of it: a tiled TIFF is read piece by piece, whatever its size.",
  });
}

function contentOf(
  name: string,
  size: { readonly width: number; readonly height: number },
  pixels: () => Promise<RgbImage>,
  compression: string,
  mpp: SlideContent["mpp"],
): SlideContent {
  return {
    name,
    format: "image",
    vendor: "",
    levels: [pictureLevel(size, compression, pixels)],
    mpp,
    mppSource: mpp === null ? null : "resolution-tag",
    objective: null,
    bounds: null,
    properties: {},
    associated: [],
    notes: [],
    readAssociated: async () => {
      throw fail("invalid-argument", { where: name, expected: "an image alone", got: "a picture beside it" });
    },
    readIccProfile: async () => null,
    close: async () => undefined,
  };
}
