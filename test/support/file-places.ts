// Where the parts of a slide file lie, for tests that cut files between and inside them: the directories, tables and
// tiles of a TIFF (classic, BigTIFF, NDPI; either byte order), the header and frames of a DICOM file, any file's quarters.

/** An offset, and what lies there: "the middle of directory 2". */
export interface FilePlace {
  readonly what: string;
  readonly at: number;
}

/** Places where a copy of the file may break off; all before its end. */
export function placesToCut(bytes: Uint8Array): readonly FilePlace[] {
  const size = bytes.length;
  const everywhere = [
    ...[0, 1, 4, 8, 16].map((at) => ({ what: `byte ${at}`, at })),
    ...[1, 2, 3].map((k) => ({ what: `${k} quarters`, at: Math.floor((k * size) / 4) })),
    { what: "its last byte", at: size - 1 },
  ];
  const magic = new TextDecoder("latin1").decode(bytes.subarray(0, 2));
  const own = magic === "II" || magic === "MM" ? tiffPlaces(bytes) : dicomPlaces(bytes);
  const whole = [...everywhere, ...own].map(({ what, at }) => ({ what, at: Math.floor(at) }));
  return whole.filter(({ at }) => at >= 0 && at < size);
}

function dicomPlaces(bytes: Uint8Array): FilePlace[] {
  const header = bytes.findIndex(
    (_, i) => bytes[i] === 0xe0 && bytes[i + 1] === 0x7f && bytes[i + 2] === 0x10 && bytes[i + 3] === 0,
  );
  return [
    { what: "the middle of the header", at: Math.floor(header / 2) },
    { what: "the end of the header", at: header },
    { what: "the length of the pixels", at: header + 9 },
  ];
}

const TILE_OFFSETS: readonly number[] = [273, 324];
const TILE_COUNTS: readonly number[] = [279, 325];
const SUB_DIRECTORIES = 330;
/** Bytes of a value of each type. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** Reads numbers of a sound TIFF file. */
class TiffNumbers {
  readonly big: boolean;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = bytes[0] === 0x49;
    this.big = this.at(2, 2) === 43;
  }

  /** An unsigned integer of 1, 2, 4 or 8 bytes. */
  at(offset: number, size: number): number {
    if (size === 1) return this.#view.getUint8(offset);
    if (size === 2) return this.#view.getUint16(offset, this.#little);
    if (size === 4) return this.#view.getUint32(offset, this.#little);
    return Number(this.#view.getBigUint64(offset, this.#little));
  }
}

interface Entry {
  readonly tag: number;
  readonly size: number;
  readonly count: number;
  /** Where the values lie. */
  readonly values: number;
  readonly inside: boolean;
}

function tiffPlaces(bytes: Uint8Array): FilePlace[] {
  const file = new TiffNumbers(bytes);
  const word = file.big ? 8 : 4;
  const places: FilePlace[] = [];
  const waiting = [file.at(file.big ? 8 : 4, word)];
  for (let k = 0; waiting.length > 0; k++) {
    const start = waiting.shift()!;
    const { entries, end } = entriesOf(file, start);
    places.push(
      { what: `the beginning of directory ${k}`, at: start },
      { what: `the middle of directory ${k}`, at: Math.floor((start + end) / 2) },
      { what: `the end of directory ${k}`, at: end - 1 },
      ...entries.filter(({ inside }) => !inside).map((entry) => tableMiddle(entry, k)),
      ...tileMiddles(file, entries, k),
    );
    for (const { tag, count, values, size } of entries)
      if (tag === SUB_DIRECTORIES)
        for (let i = 0; i < count; i++) waiting.push(file.at(values + i * size, size));
    const next = file.at(end - word, word);
    if (next !== 0) waiting.push(next);
  }
  return places;
}

function entriesOf(file: TiffNumbers, start: number): { entries: Entry[]; end: number } {
  const [head, length, word] = file.big ? [8, 20, 8] : [2, 12, 4];
  const count = file.at(start, head);
  const entries = Array.from({ length: count }, (_, i): Entry => {
    const at = start + head + i * length;
    const size = TYPE_BYTES[file.at(at + 2, 2)]!;
    const values = file.at(at + 4, word);
    const place = at + 4 + word;
    const inside = values * size <= word;
    return {
      tag: file.at(at, 2),
      size,
      count: values,
      inside,
      values: inside ? place : file.at(place, word),
    };
  });
  return { entries, end: start + head + count * length + word };
}

function tableMiddle({ tag, values, count, size }: Entry, k: number): FilePlace {
  return {
    what: `the middle of the values of tag ${tag} of directory ${k}`,
    at: values + (count * size) / 2,
  };
}

/** The middles of the first and the last tile. */
function tileMiddles(file: TiffNumbers, entries: readonly Entry[], k: number): FilePlace[] {
  const offsets = entries.find(({ tag }) => TILE_OFFSETS.includes(tag));
  const counts = entries.find(({ tag }) => TILE_COUNTS.includes(tag));
  if (offsets === undefined || counts === undefined) return [];
  const value = ({ values, size }: Entry, i: number) => file.at(values + i * size, size);
  return [0, offsets.count - 1].map((i) => ({
    what: `the middle of tile ${i} of directory ${k}`,
    at: value(offsets, i) + Math.floor(value(counts, i) / 2),
  }));
}
