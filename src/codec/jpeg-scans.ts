// Streams whose components come in several scans: a decoder shows what has come, so a stream that lost its later scans would
// give wrong pixels without a word. One look along the markers sees that all are there.
import { damaged } from "./damaged.ts";
import type { JpegHeader } from "./jpeg-header.ts";
import { JpegMarker, nextMarker, type Segment } from "./jpeg-markers.ts";
import { readScan } from "./jpeg-scan.ts";
import { readTables } from "./jpeg-tables.ts";

/** More scans than any encoder makes; each costs a pass over the whole image. */
const MOST_SCANS = 100;

/** Whether the components of the frame come in more than the first scan. */
export function hasSeveralScans(header: JpegHeader): boolean {
  return header.process === "progressive" || header.scanComponents.length < header.components.length;
}

/**
 * Checks that every component has its first scan and that the stream has its end.
 *
 * @throws LowmagError `corrupt-data` otherwise, or for more than 100 scans.
 */
export function checkScans(data: Uint8Array, header: JpegHeader, where: string): void {
  const begun = new Set(header.scanComponents);
  const tables = { ...header.tables };
  let scans = 1;
  for (const { marker, payload } of laterSegments(data, header.scanOffset, where)) {
    readTables(marker, payload, tables, where);
    if (marker !== JpegMarker.scan) continue;
    const scan = readScan(payload, header, tables, where);
    if (scan.first) for (const id of scan.components) begun.add(id);
    scans++;
    if (scans > MOST_SCANS) throw damaged(where, `at most ${MOST_SCANS} scans`, "more");
  }
  if (begun.size < header.components.length)
    throw damaged(where, "a scan of every component", `${begun.size} of ${header.components.length}`);
}

/**
 * The segments after the first scan's header, up to and with EOI. Restart markers are part of the scans' data.
 *
 * @throws LowmagError `corrupt-data` for a stream that has no end, or ends inside a segment.
 */
export function* laterSegments(
  data: Uint8Array,
  from: number,
  where: string,
): Generator<Segment, void, undefined> {
  let at = from;
  for (;;) {
    const offset = nextMarker(data, at);
    const marker = data[offset + 1];
    if (marker === undefined) throw damaged(where, "a JPEG stream with an end", "one that stops before");
    at = offset + 2;
    if (marker === JpegMarker.end) {
      yield { marker, payload: data.subarray(at, at), offset, end: at };
      return;
    }
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd7)) continue;
    at += ((data[offset + 2] ?? 0) << 8) | (data[offset + 3] ?? 0);
    if (at > data.length || at < offset + 4) throw damaged(where, "whole segments", "one that ends early");
    yield { marker, payload: data.subarray(offset + 4, at), offset, end: at };
  }
}
