// `slide info`, `slide thumbnail`, `slide region`, `slide associated`: what the reader sees of one slide.
import { resolve } from "node:path";
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { knownPixelSize } from "../cutting/index.ts";
import { profileChange } from "../local/index.ts";
import {
  resolveOptions,
  type SlideAssociatedOptions,
  type SlideInfoOptions,
  type SlideRegionOptions,
  type SlideThumbnailOptions,
  slideAssociatedOptions,
  slideInfoOptions,
  slideRegionOptions,
  slideThumbnailOptions,
} from "../options/index.ts";
import type { PixelSize, RgbImage } from "../pixels/index.ts";
import { readAtMpp, type Slide } from "../slide/index.ts";
import type { OperationContext } from "./context.ts";
import { withSlide } from "./open-for-looking.ts";
import { checkPicturePath, writePicture } from "./write-picture.ts";

/** One level. */
export interface SlideInfoLevel {
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per pixel, the mean of both directions; they differ by rounding alone. */
  readonly downsample: number;
  /** µm per pixel; `null` where the slide's is unknown. */
  readonly mpp: number | null;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly compression: string;
}

/** What a slide says of itself. Nothing in it identifies a person. */
export interface SlideInfoResult {
  readonly file: string;
  readonly format: string;
  readonly vendor: string;
  readonly width: number;
  readonly height: number;
  readonly levels: readonly SlideInfoLevel[];
  readonly mpp: PixelSize | null;
  readonly mppSource: string | null;
  readonly objective: number | null;
  readonly bounds: PixelWindow | null;
  /** Pictures beside the tissue, by name; they are not decoded. */
  readonly associated: readonly {
    readonly name: string;
    readonly kind: string;
    readonly width: number;
    readonly height: number;
  }[];
  readonly properties: Readonly<Record<string, string>>;
  /** An embedded colour profile is there. */
  readonly iccProfile: boolean;
  readonly decoder: string;
  readonly notes: readonly string[];
}

/** A picture that was written. */
export interface SlidePicture {
  /** The file, absolute. */
  readonly out: string;
  readonly width: number;
  readonly height: number;
  /** µm per pixel; `null` where unknown. */
  readonly mpp: number | null;
}

/** Tells what a slide holds. @throws LowmagError as every reading of a slide. */
export async function slideInfo(
  options: SlideInfoOptions,
  _context: OperationContext = {},
): Promise<SlideInfoResult> {
  const complete = resolveOptions("slide info", slideInfoOptions, options);
  return await withSlide(complete, async (slide, decoder) => {
    const { name: _name, levels, format, vendor, mpp, mppSource, objective, bounds, properties } = slide;
    return {
      file: complete.file,
      format,
      vendor,
      width: levels[0]!.width,
      height: levels[0]!.height,
      levels: levels.map((level) => infoOfLevel(level, mpp)),
      mpp,
      mppSource,
      objective,
      bounds,
      associated: slide.associated,
      properties,
      iccProfile: (await slide.readIccProfile()) !== null,
      decoder,
      notes: slide.notes,
    };
  });
}

function infoOfLevel(level: Slide["levels"][number], mpp: PixelSize | null): SlideInfoLevel {
  const { downsampleX, downsampleY, ...rest } = level;
  const downsample = (downsampleX + downsampleY) / 2;
  return { ...rest, downsample, mpp: mpp === null ? null : (downsample * (mpp.x + mpp.y)) / 2 };
}

const DEFAULT_THUMBNAIL = 1024;

/**
 * Writes the whole slide as one picture.
 *
 * @throws LowmagError `missing-metadata` for `mpp` with a slide of unknown pixel size; `not-writable`.
 */
export async function slideThumbnail(
  options: SlideThumbnailOptions,
  { signal }: OperationContext = {},
): Promise<SlidePicture> {
  const complete = resolveOptions("slide thumbnail", slideThumbnailOptions, options);
  const { mpp, size, out, overwrite } = complete;
  if (mpp !== undefined && size !== undefined) throw oneOf("slide thumbnail", "--mpp", "--size");
  await checkPicturePath(out, overwrite);
  return await withSlide(complete, async (slide) => {
    if (mpp !== undefined) knownPixelSize(slide);
    const { scaled, pixel } =
      mpp === undefined ? bySize(slide, size ?? DEFAULT_THUMBNAIL) : { scaled: slide, pixel: mpp };
    const image = await readAtMpp(scaled, pixel, undefined, { signal });
    const stated = slide.mpp === null ? null : (pixel / scaled.mpp!.x) * slide.mpp.x;
    return await write(await coloured(image, slide, complete.icc), out, stated);
  });
}

/** The µm/px that gives a longer side; a slide of unknown pixel size is scaled as if its pixels were 1 µm. */
function bySize(slide: Slide, size: number): { scaled: Slide; pixel: number } {
  const scaled: Slide = slide.mpp === null ? { ...slide, mpp: { x: 1, y: 1 } } : slide;
  const { width, height } = slide.levels[0]!;
  const { x, y } = scaled.mpp!;
  return { scaled, pixel: Math.max((width * x) / size, (height * y) / size, x, y) };
}

/**
 * Writes a region of a slide.
 *
 * @throws LowmagError `invalid-argument` for a level that is not there or a resolution finer than the slide's.
 */
export async function slideRegion(
  options: SlideRegionOptions,
  { signal }: OperationContext = {},
): Promise<SlidePicture> {
  const complete = resolveOptions("slide region", slideRegionOptions, options);
  const { x, y, width, height, mpp, level, out, overwrite } = complete;
  if (mpp !== undefined && level !== undefined) throw oneOf("slide region", "--mpp", "--level");
  await checkPicturePath(out, overwrite);
  const window = { left: x, top: y, width, height };
  return await withSlide(complete, async (slide) => {
    if (mpp === undefined) {
      const { image, pixel } = await readLevel(slide, level ?? 0, window, signal);
      return await write(await coloured(image, slide, complete.icc), out, pixel);
    }
    knownPixelSize(slide);
    const image = await readAtMpp(slide, mpp, window, { signal });
    return await write(await coloured(image, slide, complete.icc), out, mpp);
  });
}

/** The pixels of a level that a window of level 0 covers. */
async function readLevel(
  slide: Slide,
  index: number,
  { left, top, width, height }: PixelWindow,
  signal: AbortSignal | undefined,
): Promise<{ image: RgbImage; pixel: number | null }> {
  const level = slide.levels[index];
  if (level === undefined)
    throw fail("invalid-argument", {
      where: "`--level`",
      expected: `a level from 0 to ${slide.levels.length - 1}`,
      got: `${index}`,
    });
  const { downsampleX, downsampleY } = level;
  const window = {
    left: Math.floor(left / downsampleX),
    top: Math.floor(top / downsampleY),
    width: Math.max(1, Math.round(width / downsampleX)),
    height: Math.max(1, Math.round(height / downsampleY)),
  };
  const image = await slide.readRegion(index, window, { signal });
  return { image, pixel: slide.mpp === null ? null : slide.mpp.x * downsampleX };
}

/**
 * Writes a picture beside the tissue, which can show a person's name.
 *
 * @throws LowmagError `invalid-argument` for a name that the slide does not list.
 */
export async function slideAssociated(
  options: SlideAssociatedOptions,
  _context: OperationContext = {},
): Promise<SlidePicture> {
  const complete = resolveOptions("slide associated", slideAssociatedOptions, options);
  const { name, out, overwrite } = complete;
  await checkPicturePath(out, overwrite);
  return await withSlide(complete, async (slide) => {
    const names = slide.associated.map((image) => image.name);
    if (!names.includes(name))
      throw fail("invalid-argument", {
        where: "`--name`",
        expected:
          names.length === 0 ? "a slide with pictures beside the tissue" : `one of ${names.join(", ")}`,
        got: names.length === 0 ? "one without" : `\`${name}\``,
      });
    return await write(await slide.readAssociated(name), out, null);
  });
}

async function coloured(image: RgbImage, slide: Slide, icc: boolean): Promise<RgbImage> {
  const change = icc ? await profileChange(slide) : null;
  return change === null ? image : change(image);
}

async function write(image: RgbImage, out: string, mpp: number | null): Promise<SlidePicture> {
  await writePicture(out, image, mpp);
  return { out: resolve(out), width: image.width, height: image.height, mpp };
}

function oneOf(command: string, first: string, second: string): Error {
  return fail("invalid-argument", {
    where: `\`lowmag ${command}\``,
    expected: `${first} or ${second}`,
    got: "both",
    fix: "Give one of them.",
  });
}
