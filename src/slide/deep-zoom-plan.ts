// The geometry of Deep Zoom over a slide: level n has ceil(side / 2^(last - n)) pixels, level `last` is the slide's own
// finest level, tiles do not overlap, those at the right and lower edge are what is left.
import type { Slide } from "./types.ts";

/** A slide as a pyramid of Deep Zoom. */
export interface DeepZoomPlan {
  /** Of level 0 of the slide, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Side of a tile in pixels. */
  readonly tileSize: number;
  /** The finest level; the coarsest is 0, one pixel. */
  readonly last: number;
}

/** One tile: where it lies in its level, and how many pixels of level 0 one of its pixels covers in each direction. */
export interface PlannedTile {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/** Sides of a slide's tiles that are fit for a viewer, in pixels. */
const SMALLEST_TILE = 128;
const LARGEST_TILE = 1024;

/**
 * The side of tiles to plan with, in pixels: that of the slide's own at its finest level where they are square, so that a
 * planned tile is one of the slide's; `usual` where they are strips, oblong, or of a size unfit for a viewer.
 */
export function ownTileSize(slide: Pick<Slide, "levels">, usual: number): number {
  const { tileWidth, tileHeight } = slide.levels[0]!;
  const fit = tileWidth === tileHeight && tileWidth >= SMALLEST_TILE && tileWidth <= LARGEST_TILE;
  return fit ? tileWidth : usual;
}

/** Plans the pyramid of a slide of a size in pixels, at least 1 x 1. */
export function planDeepZoom(width: number, height: number, tileSize: number): DeepZoomPlan {
  let last = 0;
  while (2 ** last < Math.max(width, height)) last++;
  return { width, height, tileSize, last };
}

/** Pixels of a level. */
export function levelSize({ width, height, last }: DeepZoomPlan, level: number) {
  const scale = 2 ** (last - level);
  return { width: Math.ceil(width / scale), height: Math.ceil(height / scale), scale };
}

/** A tile of the plan; `null` where there is none. */
export function tileAt(plan: DeepZoomPlan, level: number, column: number, row: number): PlannedTile | null {
  const whole = [level, column, row].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!whole || level > plan.last) return null;
  const { width, height, scale } = levelSize(plan, level);
  const left = column * plan.tileSize;
  const top = row * plan.tileSize;
  if (left >= width || top >= height) return null;
  return {
    left,
    top,
    width: Math.min(plan.tileSize, width - left),
    height: Math.min(plan.tileSize, height - top),
    scale,
  };
}

/** The finest level whose longer side is at most `side`. */
export function overviewLevel(plan: DeepZoomPlan, side: number): number {
  let level = plan.last;
  while (level > 0 && Math.max(levelSize(plan, level).width, levelSize(plan, level).height) > side) level--;
  return level;
}

/** The description of the pyramid in Deep Zoom's own format. */
export function deepZoomXml({ width, height, tileSize }: DeepZoomPlan): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="0" TileSize="${tileSize}">`,
    `  <Size Width="${width}" Height="${height}"/>`,
    "</Image>",
    "",
  ].join("\n");
}
