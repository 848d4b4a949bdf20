// Lies for tests: overwrites entries of a classic little-endian TIFF file in place, as a damaged or hostile file has them.

/** Where an entry (or, without a tag, a directory's end) lies in the file. */
export interface EntryPlace {
  /** Byte offsets of the entry's count and of its value (or the offset of its values). */
  readonly count: number;
  readonly value: number;
  /** Byte offset of the link to the next directory. */
  readonly end: number;
}

/** Finds an entry of directory `index` of the chain. */
export function entryAt(bytes: Uint8Array, index: number, tag?: number): EntryPlace {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = view.getUint32(4, true);
  for (let k = 0; k < index; k++)
    offset = view.getUint32(offset + 2 + 12 * view.getUint16(offset, true), true);
  const entries = view.getUint16(offset, true);
  const end = offset + 2 + 12 * entries;
  for (let at = offset + 2; at < end; at += 12)
    if (tag === undefined || view.getUint16(at, true) === tag) return { count: at + 4, value: at + 8, end };
  throw new Error(`directory ${index} has no tag ${tag}`);
}

/** A copy with one entry's count or value overwritten. Short values are written as such. */
export function patched(
  bytes: Uint8Array,
  tag: number,
  change: { readonly value?: number; readonly count?: number },
  index = 0,
): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const place = entryAt(copy, index, tag);
  const short = view.getUint16(place.count - 2, true) === 3;
  if (change.count !== undefined) view.setUint32(place.count, change.count, true);
  if (change.value !== undefined && short) view.setUint16(place.value, change.value, true);
  else if (change.value !== undefined) view.setUint32(place.value, change.value, true);
  return copy;
}
