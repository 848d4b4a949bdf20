// Drawings to pictures: an SVG of our own making as a PNG, for papers and slides that take no vectors.
import sharp from "sharp";
import { fail } from "../base/index.ts";

/** Pixels that a picture may have: no figure needs more, and a size that was miscounted does not take the memory. */
const MAX_PIXELS = 100e6;
/** Resolution at which one unit of an SVG is one pixel. */
const UNIT_DENSITY = 72;

/**
 * Renders an SVG on white.
 *
 * @param scale pixels per unit of the drawing, by default 3: a column of 350 units is 1050 px wide, 300 dpi at 89 mm.
 * @throws LowmagError `corrupt-data` for what is not an SVG or is too large.
 */
export async function rasteriseSvg(svg: string, scale = 3): Promise<Uint8Array> {
  try {
    const drawing = sharp(Buffer.from(svg), {
      density: UNIT_DENSITY * scale,
      limitInputPixels: MAX_PIXELS,
    });
    return await drawing.flatten({ background: "white" }).png({ compressionLevel: 9 }).toBuffer();
  } catch (cause) {
    throw fail("corrupt-data", {
      where: "rasteriseSvg",
      expected: `an SVG of at most ${MAX_PIXELS / 1e6} megapixels`,
      got: cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause),
      cause,
    });
  }
}
