// Reads the header of a JPEG stream up to its first scan, without believing it: what kind of JPEG, how large, which
// components, which tables. Nothing here allocates by a number from the stream, and the time is linear in its length.
import { fail } from "../base/index.ts";
import { JpegMarker, markers, type Segment } from "./jpeg-markers.ts";
import { hasTable, type JpegTables, noTables, readTables } from "./jpeg-tables.ts";

/** One component of the frame. */
export interface JpegComponent {
  /** As the stream numbers it: 1, 2, 3 in JFIF; "R", "G", "B" as numbers in some. */
  readonly id: number;
  /** Sampling factors, 1 to 4. */
  readonly horizontal: number;
  readonly vertical: number;
  readonly quantisation: number;
}

/** What a JPEG stream says of itself before its first scan. */
export interface JpegHeader {
  readonly process: "baseline" | "extended" | "progressive";
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

/** The processes that are read, by the number of their frame marker. */
const PROCESSES: Readonly<Record<number, JpegHeader["process"]>> = {
  192: "baseline",
  193: "extended",
  194: "progressive",
};

interface Frame {
  readonly segment: Segment;
  readonly process: JpegHeader["process"];
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
}

/** What the segments before the first scan have said so far. */
interface Seen {
  frame: Frame | undefined;
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
  throw broken(where, "a scan", "a JPEG stream without one");
}

function headerAt(scan: Segment, seen: Seen, where: string): JpegHeader {
  const { frame } = seen;
  if (frame === undefined) throw broken(where, "a frame before the first scan", "none");
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
    if (seen.frame !== undefined) throw broken(where, "one frame", "two");
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
      throw broken(where, "tables alone in the shared JPEG tables", "an image");
    readTables(marker, payload, known, where);
  }
  READ.set(stream, known);
  return known;
}

/** SOF0 … SOF15 without DHT, JPG and DAC, which lie among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrame(segment: Segment, where: string): Frame {
  const { marker, payload } = segment;
  const process = PROCESSES[marker];
  if (process === undefined)
    throw unsupported(
      where,
      `a JPEG of another kind (SOF${marker - 0xc0}: lossless, hierarchical or arithmetic)`,
    );
  if (payload.length < 6) throw broken(where, "a whole frame header", `${payload.length} bytes of it`);
  const [precision, count] = [payload[0]!, payload[5]!];
  if (precision !== 8) throw unsupported(where, `a JPEG of ${precision} bits per sample`);
  if (count !== 1 && count !== 3) throw unsupported(where, `a JPEG of ${count} components`);
  if (payload.length !== 6 + 3 * count)
    throw broken(where, `a frame header of ${6 + 3 * count} bytes`, `${payload.length}`);
  const components = Array.from({ length: count }, (_, i) => readComponent(payload, 6 + 3 * i, where));
  checkSampling(components, where);
  const [height, width] = [number16(payload, 1, where), number16(payload, 3, where)];
  return { segment, process, width, height, components };
}

function readComponent(payload: Uint8Array, at: number, where: string): JpegComponent {
  const factors = payload[at + 1]!;
  const [horizontal, vertical] = [factors >> 4, factors & 15];
  if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4)
    throw broken(where, "sampling factors of 1 to 4", `${horizontal} x ${vertical}`);
  return { id: payload[at]!, horizontal, vertical, quantisation: payload[at + 2]! };
}

function checkSampling(components: readonly JpegComponent[], where: string): void {
  const widest = Math.max(...components.map(({ horizontal }) => horizontal));
  const highest = Math.max(...components.map(({ vertical }) => vertical));
  for (const { horizontal, vertical } of components)
    if (widest % horizontal !== 0 || highest % vertical !== 0)
      throw unsupported(
        where,
        `components sampled ${horizontal} x ${vertical} beside ${widest} x ${highest}`,
      );
  if (new Set(components.map(({ id }) => id)).size !== components.length)
    throw broken(where, "components of different numbers", "one number twice");
}

/** What a scan is about. */
export interface JpegScan {
  /** By id. */
  readonly components: readonly number[];
  /** Whether it holds the first bits of the components' mean colours; true for every scan that is not progressive. */
  readonly first: boolean;
}

/**
 * Reads the header of a scan and looks whether all tables that it needs have been seen.
 *
 * @throws LowmagError `corrupt-data` for a scan of components that the frame lacks, or a missing table.
 */
export function readScan(
  payload: Uint8Array,
  frame: Pick<JpegHeader, "components" | "process">,
  known: JpegTables,
  where: string,
): JpegScan {
  const count = payload[0] ?? 0;
  if (count < 1 || count > frame.components.length || payload.length !== 4 + 2 * count)
    throw broken(where, "a scan header", `one of ${count} components in ${payload.length} bytes`);
  const progressive = frame.process === "progressive";
  const [start, end, bits] = [payload[1 + 2 * count]!, payload[2 + 2 * count]!, payload[3 + 2 * count]!];
  const needs = { dc: !progressive || (start === 0 && bits >> 4 === 0), ac: !progressive || end > 0 };
  const components = Array.from({ length: count }, (_, i) => {
    const [id, tables] = [payload[1 + 2 * i]!, payload[2 + 2 * i]!];
    const component = frame.components.find((other) => other.id === id);
    if (component === undefined) throw broken(where, "a component of the frame in the scan", `number ${id}`);
    const complete =
      hasTable(known.quantisation, component.quantisation) &&
      (!needs.dc || hasTable(known.dc, tables >> 4)) &&
      (!needs.ac || hasTable(known.ac, tables & 15));
    if (!complete) throw broken(where, "all tables that the scan needs", "a JPEG stream that lacks some");
    return id;
  });
  return { components, first: needs.dc };
}

function startsWith(payload: Uint8Array, text: string): boolean {
  return [...text].every((character, i) => payload[i] === character.charCodeAt(0));
}

function number16(payload: Uint8Array, at: number, where: string): number {
  if (at + 2 > payload.length) throw broken(where, "a whole marker segment", "one that ends early");
  return (payload[at]! << 8) | payload[at + 1]!;
}

function broken(where: string, expected: string, got: string) {
  const fix = "The file is damaged here: copy it anew from where it came from.";
  return fail("corrupt-data", { where, expected, got, fix });
}

function unsupported(where: string, got: string) {
  return fail("unsupported-format", {
    where,
    expected: "an 8-bit JPEG, baseline or progressive, of one or three components",
    got,
    fix: "Convert the slide, for example with `vips tiffsave --tile --pyramid --compression jpeg`.",
  });
}
