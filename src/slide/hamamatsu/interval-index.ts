// Where the restart intervals of one large JPEG lie: as the file lists them, or, where it does not or the list is wrong,
// found by looking for the markers once.

import { damaged } from "../errors.ts";
import type { NumberTable } from "../tiff/number-table.ts";
import type { ByteSource } from "../types.ts";

/** One JPEG inside a file, and the geometry of its intervals. */
export interface Strip {
  readonly source: ByteSource;
  /** Byte offset and length in the file. */
  readonly offset: number;
  readonly length: number;
  /** Where the compressed data begin, in bytes from the strip's start. */
  readonly scanOffset: number;
  /** Pixels and restart intervals in all. */
  readonly pixels: number;
  readonly intervals: number;
  /** The file's own list, in one or two halves. */
  readonly starts: NumberTable | undefined;
  readonly startsUpper: NumberTable | undefined;
  readonly where: string;
}

/** Bytes looked through at a time. */
const CHUNK = 2 ** 20;
/** Bytes of one read of neighbouring intervals. */
const MOST_BYTES = 64 * 2 ** 20;

/** Reads restart intervals by number. */
export class IntervalIndex {
  readonly #strip: Strip;
  readonly #isListed: boolean;
  /** Begun when first needed: hundreds of levels may lie in one strip. */
  #found: Promise<Float64Array> | null = null;

  constructor(strip: Strip) {
    this.#strip = strip;
    const { starts, startsUpper, intervals } = strip;
    this.#isListed = starts?.length === intervals && (startsUpper?.length ?? intervals) === intervals;
  }

  /**
   * The bytes of neighbouring intervals, each with the two bytes of the marker behind it (the last of all may have none),
   * and where each ends in them.
   *
   * @throws LowmagError `corrupt-data` when there are no intervals of that number.
   */
  async read(first: number, count: number): Promise<{ bytes: Uint8Array; ends: number[] }> {
    if (this.#found === null) {
      const listed = this.#isListed ? await this.#readListed(first, count) : null;
      if (listed !== null) return listed;
      this.#found ??= searchIntervals(this.#strip);
    }
    const starts = await this.#found;
    const read = await this.#readAt(Array.from(starts.subarray(first, first + count + 1)), first);
    if (read !== null) return read;
    throw this.#damaged("restart markers between the intervals", "something else");
  }

  /** By the file's list; `null` where the list turns out to be wrong. */
  async #readListed(first: number, count: number) {
    const { intervals, length } = this.#strip;
    const places: number[] = [];
    for (let i = first; i <= first + count; i++) places.push(i < intervals ? await this.#listed(i) : length);
    return await this.#readAt(places, first);
  }

  async #listed(index: number): Promise<number> {
    const { starts, startsUpper } = this.#strip;
    const upper = startsUpper === undefined ? 0 : await startsUpper.at(index);
    return (await starts!.at(index)) + upper * 2 ** 32;
  }

  /** Reads from the first place to the last; `null` unless a restart marker of the right number ends every interval. */
  async #readAt(places: readonly number[], first: number) {
    const { source, offset, length, scanOffset, intervals } = this.#strip;
    const [start, end] = [places[0]!, places.at(-1)!];
    const sensible = start >= scanOffset && end <= length && end - start <= MOST_BYTES;
    if (!sensible || places.some((place, i) => i > 0 && place < places[i - 1]! + 2)) return null;
    const bytes = await source.read(offset + start, end - start);
    const ends = places.slice(1).map((place) => place - start);
    const right = ends.every((at, i) => {
      if (first + i === intervals - 1) return true;
      return bytes[at - 2] === 0xff && bytes[at - 1] === 0xd0 + ((first + i) % 8);
    });
    return right ? { bytes, ends } : null;
  }

  #damaged(expected: string, got: string): Error {
    return damaged(this.#strip.where, expected, got);
  }
}

/** The starts of all intervals and the end of the last, by looking through the compressed data once. */
async function searchIntervals(strip: Strip): Promise<Float64Array> {
  const { length, scanOffset, intervals, where } = strip;
  const sensible = 3 * (intervals - 1) <= length && length <= scanOffset + 4 * strip.pixels + CHUNK;
  if (!sensible) throw damaged(where, `${intervals} restart intervals`, `${length} bytes`);
  const places = new Float64Array(intervals + 1);
  places[0] = scanOffset;
  places[intervals] = length;
  let count = 1;
  for await (const { marker, end } of scanMarkers(strip)) {
    if (marker === END_OF_IMAGE) {
      places[intervals] = end;
      break;
    }
    if (count === intervals) throw damaged(where, `${intervals} restart intervals`, "more");
    places[count++] = end;
  }
  if (count === intervals) return places;
  throw damaged(where, `${intervals} restart intervals`, `${count}`);
}

const END_OF_IMAGE = 0xd9;

/** The restart markers of a strip and its end, with the place behind each. */
async function* scanMarkers(strip: Strip): AsyncGenerator<{ marker: number; end: number }> {
  const { source, offset, length, scanOffset } = strip;
  for (let at = scanOffset; at < length; at += CHUNK) {
    // One byte more than the step, so that no marker lies across a border.
    const bytes = await source.read(offset + at, Math.min(CHUNK + 1, length - at));
    const last = Math.min(CHUNK, bytes.length - 1);
    for (let i = bytes.indexOf(0xff); i >= 0 && i < last; i = bytes.indexOf(0xff, i + 1)) {
      const marker = bytes[i + 1]!;
      if (marker >= 0xd0 && marker <= END_OF_IMAGE && marker !== 0xd8) yield { marker, end: at + i + 2 };
    }
  }
}
