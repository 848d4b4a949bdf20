// Annotations to cut by: each region becomes a piece of tissue of its own, with its box and its mask.
import type { PixelWindow } from "../codec/index.ts";
import { describeRegion } from "./describe-region.ts";
import type { MaskGrid } from "./mask-grid.ts";
import { rasteriseRegions } from "./rasterise.ts";
import { pixelsOf } from "./ring.ts";
import type { AnnotationRegion, AnnotationSet } from "./types.ts";

/** A region as something to cut out. */
export interface RegionPiece {
  readonly region: AnnotationRegion;
  /** The whole level-0 pixels around the region, inside the slide. */
  readonly box: PixelWindow;
  /** 1 where a mask pixel's centre lies in the region and in no negative region that cuts it. */
  mask(grid: MaskGrid): Uint8Array;
}

/**
 * The regions that people drew, in the file's order, without the negative ones, which are cut out of the others.
 *
 * @param slide size of level 0 in pixels.
 * @returns a note for each region that lies outside the slide: usually a wrong origin, or another slide's file.
 */
export function regionsAsPieces(
  set: AnnotationSet,
  slide: { readonly width: number; readonly height: number },
): { pieces: RegionPiece[]; notes: string[] } {
  const negative = set.regions.filter((region) => region.negative);
  const drawn = set.regions.filter((region) => !region.negative && region.kind === "annotation");
  const boxes = drawn.map((region) => ({ region, box: inside(pixelsOf(region.bounds), slide) }));
  const pieces = boxes.flatMap(({ region, box }) => {
    if (box === null) return [];
    // The same label as the region's, whatever that is, or none: a region without a label is cut by the latter alone.
    const cut = negative.filter(({ label }) => label === null || label === region.label);
    return { region, box, mask: (grid: MaskGrid) => rasteriseRegions([region, ...cut], grid) };
  });
  const outside = boxes.filter(({ box }) => box === null);
  const notes = outside.length === 0 ? [] : [outsideNote(set, outside[0]!.region, outside.length, slide)];
  return { pieces, notes };
}

function inside(
  box: PixelWindow,
  slide: { readonly width: number; readonly height: number },
): PixelWindow | null {
  const [left, top] = [Math.max(0, box.left), Math.max(0, box.top)];
  const width = Math.min(slide.width, box.left + box.width) - left;
  const height = Math.min(slide.height, box.top + box.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}

function outsideNote(
  { file, regions }: AnnotationSet,
  first: AnnotationRegion,
  count: number,
  slide: { readonly width: number; readonly height: number },
): string {
  return (
    `${file}: ${count} of ${regions.length} regions lie outside the slide of ${slide.width} x ${slide.height} pixels ` +
    `(the first: ${describeRegion(first)}). Is it the file of this slide, and the origin right?`
  );
}
