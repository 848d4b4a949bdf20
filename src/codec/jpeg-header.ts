// Reads the header of a JPEG stream up to its first scan, without believing it: what kind of JPEG, how large, which
// components, which tables. Nothing here allocates by a number from the stream, and the time is linear in its length.
import { damaged } from "./damaged.ts";
import { isFrame, type JpegComponent, type JpegFrame, type JpegProcess, readFrame } from "./jpeg-frame.ts";
import { JpegMarker, markers, type Segment } from "./jpeg-markers.ts";
import { readScan } from "./jpeg-scan.ts";
import { type JpegTables, noTables, readTables } from "./jpeg-tables.ts";

/** What a JPEG stream says of itself before its first scan. */
export interface JpegHeader {
  readonly process: JpegProcess;
  /** Pixels; 0 where the stream does not say (some NDPI files). */
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
  /** Whether a JFIF marker stands in the stream. */
  readonly jfif: boolean;
  /** The colour transform of the Adobe marker, `null` without one. */
  readonly adobeTransform: number | null;
  /** MCUs between restart markers, 0 for none. */
  readonly restartInterval: number;
  /** Where the frame's marker begins: its height lies 5 bytes further, its width 7. */
  readonly frameOffset: number;
  /** The components of the first scan, by id, and where its compressed data begin. */
  readonly scanComponents: readonly number[];
  readonly scanOffset: number;
  /** The tables defined before the first scan. */
  readonly tables: JpegTables;
}

/** What the segments before the first scan have said so far. */
interface Seen {
  frame: JpegFrame | undefined;
  jfif: boolean;
  adobeTransform: number | null;
  restartInterval: number;
  readonly tables: JpegTables;
}

/**
 * Reads and checks the header of a JPEG stream.
 *
 * @param where for errors.
 * @param tables an abbreviated JPEG of tables only, for streams that lack theirs.
 * @throws LowmagError `corrupt-data` for what is no JPEG, is cut off, contradicts itself or lacks a table;
 *   `unsupported-format` for other kinds of JPEG than 8-bit Huffman-coded with one or three components.
 */
export function readJpegHeader(data: Uint8Array, where: string, tables?: Uint8Array): JpegHeader {
  const seen: Seen = {
    frame: undefined,
    jfif: false,
    adobeTransform: null,
    restartInterval: 0,
    tables: tables === undefined ? noTables() : { ...sharedTables(tables, where) },
  };
  for (const segment of markers(data, where)) {
    if (segment.marker === JpegMarker.scan) return headerAt(segment, seen, where);
    note(segment, seen, where);
  }
  throw damaged(where, "a scan", "a JPEG stream without one");
}

function headerAt(scan: Segment, seen: Seen, where: string): JpegHeader {
  const { frame } = seen;
  if (frame === undefined) throw damaged(where, "a frame before the first scan", "none");
  // Field by field: this runs for every tile, and spreading objects takes longer than reading the header.
  return {
    process: frame.process,
    width: frame.width,
    height: frame.height,
    components: frame.components,
    jfif: seen.jfif,
    adobeTransform: seen.adobeTransform,
    restartInterval: seen.restartInterval,
    frameOffset: frame.segment.offset,
    scanComponents: readScan(scan.payload, frame, seen.tables, where).components,
    scanOffset: scan.end,
    tables: seen.tables,
  };
}

function note(segment: Segment, seen: Seen, where: string): void {
  const { marker, payload } = segment;
  if (isFrame(marker)) {
    if (seen.frame !== undefined) throw damaged(where, "one frame", "two");
    seen.frame = readFrame(segment, where);
  } else if (marker === JpegMarker.restartInterval) seen.restartInterval = number16(payload, 0, where);
  else if (marker === JpegMarker.app0) seen.jfif ||= startsWith(payload, "JFIF\0") && payload.length >= 14;
  else if (marker === JpegMarker.app14) {
    if (startsWith(payload, "Adobe") && payload.length >= 12) seen.adobeTransform = payload[11]!;
  } else readTables(marker, payload, seen.tables, where);
}

/** All tiles of a level share one stream of tables: it is read once. */
const READ = new WeakMap<Uint8Array, JpegTables>();

function sharedTables(stream: Uint8Array, where: string): JpegTables {
  const before = READ.get(stream);
  if (before !== undefined) return before;
  const known = noTables();
  for (const { marker, payload } of markers(stream, where)) {
    if (isFrame(marker) || marker === JpegMarker.scan)
      throw damaged(where, "tables alone in the shared JPEG tables", "an image");
    readTables(marker, payload, known, where);
  }
  READ.set(stream, known);
  return known;
}

function startsWith(payload: Uint8Array, text: string): boolean {
  return [...text].every((character, i) => payload[i] === character.charCodeAt(0));
}

function number16(payload: Uint8Array, at: number, where: string): number {
  if (at + 2 > payload.length) throw damaged(where, "a whole marker segment", "one that ends early");
  return (payload[at]! << 8) | payload[at + 1]!;
}
