// A raster laid over a part of the slide, at any scale.
import { fail } from "../base/index.ts";
import type { Bounds } from "./types.ts";

/** A part of the slide and the mask pixels laid over it. The window is in level-0 pixels and may be fractional. */
export interface MaskGrid {
  readonly window: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  /** Mask pixels: column i has its centre at left + (i + 0.5) * window.width / width. */
  readonly width: number;
  readonly height: number;
}

/** True when a region's box and the window have some area in common. */
export function overlaps(bounds: Bounds, { window }: MaskGrid): boolean {
  return (
    bounds.left < window.left + window.width &&
    bounds.right > window.left &&
    bounds.top < window.top + window.height &&
    bounds.bottom > window.top
  );
}

/** Throws `invalid-argument` unless a grid has a size. */
export function checkGrid({ window, width, height }: MaskGrid): void {
  const whole = Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1;
  const finite = Object.values(window).every((value) => Number.isFinite(value));
  if (whole && finite && window.width > 0 && window.height > 0) return;
  throw fail("invalid-argument", {
    where: "mask of regions",
    expected: "a window with an area, and at least one pixel on each side",
    got: `${width} x ${height} pixels over ${window.width} x ${window.height}`,
  });
}
