// What stands before every JPEG decoder, portable or native: the stream must be what its container promised.
import { fail } from "../base/index.ts";
import { damaged } from "./damaged.ts";
import { type JpegColour, jpegColour } from "./jpeg-colour.ts";
import { type JpegHeader, readJpegHeader } from "./jpeg-header.ts";
import { checkScans, hasSeveralScans } from "./jpeg-scans.ts";
import { windowOf } from "./tile-window.ts";
import type { CompressedTile, PixelWindow } from "./types.ts";

/** Streams of several scans keep all coefficients in memory, six bytes a pixel. */
const MOST_PIXELS_IN_SCANS = 2 ** 24;

/** What a decoder needs to know of a tile that has passed. */
export interface CheckedJpeg {
  readonly header: JpegHeader;
  readonly colour: JpegColour;
  /** The part to decode. */
  readonly window: PixelWindow;
}

/**
 * Checks a JPEG tile against what its container promises.
 *
 * @throws LowmagError `corrupt-data`, `unsupported-format` as `readJpegHeader`; `invalid-argument` for a bad window.
 */
export function checkJpeg(tile: CompressedTile, window?: PixelWindow, into?: Uint8Array): CheckedJpeg {
  const inside = windowOf(tile, window, into);
  const header = readJpegHeader(tile.data, tile.where, tile.tables);
  if (header.width !== tile.width || header.height !== tile.height)
    throw damaged(
      tile.where,
      `a JPEG stream of ${tile.width} x ${tile.height}, as the slide says`,
      `${header.width} x ${header.height}`,
    );
  if (hasSeveralScans(header)) {
    if (tile.width * tile.height > MOST_PIXELS_IN_SCANS)
      throw fail("unsupported-format", {
        where: tile.where,
        expected: `a JPEG stream of one scan, or of at most ${MOST_PIXELS_IN_SCANS} pixels`,
        got: `a progressive one of ${tile.width} x ${tile.height}`,
        fix: "Convert the slide to baseline JPEG.",
      });
    checkScans(tile.data, header, tile.where);
  }
  return { header, colour: jpegColour(header, tile.colour), window: inside };
}
