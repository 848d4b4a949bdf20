// Writes small DICOM whole-slide files with everything that can be varied: header encodings, offset tables, pieces, places.
// Frames are plain colours: frame f is (f + 1, 2 f, 200 - f).

/** Bytes of an element, or of many. */
export type Bytes = Uint8Array<ArrayBuffer>;

export interface DicomFile {
  readonly syntax?: string;
  readonly implicit?: boolean;
  /** Sequences and items end with delimiters instead of stating their length. */
  readonly delimited?: boolean;
  /** Elements that replace or join the usual ones: by tag; `null` leaves one out. */
  readonly elements?: Readonly<Record<number, Element | null>>;
  /** The frames' bytes; uncompressed plain colours unless given. */
  readonly frames?: readonly Uint8Array[];
  /** How compressed frames are found. Default "basic". */
  readonly table?: "basic" | "empty" | "extended" | "wrong";
  /** Cuts every frame into so many pieces. */
  readonly pieces?: number;
  readonly tile?: number;
  readonly width?: number;
  readonly height?: number;
  /** Places of frames, from 1, for TILED_SPARSE. */
  readonly places?: readonly (readonly [number, number])[];
  /** Ends the file before its pixels. */
  readonly headerOnly?: boolean;
}

/** VR and value: text, numbers, bytes or items of a sequence. */
export type Element =
  | readonly [vr: "SQ", items: readonly Readonly<Record<number, Element>>[]]
  | readonly [vr: string, value: string | number | Uint8Array];

export const WSI = "1.2.840.10008.5.1.4.1.1.77.1.6";
export const JPEG = "1.2.840.10008.1.2.4.50";
export const NATIVE = "1.2.840.10008.1.2.1";

/** The file. */
export function dicomFile(file: DicomFile = {}): Bytes {
  const { tile = 4, width = 10, height = 7, implicit = false, delimited = false, places } = file;
  const columns = Math.ceil(width / tile);
  const rows = Math.ceil(height / tile);
  const count = file.frames?.length ?? places?.length ?? columns * rows;
  const frames = file.frames ?? Array.from({ length: count }, (_, f) => plainFrame(f, tile));
  const syntax = file.syntax ?? (implicit ? "1.2.840.10008.1.2" : NATIVE);
  const positions: Record<number, Element> =
    places === undefined ? {} : { 1375769136: ["SQ", places.map(placeGroups)] };
  const usual: Record<number, Element | null> = {
    524296: ["CS", "ORIGINAL\\PRIMARY\\VOLUME\\NONE"],
    524310: ["UI", WSI],
    524312: ["UI", "1.2.3.4"],
    2097166: ["UI", "1.2.3"],
    2134801: ["CS", places === undefined ? "TILED_FULL" : "TILED_SPARSE"],
    2621442: ["US", 3],
    2621444: ["CS", syntax === JPEG ? "YBR_FULL_422" : "RGB"],
    2621446: ["US", 0],
    2621448: ["IS", `${count}`],
    2621456: ["US", tile],
    2621457: ["US", tile],
    2621696: ["US", 8],
    2621697: ["US", 8],
    2621698: ["US", 7],
    2621699: ["US", 0],
    4718598: ["UL", width],
    4718599: ["UL", height],
    1375769129: ["SQ", [{ 2658576: ["SQ", [{ 2621488: ["DS", "0.00025\\0.0005"] }]] }]],
    ...positions,
    ...file.elements,
  };
  const encoding = { implicit, delimited };
  const header = join(
    Object.entries(usual)
      .filter((entry): entry is [string, Element] => entry[1] !== null)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([tag, element]) => encode(Number(tag), element, encoding)),
  );
  const preamble = new Uint8Array(132);
  preamble.set(new TextEncoder().encode("DICM"), 128);
  const meta = encode(0x00020010, ["UI", syntax], { implicit: false, delimited: false });
  const pixels = file.headerOnly === true ? new Uint8Array(0) : pixelData(file, syntax, frames, implicit);
  return join([preamble, meta, header, pixels]);
}

/** A frame of one colour. */
export function plainFrame(frame: number, tile: number): Bytes {
  const bytes = new Uint8Array(3 * tile * tile);
  for (let i = 0; i < bytes.length; i += 3) bytes.set([frame + 1, 2 * frame, 200 - frame], i);
  return bytes;
}

function placeGroups([column, row]: readonly [number, number]): Record<number, Element> {
  return { 4719130: ["SQ", [{ 4719134: ["SL", column], 4719135: ["SL", row] }]] };
}

interface Encoding {
  readonly implicit: boolean;
  readonly delimited: boolean;
}

const LONG_VRS = ["OB", "OW", "SQ", "UN", "UT", "OV"];

/** One element. */
export function encode(tag: number, [vr, value]: Element, encoding: Encoding): Bytes {
  const body =
    typeof value === "object" && !(value instanceof Uint8Array)
      ? items(value as readonly Readonly<Record<number, Element>>[], encoding)
      : scalar(vr, value as string | number | Uint8Array);
  const undefinedLength = vr === "SQ" && encoding.delimited;
  return join([head(tag, vr, undefinedLength ? 0xffffffff : body.length, encoding.implicit), body]);
}

function head(tag: number, vr: string, length: number, implicit: boolean): Bytes {
  const long = implicit ? 8 : LONG_VRS.includes(vr) ? 12 : 8;
  const bytes = new Uint8Array(long);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  if (!implicit) bytes.set(new TextEncoder().encode(vr), 4);
  if (implicit) view.setUint32(4, length, true);
  else if (long === 12) view.setUint32(8, length, true);
  else view.setUint16(6, length, true);
  return bytes;
}

function items(all: readonly Readonly<Record<number, Element>>[], encoding: Encoding): Bytes {
  const parts = all.map((elements) => {
    const body = join(
      Object.entries(elements).map(([tag, element]) => encode(Number(tag), element, encoding)),
    );
    return encoding.delimited
      ? join([bare(0xfffee000, 0xffffffff), body, bare(0xfffee00d, 0)])
      : join([bare(0xfffee000, body.length), body]);
  });
  return join(encoding.delimited ? [...parts, bare(0xfffee0dd, 0)] : parts);
}

function scalar(vr: string, value: string | number | Uint8Array): Bytes {
  if (value instanceof Uint8Array) return even(value);
  if (typeof value === "string") return even(new TextEncoder().encode(value), vr === "UI" ? 0 : 32);
  const bytes = new Uint8Array({ US: 2, UL: 4, SL: 4, FL: 4, FD: 8 }[vr] ?? 4);
  const view = new DataView(bytes.buffer);
  if (vr === "US") view.setUint16(0, value, true);
  else if (vr === "FL") view.setFloat32(0, value, true);
  else if (vr === "FD") view.setFloat64(0, value, true);
  else view.setInt32(0, value, true);
  return bytes;
}

/** An item, a delimiter: a tag without VR. */
export function bare(tag: number, length: number): Bytes {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  view.setUint32(4, length, true);
  return bytes;
}

function pixelData(file: DicomFile, syntax: string, frames: readonly Uint8Array[], implicit: boolean): Bytes {
  if (syntax === NATIVE || implicit)
    return encode(0x7fe00010, ["OB", join(frames)], { implicit, delimited: false });
  const { table = "basic", pieces = 1 } = file;
  const encoded = frames.map((frame) => join(cut(even(frame), pieces).map((piece) => item(piece))));
  const starts: number[] = [];
  encoded.reduce((at, { length }) => {
    starts.push(at);
    return at + length;
  }, 0);
  const basic =
    table === "basic" || table === "wrong" ? starts.map((at) => at + (table === "wrong" ? 2 : 0)) : [];
  return join([
    ...(table === "extended" ? extended(starts, frames) : []),
    head(0x7fe00010, "OB", 0xffffffff, false),
    item(numbers(basic, 4)),
    ...encoded,
    bare(0xfffee0dd, 0),
  ]);
}

function extended(starts: readonly number[], frames: readonly Uint8Array[]): Bytes[] {
  const encoding = { implicit: false, delimited: false };
  return [
    encode(0x7fe00001, ["OV", numbers(starts, 8)], encoding),
    encode(
      0x7fe00002,
      [
        "OV",
        numbers(
          frames.map(({ length }) => length),
          8,
        ),
      ],
      encoding,
    ),
  ];
}

function numbers(values: readonly number[], size: 4 | 8): Bytes {
  const bytes = new Uint8Array(size * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (size === 4) view.setUint32(4 * i, value, true);
    else view.setBigUint64(8 * i, BigInt(value), true);
  });
  return bytes;
}

function item(body: Uint8Array): Bytes {
  return join([bare(0xfffee000, body.length), body]);
}

/** Pieces of even length. */
function cut(frame: Uint8Array, pieces: number): Uint8Array[] {
  const step = 2 * Math.ceil(frame.length / pieces / 2);
  return Array.from({ length: pieces }, (_, i) => frame.subarray(i * step, (i + 1) * step));
}

function even(bytes: Uint8Array, pad = 0): Bytes {
  const padded = new Uint8Array(bytes.length + (bytes.length % 2)).fill(pad);
  padded.set(bytes);
  return padded;
}

/** One after the other. */
export function join(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
