// Lays out NDPI files as Hamamatsu's scanners do: little-endian classic entries, 64-bit offsets between directories, the
// upper halves of values behind each directory. Strips may lie anywhere, also beyond 4 GB: the file is a source of parts.
import type { ByteSource } from "../../src/slide/index.ts";
import { checkRange } from "../../src/slide/index.ts";

/** One directory. */
export interface NdpiPage {
  readonly width: number;
  readonly height: number;
  readonly lens: number;
  readonly strip: Uint8Array;
  /** Where the strip begins in the file; behind everything else unless given. */
  readonly at?: number;
  readonly starts?: readonly number[];
  readonly startsUpper?: readonly number[];
  readonly focalPlane?: number;
  /** Further tags of type LONG; replace usual ones. */
  readonly tags?: Readonly<Record<number, number>>;
}

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Entries: tag, type, count, bytes of the value. */
type Entry = readonly [tag: number, type: number, count: number, value: Uint8Array];

/** The file as a source; directories begin at `first`. */
export function ndpiSource(pages: readonly NdpiPage[], first = 16): ByteSource {
  const parts: Part[] = [];
  let at = first;
  const reserve = (bytes: Uint8Array) => {
    parts.push({ offset: at, bytes });
    at += bytes.length + (bytes.length % 2);
    return at - bytes.length - (bytes.length % 2);
  };
  const strips = pages.map((page) => {
    if (page.at === undefined) return reserve(page.strip);
    parts.push({ offset: page.at, bytes: page.strip });
    return page.at;
  });
  const head = new Uint8Array(12);
  head.set([0x49, 0x49, 42, 0]);
  const headView = new DataView(head.buffer);
  parts.push({ offset: 0, bytes: head });
  let link = (offset: number) => headView.setBigUint64(4, BigInt(offset), true);
  for (const [i, page] of pages.entries()) {
    const entries = entriesOf(page, strips[i]!);
    const large = entries.map(([, , , value]) => (value.length > 4 ? reserve(value) : 0));
    const directory = directoryOf(entries, large);
    link(reserve(directory));
    const view = new DataView(directory.buffer);
    link = (offset) => view.setBigUint64(2 + 12 * entries.length, BigInt(offset), true);
  }
  const size = Math.max(...parts.map(({ offset, bytes }) => offset + bytes.length));
  return partsSource("a.ndpi", parts, size);
}

/** A file that is zero where no part lies. */
function partsSource(name: string, parts: readonly Part[], size: number): ByteSource {
  return {
    name,
    size,
    read(offset, length) {
      checkRange({ name, size }, offset, length);
      const out = new Uint8Array(length);
      for (const part of parts) {
        const low = Math.max(offset, part.offset);
        const high = Math.min(offset + length, part.offset + part.bytes.length);
        if (low < high) out.set(part.bytes.subarray(low - part.offset, high - part.offset), low - offset);
      }
      return out;
    },
    close: async () => undefined,
  };
}

/** All bytes of a small source. */
export function bytesOf(source: ByteSource): Uint8Array {
  return source.read(0, source.size) as Uint8Array;
}

function directoryOf(entries: readonly Entry[], large: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 + 16 * entries.length + 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, entries.length, true);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 2 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    const offset = large[i]!;
    if (value.length <= 4) bytes.set(value, at + 8);
    else view.setUint32(at + 8, offset % 2 ** 32, true);
    const upper = UPPER.get(value) ?? Math.floor(offset / 2 ** 32);
    view.setUint32(2 + 12 * entries.length + 8 + 4 * i, upper, true);
  });
  return bytes;
}

/** Upper halves of values that are numbers themselves. */
const UPPER = new WeakMap<Uint8Array, number>();

function entriesOf(page: NdpiPage, strip: number): Entry[] {
  const { width, height, lens, starts, startsUpper, focalPlane = 0, tags = {} } = page;
  const float = new Uint8Array(new Float32Array([lens]).buffer);
  const numbers: Record<number, number> = {
    256: width,
    257: height,
    259: 7,
    262: 6,
    273: strip,
    277: 3,
    278: height,
    279: page.strip.length,
    296: 3,
    65420: 1,
    ...tags,
  };
  const entries: Entry[] = Object.entries(numbers).map(([tag, value]) => [Number(tag), 4, 1, long(value)]);
  entries.push(
    [258, 3, 3, new Uint8Array(new Uint16Array([8, 8, 8]).buffer)],
    [271, 2, 10, new TextEncoder().encode("Hamamatsu\0")],
    [272, 2, 6, new TextEncoder().encode("C9600\0")],
    [282, 5, 1, new Uint8Array(new Uint32Array([40_000, 1]).buffer)],
    [283, 5, 1, new Uint8Array(new Uint32Array([40_000, 1]).buffer)],
    [65421, 11, 1, float],
    [65424, 9, 1, new Uint8Array(new Int32Array([focalPlane]).buffer)],
    [65427, 2, 9, new TextEncoder().encode("DOE JANE\0")],
  );
  if (starts !== undefined) entries.push([65426, 4, starts.length, longs(starts)]);
  if (startsUpper !== undefined) entries.push([65432, 4, startsUpper.length, longs(startsUpper)]);
  return entries.sort(([a], [b]) => a - b);
}

function long(value: number): Uint8Array {
  const bytes = longs([value % 2 ** 32]);
  UPPER.set(bytes, Math.floor(value / 2 ** 32));
  return bytes;
}

function longs(values: readonly number[]): Uint8Array {
  return new Uint8Array(new Uint32Array(values).buffer);
}

/** Where each restart interval of a JPEG begins. */
export function startsOf(jpeg: Uint8Array): number[] {
  let at = 2;
  while (jpeg[at + 1] !== 0xda) at += 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
  at += 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
  const starts = [at];
  for (; at < jpeg.length - 2; at++)
    if (jpeg[at] === 0xff && jpeg[at + 1]! >= 0xd0 && jpeg[at + 1]! <= 0xd7) starts.push(at + 2);
  return starts;
}

/** A copy whose frame states another size. */
export function withFrame(jpeg: Uint8Array, width: number, height: number): Uint8Array {
  const copy = jpeg.slice();
  let at = 2;
  while (copy[at + 1] !== 0xc0) at += 2 + copy[at + 2]! * 256 + copy[at + 3]!;
  new DataView(copy.buffer).setUint32(at + 5, (height % 65_536) * 65_536 + (width % 65_536));
  return copy;
}
