// The part of a tile that a caller wants.
import { fail } from "../base/index.ts";
import type { CompressedTile, PixelWindow } from "./types.ts";

/** Larger sides than these no decoder is asked for: JPEG's own limit, and what its working memory holds. */
const LARGEST_SIDE = 65_500;
const MOST_PIXELS = 2 ** 26;

/**
 * The window, or the whole tile without one.
 *
 * @param into where its pixels are to go: checked here, since a native decoder would write beyond a shorter one.
 * @throws LowmagError `invalid-argument` for a window that is not inside the tile or an `into` of another length;
 *   `corrupt-data` for a tile of an implausible size.
 */
export function windowOf(tile: CompressedTile, window?: PixelWindow, into?: Uint8Array): PixelWindow {
  const { width, height } = tile;
  const plausible = isSide(width) && isSide(height) && width * height <= MOST_PIXELS;
  if (!plausible)
    throw fail("corrupt-data", {
      where: tile.where,
      expected: `a tile of at most ${LARGEST_SIDE} pixels a side and ${MOST_PIXELS} in all`,
      got: `${width} x ${height}`,
      fix: "The file is damaged or no slide: check where it came from.",
    });
  const inside = window ?? { left: 0, top: 0, width, height };
  checkWindow(tile, inside);
  if (into !== undefined) checkLength(tile, into.length, 3 * inside.width * inside.height);
  return inside;
}

function checkLength(tile: CompressedTile, length: number, needed: number): void {
  if (length === needed) return;
  throw fail("invalid-argument", {
    where: tile.where,
    expected: `room for exactly ${needed} bytes of pixels`,
    got: `${length}`,
  });
}

function checkWindow(tile: CompressedTile, { left, top, width, height }: PixelWindow): void {
  const inside =
    [left, top].every((value) => Number.isInteger(value) && value >= 0) &&
    isSide(width) &&
    isSide(height) &&
    left + width <= tile.width &&
    top + height <= tile.height;
  if (inside) return;
  throw fail("invalid-argument", {
    where: tile.where,
    expected: `a window inside the tile of ${tile.width} x ${tile.height}`,
    got: `${width} x ${height} at ${left}, ${top}`,
  });
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= LARGEST_SIDE;
}
