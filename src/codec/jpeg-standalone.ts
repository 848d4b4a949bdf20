// A tile's JPEG stream as a file of its own, without decoding it: for programs that know nothing of the slide, such as a
// browser. Only what decoding needs is taken over; comments, application segments (EXIF, XMP, profiles, thumbnails) and
// bytes before, between and behind the segments stay where they are.
import { isLowmagError } from "../base/index.ts";
import { checkJpeg } from "./jpeg-check.ts";
import type { JpegHeader } from "./jpeg-header.ts";
import { JpegMarker, markers, type Segment } from "./jpeg-markers.ts";
import { hasSeveralScans, laterSegments } from "./jpeg-scans.ts";
import { adobeMark, tableSegments } from "./jpeg-whole.ts";
import type { CompressedTile } from "./types.ts";

/** Bytes beside the compressed pixels: tables of a progressive stream, markers. */
const OVERHEAD = 2 ** 16;

const START = Uint8Array.of(0xff, JpegMarker.start);
const RESTART_INTERVAL_BYTES = 2;

/** Segments that decoding needs, beside the frame. */
const NEEDED: ReadonlySet<number> = new Set([
  JpegMarker.huffmanTables,
  JpegMarker.quantisationTables,
  JpegMarker.restartInterval,
  JpegMarker.scan,
  JpegMarker.end,
]);

/**
 * A complete JPEG of a tile: its tables merged in, its colours marked (Adobe's marker, transform 0 for RGB and 1 for
 * YCbCr, as `jpegColour` judges them), nothing else. Decodes to the pixels of the tile, to the bit with the same decoder.
 *
 * What passes has been checked as before every decoder (`checkJpeg`), is baseline or progressive, ends, and takes no more
 * bytes than its pixels would. The compressed data themselves are not looked at: damage there is seen by who decodes.
 *
 * @returns a new buffer; `null` for a stream that cannot be handed on. Decoding it says why, or copes with it.
 */
export function standaloneJpeg(tile: CompressedTile): Uint8Array | null {
  if (tile.data.length > 3 * tile.width * tile.height + OVERHEAD) return null;
  try {
    const { header, colour } = checkJpeg(tile);
    if (header.process === "extended") return null;
    const image = neededParts(tile.data, header, tile.where);
    if (image === null) return null;
    const mark = colour === "grey" ? [] : [Uint8Array.from(adobeMark(colour))];
    const tables = tile.tables === undefined ? [] : tableSegments(tile.tables, tile.where);
    return joined([START, ...mark, ...tables, ...image]);
  } catch (error) {
    if (isLowmagError(error)) return null;
    throw error;
  }
}

/** From the first table to the end of the image; `null` where the segments make no sense together. */
function neededParts(data: Uint8Array, header: JpegHeader, where: string): Uint8Array[] | null {
  const parts: Uint8Array[] = [];
  const frame = header.frameOffset;
  for (const segment of markers(data, where)) {
    if (!isSound(segment)) return null;
    if (segment.offset === frame || NEEDED.has(segment.marker))
      parts.push(data.subarray(segment.offset, segment.end));
  }
  const several = hasSeveralScans(header);
  let scanFrom = header.scanOffset;
  for (const segment of laterSegments(data, header.scanOffset, where)) {
    const { marker, offset, end } = segment;
    // Behind a scan's header lie its data; bytes behind other segments belong to nothing.
    if (scanFrom > 0) parts.push(data.subarray(scanFrom, offset));
    const scan = marker === JpegMarker.scan;
    if (!isSound(segment) || (scan && !several)) return null;
    if (marker === JpegMarker.end || (several && NEEDED.has(marker))) parts.push(data.subarray(offset, end));
    scanFrom = scan ? end : 0;
  }
  return parts;
}

/** Tables, frames and scans have been measured by the check; a restart interval has one length. */
function isSound({ marker, payload }: Segment): boolean {
  return marker !== JpegMarker.restartInterval || payload.length === RESTART_INTERVAL_BYTES;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
