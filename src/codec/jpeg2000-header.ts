// Reads the headers of a JPEG 2000 codestream without believing them: size, components, tiles and the coding styles of the
// main header and of every tile-part. A decoder allocates and loops by these numbers, so all are bounded here first.
import { damaged } from "./damaged.ts";
import { checkQuantisation } from "./jpeg2000-quantisation.ts";
import { type Jpeg2000Size, readSize, unsupported } from "./jpeg2000-size.ts";
import { checkCodingStyle } from "./jpeg2000-style.ts";

/** What a codestream says of itself. */
export interface Jpeg2000Header extends Jpeg2000Size {
  /** Bytes of the codestream, without the one that DICOM adds to make it even. */
  readonly length: number;
  /** Whether the last marker is there. */
  readonly ended: boolean;
}

const Marker = {
  start: 0xff4f,
  size: 0xff51,
  style: 0xff52,
  componentStyle: 0xff53,
  quantisation: 0xff5c,
  componentQuantisation: 0xff5d,
  region: 0xff5e,
  tilePart: 0xff90,
  data: 0xff93,
};
const END_OF_CODESTREAM = 0xffd9;

/** More parts of tiles than a tile of a slide is cut into. */
const MOST_TILE_PARTS = 4096;

/**
 * Reads and checks the headers of a codestream.
 *
 * @throws LowmagError `corrupt-data` for what is no codestream, is cut off or implausible; `unsupported-format` for what
 *   is not read: other than 8 bits, other than one or three components, offset images, high-throughput coding.
 */
export function readJpeg2000Header(data: Uint8Array, where: string): Jpeg2000Header {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 4 || view.getUint16(0) !== Marker.start) throw noCodestream(data, where);
  if (view.getUint16(2) !== Marker.size) throw damaged(where, "the size first", "another marker");
  const size = segmentAt(view, 2, where);
  const header = readSize(size.payload, where);
  const firstPart = walk(view, size.end, Marker.tilePart, header, where);
  const length = endOf(view);
  return { ...header, length, ended: walkTileParts(view, firstPart, length, header, where) };
}

interface Segment {
  readonly payload: DataView;
  readonly end: number;
}

function segmentAt(view: DataView, at: number, where: string): Segment {
  const length = at + 4 <= view.byteLength ? view.getUint16(at + 2) : 0;
  const end = at + 2 + length;
  if (length < 2 || end > view.byteLength)
    throw damaged(where, "whole marker segments", `one cut off at ${at}`);
  return { payload: new DataView(view.buffer, view.byteOffset + at + 4, length - 2), end };
}

/** Goes along the segments to a marker, with a look at the coding styles among them. */
function walk(view: DataView, from: number, stop: number, header: Jpeg2000Size, where: string): number {
  let at = from;
  for (;;) {
    const marker = at + 2 <= view.byteLength ? view.getUint16(at) : 0;
    if (marker === stop) return at;
    if (marker < 0xff00) throw damaged(where, "a marker", `other bytes at ${at}`);
    const { payload, end } = segmentAt(view, at, where);
    checkSegment(marker, payload, header, where);
    at = end;
  }
}

/** The segments by whose numbers a decoder allocates and loops. */
function checkSegment(marker: number, payload: DataView, header: Jpeg2000Size, where: string): void {
  if (marker === Marker.style) checkCodingStyle(payload, 0, header, where);
  if (marker === Marker.componentStyle) checkCodingStyle(payload, 1, header, where);
  if (marker === Marker.quantisation) checkQuantisation(payload, 0, where);
  if (marker === Marker.componentQuantisation) checkQuantisation(payload, 1, where);
  if (marker === Marker.region) throw unsupported(where, "a region of interest");
}

/** Goes along the tile-parts; true when the last marker follows them. */
function walkTileParts(
  view: DataView,
  first: number,
  stop: number,
  header: Jpeg2000Size,
  where: string,
): boolean {
  let at = first;
  for (let parts = 0; at !== stop; parts++) {
    if (parts >= MOST_TILE_PARTS) throw damaged(where, `at most ${MOST_TILE_PARTS} parts of tiles`, "more");
    const marker = at + 2 <= view.byteLength ? view.getUint16(at) : 0;
    if (marker === END_OF_CODESTREAM) return true;
    if (marker !== Marker.tilePart) throw damaged(where, "a part of a tile", `other bytes at ${at}`);
    const { payload, end } = segmentAt(view, at, where);
    if (payload.byteLength !== 8)
      throw damaged(where, "a tile-part header of 8 bytes", `${payload.byteLength}`);
    const data = walk(view, end, Marker.data, header, where);
    const length = payload.getUint32(2);
    // No length: it reaches to the end, which must then be marked; a cut could not be told from it otherwise.
    at = length === 0 ? stop - 2 : at + length;
    const marked = length !== 0 || (at >= data + 2 && view.getUint16(at) === END_OF_CODESTREAM);
    if (at < data + 2 || at > view.byteLength || !marked)
      throw damaged(where, "parts of tiles that end inside the codestream", `one of ${length} bytes`);
  }
  return false;
}

/** The length without the byte that DICOM adds to make it even. */
function endOf(view: DataView): number {
  const length = view.byteLength;
  const padded =
    length >= 3 && view.getUint8(length - 1) === 0 && view.getUint16(length - 3) === END_OF_CODESTREAM;
  return padded ? length - 1 : length;
}

function noCodestream(data: Uint8Array, where: string) {
  const boxed = data.length >= 8 && String.fromCharCode(...data.subarray(4, 8)) === "jP  ";
  if (boxed) return unsupported(where, "a JP2 file around it");
  return damaged(where, "a JPEG 2000 codestream", "bytes that do not begin like one");
}
