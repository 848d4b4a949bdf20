// DICOM whole-slide instances (VL Whole Slide Microscopy): one file per level, explicit VR little endian, frames native
// or JPEG, tiled fully or sparsely.
import type { RgbImage } from "../../../src/pixels/index.ts";
import { LABEL_COLOUR, plain } from "./aperio.ts";
import { encodeBaselineJpeg } from "./jpeg.ts";
import { pyramidOf } from "./pattern.ts";
import { cutTile } from "./tiles.ts";

/** How a series is written. */
export interface DicomRequest {
  readonly image: RgbImage;
  readonly mpp: number;
  readonly downsamples: readonly number[];
  readonly tileSize: number;
  readonly pixels: "native" | "jpeg";
  /** Frames carry their places, in any order, and may be missing. */
  readonly sparse: boolean;
  /** The table of frame offsets before the frames; an empty one is legal. */
  readonly offsetTable: boolean;
  readonly missing?: (level: number, column: number, row: number) => boolean;
  /** A label instance beside the levels. */
  readonly label?: boolean;
}

const SYNTAX = { native: "1.2.840.10008.1.2.1", jpeg: "1.2.840.10008.1.2.4.50" };
const SM_STORAGE = "1.2.840.10008.5.1.4.1.1.77.1.6";
const ROOT = "1.2.826.0.1.3680043.10.1234";

/** The files of a series, coarsest level first so that nothing can rely on their order. */
export function writeDicom(request: DicomRequest): readonly { name: string; bytes: Uint8Array }[] {
  const levels = pyramidOf(request.image, request.downsamples);
  const files = levels.map((level, i) => ({
    name: `level-${levels.length - i}.dcm`,
    bytes: instance(request, level, i),
  }));
  if (request.label === true) {
    const image = plain(97, 71, LABEL_COLOUR);
    files.push({ name: "label.dcm", bytes: instance({ ...request, sparse: false }, image, "label") });
  }
  return files.reverse();
}

function instance(request: DicomRequest, level: RgbImage, kind: number | "label"): Uint8Array {
  const { tileSize, pixels } = request;
  const size =
    kind === "label" ? { width: level.width, height: level.height } : { width: tileSize, height: tileSize };
  const places = framePlaces(request, level, size, kind);
  const frames = places.map(({ column, row }) => {
    const tile = cutTile(level, column * size.width, row * size.height, size.width, size.height, {
      compression: pixels === "jpeg" ? "jpeg" : "none",
    });
    return pixels === "jpeg" ? encodeBaselineJpeg(tile, { quality: 95 }) : tile.data;
  });
  const uid = `${ROOT}.${kind === "label" ? 99 : kind + 1}`;
  const meta = joined([
    element(0x0002, 0x0001, "OB", Uint8Array.of(0, 1)),
    text(0x0002, 0x0002, "UI", SM_STORAGE),
    text(0x0002, 0x0003, "UI", uid),
    text(0x0002, 0x0010, "UI", SYNTAX[pixels]),
    text(0x0002, 0x0012, "UI", ROOT),
  ]);
  const preamble = new Uint8Array(132);
  preamble.set(new TextEncoder().encode("DICM"), 128);
  return joined([
    preamble,
    number(0x0002, 0x0000, "UL", meta.length),
    meta,
    ...attributes(request, level, kind, uid, size, places),
    pixelData(frames, request),
  ]);
}

interface Place {
  readonly column: number;
  readonly row: number;
}

/** Frames from left to right and top to bottom; sparse ones from the end, without those that are missing. */
function framePlaces(
  { sparse, missing }: DicomRequest,
  level: RgbImage,
  tile: { readonly width: number; readonly height: number },
  kind: number | "label",
): Place[] {
  const places: Place[] = [];
  for (let row = 0; row * tile.height < level.height; row++)
    for (let column = 0; column * tile.width < level.width; column++) places.push({ column, row });
  if (!sparse || kind === "label") return places;
  return places.filter(({ column, row }) => missing?.(kind, column, row) !== true).reverse();
}

function attributes(
  { pixels, sparse, mpp, image }: DicomRequest,
  level: RgbImage,
  kind: number | "label",
  uid: string,
  tile: { readonly width: number; readonly height: number },
  places: readonly Place[],
): Uint8Array[] {
  const flavour = kind === "label" ? "LABEL\\NONE" : kind === 0 ? "VOLUME\\NONE" : "VOLUME\\RESAMPLED";
  const spacing = (pixelCount: number, levelCount: number) =>
    Number(((mpp * pixelCount) / levelCount / 1000).toPrecision(12))
      .toString()
      .slice(0, 16);
  const x = spacing(image.width, level.width);
  const y = spacing(image.height, level.height);
  const measures = sequence(0x0028, 0x9110, [
    [text(0x0018, 0x0050, "DS", "0.001"), text(0x0028, 0x0030, "DS", `${y}\\${x}`)],
  ]);
  return [
    text(0x0008, 0x0008, "CS", `${kind === 0 ? "ORIGINAL" : "DERIVED"}\\PRIMARY\\${flavour}`),
    text(0x0008, 0x0016, "UI", SM_STORAGE),
    text(0x0008, 0x0018, "UI", uid),
    text(0x0008, 0x0060, "CS", "SM"),
    text(0x0008, 0x0070, "LO", "Fixture"),
    text(0x0020, 0x000d, "UI", `${ROOT}.500`),
    text(0x0020, 0x000e, "UI", `${ROOT}.501`),
    text(0x0020, 0x0052, "UI", `${ROOT}.502`),
    text(0x0020, 0x9311, "CS", sparse && kind !== "label" ? "TILED_SPARSE" : "TILED_FULL"),
    number(0x0028, 0x0002, "US", 3),
    text(0x0028, 0x0004, "CS", pixels === "jpeg" ? "YBR_FULL" : "RGB"),
    number(0x0028, 0x0006, "US", 0),
    text(0x0028, 0x0008, "IS", `${places.length}`),
    number(0x0028, 0x0010, "US", tile.height),
    number(0x0028, 0x0011, "US", tile.width),
    number(0x0028, 0x0100, "US", 8),
    number(0x0028, 0x0101, "US", 8),
    number(0x0028, 0x0102, "US", 7),
    number(0x0028, 0x0103, "US", 0),
    number(0x0048, 0x0006, "UL", level.width),
    number(0x0048, 0x0007, "UL", level.height),
    sequence(0x0048, 0x0105, [[text(0x0048, 0x0106, "SH", "0"), text(0x0048, 0x0112, "DS", "40")]]),
    sequence(0x5200, 0x9229, [[measures]]),
    ...(sparse && kind !== "label"
      ? [
          sequence(
            0x5200,
            0x9230,
            places.map((place) => framePosition(place, tile)),
          ),
        ]
      : []),
  ];
}

function framePosition(
  { column, row }: Place,
  tile: { readonly width: number; readonly height: number },
): Uint8Array[] {
  return [
    sequence(0x0048, 0x021a, [
      [
        number(0x0048, 0x021e, "SL", column * tile.width + 1),
        number(0x0048, 0x021f, "SL", row * tile.height + 1),
      ],
    ]),
  ];
}

function pixelData(frames: readonly Uint8Array[], { pixels, offsetTable }: DicomRequest): Uint8Array {
  if (pixels === "native") return element(0x7fe0, 0x0010, "OB", joined(frames));
  const padded = frames.map(even);
  const offsets = new Uint8Array(offsetTable ? 4 * frames.length : 0);
  if (offsetTable) {
    const view = new DataView(offsets.buffer);
    let at = 0;
    padded.forEach((frame, i) => {
      view.setUint32(4 * i, at, true);
      at += 8 + frame.length;
    });
  }
  return joined([
    header(0x7fe0, 0x0010, "OB", 0xffffffff),
    item(offsets),
    ...padded.map(item),
    bare(0xfffe, 0xe0dd, 0),
  ]);
}

const LONG_FORM = ["OB", "OW", "SQ", "UN"];

function header(group: number, tag: number, vr: string, length: number): Uint8Array {
  const long = LONG_FORM.includes(vr);
  const out = new Uint8Array(long ? 12 : 8);
  const view = new DataView(out.buffer);
  view.setUint16(0, group, true);
  view.setUint16(2, tag, true);
  out.set(new TextEncoder().encode(vr), 4);
  if (long) view.setUint32(8, length, true);
  else view.setUint16(6, length, true);
  return out;
}

/** A tag without VR: items and their delimiters. */
function bare(group: number, tag: number, length: number): Uint8Array {
  const out = new Uint8Array(8);
  const view = new DataView(out.buffer);
  view.setUint16(0, group, true);
  view.setUint16(2, tag, true);
  view.setUint32(4, length, true);
  return out;
}

function element(group: number, tag: number, vr: string, value: Uint8Array): Uint8Array {
  const padded = even(value);
  return joined([header(group, tag, vr, padded.length), padded]);
}

function text(group: number, tag: number, vr: string, value: string): Uint8Array {
  const padding = value.length % 2 === 0 ? "" : vr === "UI" ? "\0" : " ";
  return element(group, tag, vr, new TextEncoder().encode(value + padding));
}

function number(group: number, tag: number, vr: "US" | "UL" | "SL", value: number): Uint8Array {
  const out = new Uint8Array(vr === "US" ? 2 : 4);
  const view = new DataView(out.buffer);
  if (vr === "US") view.setUint16(0, value, true);
  else view.setInt32(0, value, true);
  return element(group, tag, vr, out);
}

function sequence(group: number, tag: number, items: readonly (readonly Uint8Array[])[]): Uint8Array {
  return element(group, tag, "SQ", joined(items.map((elements) => item(joined(elements)))));
}

function item(content: Uint8Array): Uint8Array {
  return joined([bare(0xfffe, 0xe000, content.length), content]);
}

function even(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : joined([bytes, Uint8Array.of(0)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
