// The bytes of a TIFF around its tiles: header, directories, links; little endian, classic or BigTIFF.
import type { PixelSize } from "../pixels/index.ts";
import type { EncodingTags } from "./tile-encoder.ts";

/** Bytes of tiles beyond which offsets of 32 bits may not do: 4 GiB less room for directories. */
export const LARGEST_CLASSIC = 2 ** 32 - 2 ** 27;

/** What a directory says of its level. */
export interface LevelFacts {
  readonly width: number;
  readonly height: number;
  readonly tileSize: number;
  /** A smaller copy of another level. */
  readonly reduced: boolean;
  readonly mpp: PixelSize;
  readonly encoding: EncodingTags;
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
}

type Field = readonly [
  tag: number,
  type: "short" | "long" | "ascii" | "rational" | "offset",
  values: Uint8Array,
];

const TYPE_CODES = { short: 3, long: 4, ascii: 2, rational: 5 };

/** The file's first bytes; the link to the first directory is still 0. */
export function tiffHeader(bigTiff: boolean): Uint8Array {
  return bigTiff
    ? Uint8Array.of(0x49, 0x49, 43, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    : Uint8Array.of(0x49, 0x49, 42, 0, 0, 0, 0, 0);
}

/** An offset as a link. */
export function linkBytes(offset: number, bigTiff: boolean): Uint8Array {
  return whole(bigTiff ? 8 : 4, [offset]);
}

/**
 * A directory with its long values before it.
 *
 * @param start where `bytes` will stand in the file.
 * @returns `directory` where the directory begins and `next` where its link to the next one stands, in the file.
 */
export function directoryBytes(
  facts: LevelFacts,
  start: number,
  bigTiff: boolean,
): { bytes: Uint8Array; directory: number; next: number } {
  const fields = fieldsOf(facts, bigTiff ? 8 : 4);
  const inline = bigTiff ? 8 : 4;
  const long = fields.filter(([, , value]) => value.length > inline);
  const longSize = long.reduce((sum, [, , value]) => sum + value.length + (value.length % 2), 0);
  const countSize = bigTiff ? 8 : 2;
  const entrySize = bigTiff ? 20 : 12;
  const bytes = new Uint8Array(longSize + countSize + entrySize * fields.length + inline);
  bytes.set(whole(countSize, [fields.length]), longSize);
  let at = longSize + countSize;
  let place = 0;
  for (const [tag, type, value] of fields) {
    const code = type === "offset" ? (bigTiff ? 16 : 4) : TYPE_CODES[type];
    const unit = { short: 2, long: 4, ascii: 1, rational: 8, offset: inline }[type];
    bytes.set(whole(2, [tag, code]), at);
    bytes.set(whole(inline, [value.length / unit]), at + 4);
    if (value.length <= inline) bytes.set(value, at + 4 + inline);
    else {
      bytes.set(value, place);
      bytes.set(whole(inline, [start + place]), at + 4 + inline);
      place += value.length + (value.length % 2);
    }
    at += entrySize;
  }
  return { bytes, directory: start + longSize, next: start + at };
}

function fieldsOf(facts: LevelFacts, offsetSize: 4 | 8): Field[] {
  const { encoding, mpp } = facts;
  const fields: Field[] = [
    [254, "long", whole(4, [facts.reduced ? 1 : 0])],
    [256, "long", whole(4, [facts.width])],
    [257, "long", whole(4, [facts.height])],
    [258, "short", whole(2, [8, 8, 8])],
    [259, "short", whole(2, [encoding.compression])],
    [262, "short", whole(2, [encoding.photometric])],
    [277, "short", whole(2, [3])],
    [282, "rational", density(mpp.x)],
    [283, "rational", density(mpp.y)],
    [284, "short", whole(2, [1])],
    [296, "short", whole(2, [3])],
    [305, "ascii", new TextEncoder().encode("lowmag\0")],
    ...(encoding.predictor ? [[317, "short", whole(2, [2])] as const] : []),
    [322, "long", whole(4, [facts.tileSize])],
    [323, "long", whole(4, [facts.tileSize])],
    [324, "offset", whole(offsetSize, facts.offsets)],
    [325, "offset", whole(offsetSize, facts.byteCounts)],
    ...(encoding.subsampling ? [[530, "short", whole(2, encoding.subsampling)] as const] : []),
  ];
  return fields;
}

/** Pixels per centimetre as a fraction: exact where µm/px has up to five decimals, else to about nine digits. */
function density(mpp: number): Uint8Array {
  const micrometres = 10_000;
  for (let scale = 1; scale <= 1e5; scale *= 10) {
    const denominator = Math.round(mpp * scale);
    if (Math.abs(denominator - mpp * scale) < 1e-9 * scale * mpp && denominator >= 1)
      return whole(4, [micrometres * scale, denominator]);
  }
  const pixels = micrometres / mpp;
  const denominator = Math.max(1, Math.min(2 ** 31, Math.floor(2 ** 31 / pixels)));
  return whole(4, [Math.round(pixels * denominator), denominator]);
}

/** Whole numbers of 2, 4 or 8 bytes. */
function whole(size: 2 | 4 | 8, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (size === 2) view.setUint16(2 * i, value, true);
    else if (size === 4) view.setUint32(4 * i, value, true);
    else view.setBigUint64(8 * i, BigInt(value), true);
  });
  return bytes;
}
