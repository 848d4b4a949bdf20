// Walks the marker segments of a JPEG stream from its start to its first scan, as libjpeg does: bytes that belong to no
// segment are passed over, and a segment that reaches beyond the stream is an error.
import { damaged } from "./damaged.ts";

/** The markers that are looked at, by the second of their two bytes. */
export const JpegMarker = {
  huffmanTables: 0xc4,
  start: 0xd8,
  end: 0xd9,
  scan: 0xda,
  quantisationTables: 0xdb,
  restartInterval: 0xdd,
  app0: 0xe0,
  app14: 0xee,
} as const;

/** One marker with what it carries. */
export interface Segment {
  readonly marker: number;
  /** Without marker and length; empty for markers that stand alone. */
  readonly payload: Uint8Array;
  /** Where the marker begins, and where what follows it does. */
  readonly offset: number;
  readonly end: number;
}

/**
 * The segments after SOI, up to and with the first SOS or EOI.
 *
 * @throws LowmagError `corrupt-data` for a stream that does not begin with SOI, or ends inside a segment or before one
 *   of the two.
 */
export function* markers(data: Uint8Array, where: string): Generator<Segment, void, undefined> {
  if (data[0] !== 0xff || data[1] !== JpegMarker.start)
    throw damaged(where, "a JPEG stream", "bytes that do not begin like one");
  let at = 2;
  for (;;) {
    const offset = nextMarker(data, at);
    const marker = data[offset + 1];
    if (marker === undefined)
      throw damaged(where, "a JPEG stream with a scan or an end", "one that stops before");
    if (standsAlone(marker)) {
      if (marker === JpegMarker.start) throw damaged(where, "one start of image", "a second one");
      if (marker === JpegMarker.end) return;
      at = offset + 2;
      continue;
    }
    const length = ((data[offset + 2] ?? 0) << 8) | (data[offset + 3] ?? 0);
    const end = offset + 2 + length;
    if (length < 2 || end > data.length)
      throw damaged(where, "a marker segment inside the stream", `one of ${length} bytes at ${offset}`);
    yield { marker, payload: data.subarray(offset + 4, end), offset, end };
    if (marker === JpegMarker.scan) return;
    at = end;
  }
}

/** The offset of the next 0xFF that is followed by the number of a marker. */
export function nextMarker(data: Uint8Array, from: number): number {
  let at = data.indexOf(0xff, from);
  while (at >= 0) {
    const next = data[at + 1];
    if (next !== 0 && next !== 0xff) return at;
    at = data.indexOf(0xff, next === 0 ? at + 2 : at + 1);
  }
  return data.length;
}

/** SOI, EOI, restart markers and TEM carry nothing. */
function standsAlone(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd9) || marker === 0x01;
}
