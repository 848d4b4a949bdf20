// From an open slide to its tissue: the thumbnail, the mask, pen marks, pieces, and the scale between mask and slide.
import { fail, isLowmagError } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import type { PixelSize, RgbImage } from "../pixels/index.ts";
import { outputSize, type ReadOptions, readAtMpp, type Slide } from "../slide/index.ts";
import { findPieces, findTissue, type PenMarks, type TissueMask, type TissuePiece } from "../tissue/index.ts";
import type { TissueRules } from "./rules.ts";

/** A slide's thumbnail and what was found on it. */
export interface TissueMap {
  readonly thumbnail: RgbImage;
  /** µm per pixel of thumbnail and mask. */
  readonly mpp: number;
  /** Level-0 pixels per mask pixel; exact, since the thumbnail is read on this very grid. */
  readonly scale: PixelSize;
  readonly mask: TissueMask;
  readonly pen: PenMarks;
  readonly pieces: readonly TissuePiece[];
}

/** Thumbnails of more pixels than this are refused: 60 x 60 mm at 8 µm/px are 56 million. */
const LARGEST_THUMBNAIL = 64_000_000;

/** µm² below which tissue is a speck: a disc of 160 µm. */
const SPECK = 20_000;

/** µm² in a mm². */
const SQUARE_MILLIMETRE = 1e6;

/** A slide at the resolution at which tissue is looked for. */
export interface Thumbnail {
  readonly image: RgbImage;
  /** µm per pixel. */
  readonly mpp: number;
}

/**
 * Finds the tissue of a slide.
 *
 * @throws LowmagError as {@link readThumbnail} and {@link findOnThumbnail}.
 */
export async function mapTissue(
  slide: Slide,
  rules: TissueRules,
  options: ReadOptions = {},
): Promise<TissueMap> {
  return findOnThumbnail(slide, rules, await readThumbnail(slide, rules, options));
}

/**
 * Reads what tissue is looked for on.
 *
 * @throws LowmagError `missing-metadata` for a slide of unknown µm/px; `invalid-argument` for a thumbnail that would be
 *   too large; what reading throws.
 */
export async function readThumbnail(
  slide: Slide,
  rules: Pick<TissueRules, "tissueMpp">,
  options: ReadOptions = {},
): Promise<Thumbnail> {
  const size = knownPixelSize(slide);
  // A slide coarser than the thumbnail is its own thumbnail.
  const mpp = Math.max(rules.tissueMpp, size.x, size.y);
  const { width, height } = outputSize(slide, mpp);
  if (width * height > LARGEST_THUMBNAIL) throw tooLargeThumbnail(slide, mpp, width, height);
  return { image: await readAtMpp(slide, mpp, undefined, options), mpp };
}

/**
 * Finds the tissue on a slide's thumbnail.
 *
 * @throws LowmagError `unsupported-format` for fluorescence.
 */
export function findOnThumbnail(
  slide: Slide,
  rules: TissueRules,
  { image: thumbnail, mpp }: Thumbnail,
): TissueMap {
  const size = knownPixelSize(slide);
  const { tissueMethod: method, tissueThreshold: threshold, joinGap, margin, fringe } = rules;
  const minimumArea = rules.minArea * SQUARE_MILLIMETRE;
  // What may be a piece must not be removed as a speck before.
  const objectArea = Math.min(SPECK, minimumArea);
  const mask = named(slide, () =>
    findTissue(thumbnail, { mpp, method, objectArea, ...(threshold === null ? {} : { threshold }) }),
  );
  return {
    thumbnail,
    mpp,
    scale: { x: mpp / size.x, y: mpp / size.y },
    mask,
    pen: mask.pen!, // looked for unless told otherwise
    pieces: findPieces(mask, { joinGap, minimumArea, margin, fringe }),
  };
}

/** The portable rooms know no slide by name: their errors get it here. */
function named<T>(slide: Slide, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isLowmagError(error)) throw error;
    const { code, expected, got } = error;
    throw fail(code, { where: slide.name, expected, got, fix: "Leave this slide out.", cause: error });
  }
}

/** The slide's µm/px, or the error that says how to state it. */
export function knownPixelSize(slide: Slide): PixelSize {
  if (slide.mpp !== null) return slide.mpp;
  throw fail("missing-metadata", {
    where: slide.name,
    expected: "a slide that says how large its pixels are",
    got: "no µm per pixel",
    fix: "State it with `--slide-mpp`, or in the column mpp of a list of slides.",
  });
}

/**
 * A window of mask pixels as whole level-0 pixels, rounded outwards and clipped to the slide. One that reaches the mask's
 * edge reaches the slide's: the mask can end up to half of its pixels short of it.
 */
export function toSlide({ scale, mask }: TissueMap, slide: Slide, box: PixelWindow): PixelWindow {
  const { width, height } = slide.levels[0]!;
  const across = span(box.left, box.left + box.width >= mask.width ? width : box.width, scale.x, width);
  const down = span(box.top, box.top + box.height >= mask.height ? height : box.height, scale.y, height);
  return { left: across.start, top: down.start, width: across.length, height: down.length };
}

function span(
  start: number,
  length: number,
  scale: number,
  limit: number,
): { start: number; length: number } {
  const first = Math.max(0, Math.min(limit - 1, Math.floor(start * scale + 1e-9)));
  const last = Math.max(first + 1, Math.min(limit, Math.ceil((start + length) * scale - 1e-9)));
  return { start: first, length: last - first };
}

/** Share of a window of the mask where a condition on the pixel holds. */
export function shareWithin(
  { width }: { readonly width: number },
  box: PixelWindow,
  holds: (k: number) => boolean,
): number {
  let count = 0;
  for (let y = box.top; y < box.top + box.height; y++)
    for (let k = y * width + box.left, end = k + box.width; k < end; k++) if (holds(k)) count++;
  return count / (box.width * box.height);
}

function tooLargeThumbnail(slide: Slide, mpp: number, width: number, height: number): Error {
  return fail("invalid-argument", {
    where: slide.name,
    expected: `a thumbnail of at most ${LARGEST_THUMBNAIL / 1e6} million pixels`,
    got: `${width} x ${height} at ${mpp} µm per pixel`,
    fix: "Choose a coarser `--tissue-mpp`, or check the slide's µm per pixel.",
  });
}
