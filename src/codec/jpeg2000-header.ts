// Reads the headers of a JPEG 2000 codestream without believing them: size, components, tiles and the coding styles of the
// main header and of every tile-part. A decoder allocates and loops by these numbers, so all are bounded here first.
import { fail } from "../base/index.ts";
import { checkCodingStyle } from "./jpeg2000-style.ts";

/** One component of the image. */
export interface Jpeg2000Component {
  /** Pixels of the image per sample. */
  readonly stepX: number;
  readonly stepY: number;
}

/** What a codestream says of itself. */
export interface Jpeg2000Header {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Jpeg2000Component[];
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Bytes of the codestream, without the one that DICOM adds to make it even. */
  readonly length: number;
  /** Whether the last marker is there. */
  readonly ended: boolean;
}

/** What the size segment says. */
type Size = Omit<Jpeg2000Header, "length" | "ended">;

const Marker = {
  start: 0xff4f,
  size: 0xff51,
  style: 0xff52,
  componentStyle: 0xff53,
  tilePart: 0xff90,
  data: 0xff93,
};
const END_OF_CODESTREAM = 0xffd9;

/** More tiles, and parts of tiles, than a tile of a slide is cut into. */
const MOST_TILES = 1024;
const MOST_TILE_PARTS = 4096;
/** Decoding holds some 20 bytes a pixel. */
const MOST_PIXELS = 2 ** 23;
/** Pixels per sample that are read. */
const STEPS: ReadonlySet<number> = new Set([1, 2, 4]);

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
function walk(view: DataView, from: number, stop: number, header: Size, where: string): number {
  let at = from;
  for (;;) {
    const marker = at + 2 <= view.byteLength ? view.getUint16(at) : 0;
    if (marker === stop) return at;
    if (marker < 0xff00) throw damaged(where, "a marker", `other bytes at ${at}`);
    const { payload, end } = segmentAt(view, at, where);
    if (marker === Marker.style) checkCodingStyle(payload, 0, header, where);
    if (marker === Marker.componentStyle) checkCodingStyle(payload, 1, header, where);
    at = end;
  }
}

/** Goes along the tile-parts; true when the last marker follows them. */
function walkTileParts(view: DataView, first: number, stop: number, header: Size, where: string): boolean {
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

function readSize(size: DataView, where: string): Size {
  if (size.byteLength < 36) throw damaged(where, "a whole size segment", `${size.byteLength} bytes of it`);
  const [width, height, left, top, tileWidth, tileHeight, tileLeft, tileTop] = [
    2, 6, 10, 14, 18, 22, 26, 30,
  ].map((at) => size.getUint32(at)) as [number, number, number, number, number, number, number, number];
  if (left !== 0 || top !== 0 || tileLeft !== 0 || tileTop !== 0)
    throw unsupported(where, "an image that does not begin at 0, 0");
  if (width < 1 || height < 1 || width * height > MOST_PIXELS)
    throw damaged(where, `an image of at most ${MOST_PIXELS} pixels`, `${width} x ${height}`);
  const tiles = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight);
  if (!(tiles <= MOST_TILES)) throw damaged(where, `at most ${MOST_TILES} tiles in a codestream`, `${tiles}`);
  return { width, height, components: readComponents(size, where), tileWidth, tileHeight };
}

function readComponents(size: DataView, where: string): Jpeg2000Component[] {
  const count = size.getUint16(34);
  if (count !== 1 && count !== 3) throw unsupported(where, `${count} components`);
  if (size.byteLength !== 36 + 3 * count)
    throw damaged(where, `a size segment for ${count} components`, `${size.byteLength} bytes`);
  const components = Array.from({ length: count }, (_, i) => {
    const at = 36 + 3 * i;
    const depth = size.getUint8(at);
    if (depth !== 7)
      throw unsupported(where, depth & 128 ? "signed samples" : `${depth + 1} bits per sample`);
    const [stepX, stepY] = [size.getUint8(at + 1), size.getUint8(at + 2)];
    if (stepX < 1 || stepY < 1) throw damaged(where, "a sampling of at least 1", `${stepX} x ${stepY}`);
    return { stepX, stepY };
  });
  const usual = components.every(({ stepX, stepY }) => STEPS.has(stepX) && STEPS.has(stepY));
  if (!usual || components[0]!.stepX !== 1 || components[0]!.stepY !== 1)
    throw unsupported(where, "components of an unusual sampling");
  return components;
}

function noCodestream(data: Uint8Array, where: string) {
  const boxed = data.length >= 8 && String.fromCharCode(...data.subarray(4, 8)) === "jP  ";
  if (boxed) return unsupported(where, "a JP2 file around it");
  return damaged(where, "a JPEG 2000 codestream", "bytes that do not begin like one");
}

function damaged(where: string, expected: string, got: string) {
  const fix = "The file is damaged here: copy it anew from where it came from.";
  return fail("corrupt-data", { where, expected, got, fix });
}

function unsupported(where: string, got: string) {
  return fail("unsupported-format", {
    where,
    expected: "a JPEG 2000 codestream of one or three components of 8 bits",
    got,
    fix: "Convert the slide to tiled JPEG.",
  });
}
