// The entries of a directory out of its bytes, in the three layouts that slides use.
import type { TiffEntry } from "./directory.ts";
import { unsigned64 } from "./field-values.ts";
import { FIELD_BYTES } from "./tags.ts";

/** How numbers are laid out in the directories. */
export interface TiffLayout {
  readonly littleEndian: boolean;
  /**
   * "classic" with 32-bit offsets, "big" (BigTIFF), or "ndpi": classic entries, a 64-bit offset of the next directory
   * after them, then the upper 32 bits of every entry's value (Hamamatsu's way past 4 GB).
   */
  readonly kind: "classic" | "big" | "ndpi";
}

/** Bytes of the entries and what follows them. */
export function bodyBytes(kind: TiffLayout["kind"], count: number): number {
  if (kind === "big") return 20 * count + 8;
  return kind === "ndpi" ? 16 * count + 8 : 12 * count + 4;
}

/** The entries of a directory by tag; those of unknown types are skipped, and of two of a tag the first counts. */
export function readEntries(
  body: DataView,
  count: number,
  bodyOffset: number,
  layout: TiffLayout,
  where: string,
): Map<number, TiffEntry> {
  const entries = new Map<number, TiffEntry>();
  const size = layout.kind === "big" ? 20 : 12;
  for (let k = 0; k < count; k++) {
    const entry = readEntry(body, k * size, bodyOffset, layout, where);
    if (entry === undefined || entries.has(entry.tag)) continue;
    const upper = layout.kind === "ndpi" ? body.getUint32(12 * count + 8 + 4 * k, layout.littleEndian) : 0;
    entries.set(entry.tag, upper === 0 ? entry : withUpperBits(entry, upper, body, k, layout));
  }
  return entries;
}

function readEntry(
  body: DataView,
  at: number,
  bodyOffset: number,
  { littleEndian, kind }: TiffLayout,
  where: string,
): TiffEntry | undefined {
  const big = kind === "big";
  const tag = body.getUint16(at, littleEndian);
  const type = body.getUint16(at + 2, littleEndian);
  const bytes = FIELD_BYTES[type];
  if (bytes === undefined) return undefined;
  const count = big ? unsigned64(body, at + 4, littleEndian, where) : body.getUint32(at + 4, littleEndian);
  const valueAt = at + (big ? 12 : 8);
  if (count * bytes <= (big ? 8 : 4)) return { tag, type, count, offset: bodyOffset + valueAt };
  const offset = big ? unsigned64(body, valueAt, littleEndian, where) : body.getUint32(valueAt, littleEndian);
  return { tag, type, count, offset };
}

/** NDPI: the upper half belongs to the offset of large values, or to the value itself of a single 32-bit number. */
function withUpperBits(
  entry: TiffEntry,
  upper: number,
  body: DataView,
  k: number,
  { littleEndian }: TiffLayout,
): TiffEntry {
  const high = upper * 2 ** 32;
  if (entry.count * FIELD_BYTES[entry.type]! > 4) return { ...entry, offset: entry.offset + high };
  const single = entry.type === 4 && entry.count === 1;
  return single ? { ...entry, wideValue: high + body.getUint32(12 * k + 8, littleEndian) } : entry;
}
