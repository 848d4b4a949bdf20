// `slide tissue`: where tissue is found, and in which pieces, by the same code and options as `prepare`.
import { resolve } from "node:path";
import type { PixelWindow } from "../codec/index.ts";
import { blurOf, mapTissue, shareWithin, type TissueMap, toSlide } from "../cutting/index.ts";
import { resolveOptions, type SlideTissueOptions, slideTissueOptions } from "../options/index.ts";
import { readAtMpp, type Slide } from "../slide/index.ts";
import { blurLimit, drawOverlay, type TissuePiece } from "../tissue/index.ts";
import type { OperationContext } from "./context.ts";
import { withSlide } from "./open-for-looking.ts";
import type { SlidePicture } from "./slide.ts";
import { checkPicturePath, writePicture } from "./write-picture.ts";

/** One piece of tissue. */
export interface SlideTissuePiece {
  readonly number: number;
  /** With its margin, in pixels of level 0. */
  readonly box: PixelWindow;
  /** mm². */
  readonly area: number;
  /** µm; `null` where there are too few edges to tell. */
  readonly blur: number | null;
  readonly blurred: boolean;
  /** Share of the box under pen marks. */
  readonly pen: number;
}

/** What was found. */
export interface SlideTissueResult extends SlidePicture {
  readonly pieces: readonly SlideTissuePiece[];
  /** mm² of all pieces. */
  readonly tissueArea: number;
  readonly method: string;
  readonly threshold: number;
  readonly notes: readonly string[];
}

/** Blur is measured at about this µm/px, as in a data set of 10x images. */
const BLUR_MPP = 1;

/**
 * Finds tissue and writes a thumbnail with its outlines.
 *
 * @throws LowmagError `missing-metadata` for a slide of unknown µm per pixel; `unsupported-format` for fluorescence.
 */
export async function slideTissue(
  options: SlideTissueOptions,
  { signal }: OperationContext = {},
): Promise<SlideTissueResult> {
  const complete = resolveOptions("slide tissue", slideTissueOptions, options);
  const { out, overwrite } = complete;
  await checkPicturePath(out, overwrite);
  return await withSlide(complete, async (slide) => {
    const map = await mapTissue(
      slide,
      { ...complete, tissueThreshold: complete.tissueThreshold ?? null },
      { signal },
    );
    const image = drawOverlay(map.thumbnail, map.mask, map.pieces);
    await writePicture(out, image, map.mpp);
    const pieces: SlideTissuePiece[] = [];
    for (const piece of map.pieces) pieces.push(await describePiece(slide, map, piece, signal));
    const { method, threshold } = map.mask;
    return {
      out: resolve(out),
      width: image.width,
      height: image.height,
      mpp: map.mpp,
      pieces,
      tissueArea: pieces.reduce((sum, { area }) => sum + area, 0),
      method,
      threshold,
      notes: slide.notes,
    };
  });
}

/** The largest part of a piece that is looked at for blur, in pixels of the picture. */
const LARGEST_LOOK = 4096;

async function describePiece(
  slide: Slide,
  map: TissueMap,
  { number, box, area }: TissuePiece,
  signal: AbortSignal | undefined,
): Promise<SlideTissuePiece> {
  const window = toSlide(map, slide, box);
  const { x, y } = slide.mpp!;
  const longest = Math.max(window.width * x, window.height * y);
  const mpp = Math.max(BLUR_MPP, x, y, longest / LARGEST_LOOK);
  const blur = blurOf(await readAtMpp(slide, mpp, window, { signal }), mpp);
  return {
    number,
    box: window,
    area: area / 1e6,
    blur,
    blurred: blur !== null && blur > blurLimit(mpp),
    pen: shareWithin(map.mask, box, (k) => map.pen.data[k] === 1),
  };
}
