// TIFF files as images, by the reader of slides: its directories are checked before anything is believed, and single
// tiles go to decoders in WebAssembly. Of several pictures in a file the slide is read, which is the first.
import { fail } from "../base/index.ts";
import { loadWasmDecoders } from "../machine/index.ts";
import type { PixelSize, RgbImage } from "../pixels/index.ts";
import { bytesSource, createSlide, openTiffSlide, type Slide } from "../slide/index.ts";

/** What is known of a TIFF before its pixels are read. */
export interface TiffFacts {
  readonly width: number;
  readonly height: number;
  readonly mpp: PixelSize | null;
}

/** Reads the size and the stated pixel size. @throws LowmagError as `decodeImage` */
export async function readTiffFacts(bytes: Uint8Array, name: string, maxPixels: number): Promise<TiffFacts> {
  return factsOf(await open(bytes, name), maxPixels);
}

/** Decodes the image. @throws LowmagError as `decodeImage` */
export async function decodeTiff(
  bytes: Uint8Array,
  name: string,
  maxPixels: number,
): Promise<{ readonly image: RgbImage; readonly mpp: PixelSize | null }> {
  const slide = await open(bytes, name);
  const { width, height, mpp } = factsOf(slide, maxPixels);
  return { image: await slide.readRegion(0, { left: 0, top: 0, width, height }), mpp };
}

async function open(bytes: Uint8Array, name: string): Promise<Slide> {
  const content = await openTiffSlide(bytesSource(name, bytes), await loadWasmDecoders());
  return createSlide(content, { cacheBytes: 0 });
}

function factsOf({ name, levels, mpp }: Slide, maxPixels: number): TiffFacts {
  const { width, height } = levels[0]!;
  if (width * height > maxPixels) throw tooManyPixels(name, width, height, maxPixels);
  return { width, height, mpp };
}

/** The refusal of an image above the limit. */
export function tooManyPixels(name: string, width: number, height: number, maxPixels: number): Error {
  return fail("unsupported-format", {
    where: name,
    expected: "an RGB or grey PNG, JPEG, WebP or TIFF",
    got: `${width} x ${height} pixels, more than the limit of ${maxPixels}`,
    fix: "Raise `maxPixels` if the machine has the memory for it, or cut the image into pieces of tissue.",
  });
}
