// The bytes of one TIFF field to numbers: every field type, both byte orders. 64-bit values beyond 2^53, which no file
// of this world needs, are refused rather than rounded.
import { fail } from "../../base/index.ts";

/** Values `first` to `first + count` of a field of one type; rationals become quotients (NaN when the divisor is 0). */
export function fieldValues(
  bytes: Uint8Array,
  type: number,
  count: number,
  littleEndian: boolean,
  where: string,
): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(count);
  const read = READERS[type] ?? ((data: DataView, k: number) => data.getUint8(k));
  for (let k = 0; k < count; k++) values[k] = read(view, k, littleEndian, where);
  return values;
}

/** Reads the k-th value of its type. */
type FieldReader = (view: DataView, k: number, littleEndian: boolean, where: string) => number;

const READERS: Readonly<Record<number, FieldReader>> = {
  3: (view, k, little) => view.getUint16(2 * k, little),
  4: (view, k, little) => view.getUint32(4 * k, little),
  5: (view, k, little) => quotient(view.getUint32(8 * k, little), view.getUint32(8 * k + 4, little)),
  6: (view, k) => view.getInt8(k),
  8: (view, k, little) => view.getInt16(2 * k, little),
  9: (view, k, little) => view.getInt32(4 * k, little),
  10: (view, k, little) => quotient(view.getInt32(8 * k, little), view.getInt32(8 * k + 4, little)),
  11: (view, k, little) => view.getFloat32(4 * k, little),
  12: (view, k, little) => view.getFloat64(8 * k, little),
  13: (view, k, little) => view.getUint32(4 * k, little),
  16: (view, k, little, where) => unsigned64(view, 8 * k, little, where),
  17: (view, k, little, where) => safe(view.getBigInt64(8 * k, little), where),
  18: (view, k, little, where) => unsigned64(view, 8 * k, little, where),
};

function quotient(numerator: number, denominator: number): number {
  return denominator === 0 ? Number.NaN : numerator / denominator;
}

/** A 64-bit unsigned number at a byte offset, as a Number. */
export function unsigned64(view: DataView, offset: number, littleEndian: boolean, where: string): number {
  const first = view.getUint32(offset, littleEndian);
  const second = view.getUint32(offset + 4, littleEndian);
  const value = littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
  return Number.isSafeInteger(value) ? value : safe(view.getBigUint64(offset, littleEndian), where);
}

function safe(value: bigint, where: string): number {
  if (Number.isSafeInteger(Number(value))) return Number(value);
  throw fail("corrupt-data", {
    where,
    expected: "numbers below 2^53",
    got: `${value}`,
    fix: "The file is damaged. Copy or export it again.",
  });
}
