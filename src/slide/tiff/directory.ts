// One TIFF directory: its entries by tag, and their values on request. Only the entries themselves are read at first;
// a damaged value hurts whoever asks for it, not the file.
import { fail } from "../../base/index.ts";
import { checkRange, whenRead } from "../source.ts";
import type { ByteSource } from "../types.ts";
import { fieldValues } from "./field-values.ts";
import { NumberTable } from "./number-table.ts";
import { FIELD_BYTES, TIFF_LIMITS } from "./tags.ts";

/** One entry as it stands in the file. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where its values begin, in bytes from the start of the file (inside the entry for small ones). */
  readonly offset: number;
  /** The value itself, where it stands in the entry and a format keeps more bits of it elsewhere (NDPI). */
  readonly wideValue?: number | undefined;
}

/** A directory ("image", "page") of a TIFF file. */
export class TiffDirectory {
  /** Directories of the tag SubIFDs, in its order. */
  readonly subDirectories: TiffDirectory[] = [];

  constructor(
    private readonly source: ByteSource,
    readonly littleEndian: boolean,
    /** "3" for the fourth directory of the chain, "0.2" for the third SubIFD of the first. */
    readonly label: string,
    /** Byte offset in the file. */
    readonly offset: number,
    readonly entries: ReadonlyMap<number, TiffEntry>,
  ) {}

  /** The file and the directory, for errors. */
  get where(): string {
    return `${this.source.name} directory ${this.label}`;
  }

  has(tag: number): boolean {
    return this.entries.has(tag);
  }

  /** The first value of a tag, or `fallback` where the tag is absent. */
  async number<T extends number | undefined>(tag: number, fallback: T): Promise<number | T> {
    const values = await this.numbers(tag, 1, true);
    return values?.[0] ?? fallback;
  }

  /**
   * The values of a tag, or `undefined` where it is absent.
   *
   * @param most values that make sense; more are an error, or cut off when `cut`.
   * @throws LowmagError `corrupt-data` for values outside the file or too many of them.
   */
  async numbers(tag: number, most = 65_536, cut = false): Promise<Float64Array | undefined> {
    const entry = this.entries.get(tag);
    if (entry === undefined || entry.count === 0) return undefined;
    if (entry.wideValue !== undefined) return Float64Array.of(entry.wideValue);
    if (entry.count > most && !cut) throw this.#tooLarge(entry, `at most ${most} values`);
    return await this.#read(entry, 0, Math.min(entry.count, most));
  }

  /**
   * A text up to its first NUL, as UTF-8, or `undefined` where the tag is absent; a longer one is cut off. Errors as
   * {@link numbers}.
   */
  async text(tag: number, mostBytes: number = TIFF_LIMITS.textBytes): Promise<string | undefined> {
    const entry = this.entries.get(tag);
    if (entry === undefined) return undefined;
    const length = entry.count * (FIELD_BYTES[entry.type] ?? 1);
    const bytes = await this.source.read(entry.offset, Math.min(length, mostBytes));
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)).trim();
  }

  /** The raw bytes of a tag, or `undefined` where it is absent. Errors as {@link numbers}. */
  async bytes(tag: number, mostBytes: number = TIFF_LIMITS.tagBytes): Promise<Uint8Array | undefined> {
    const entry = this.entries.get(tag);
    if (entry === undefined) return undefined;
    const length = entry.count * (FIELD_BYTES[entry.type] ?? 1);
    if (length > mostBytes) throw this.#tooLarge(entry, `at most ${mostBytes} bytes`);
    return await this.source.read(entry.offset, length);
  }

  /** A long list that stays in the file, or `undefined` where the tag is absent. Its end must lie in the file. */
  table(tag: number): NumberTable | undefined {
    const entry = this.entries.get(tag);
    if (entry === undefined || entry.count === 0) return undefined;
    const length = entry.count * FIELD_BYTES[entry.type]!;
    if (length > TIFF_LIMITS.tagBytes) throw this.#tooLarge(entry, `at most ${TIFF_LIMITS.tagBytes} bytes`);
    const { wideValue } = entry;
    if (wideValue !== undefined) return new NumberTable(1, () => Float64Array.of(wideValue), this.where);
    checkRange(this.source, entry.offset, length);
    return new NumberTable(entry.count, (first, count) => this.#read(entry, first, count), this.where);
  }

  #read(entry: TiffEntry, first: number, count: number): Float64Array | Promise<Float64Array> {
    const size = FIELD_BYTES[entry.type]!;
    const bytes = this.source.read(entry.offset + first * size, count * size);
    return whenRead(bytes, (data) => fieldValues(data, entry.type, count, this.littleEndian, this.where));
  }

  #tooLarge(entry: TiffEntry, expected: string): Error {
    return fail("corrupt-data", {
      where: this.where,
      expected: `tag ${entry.tag} to hold ${expected}`,
      got: `${entry.count} values of type ${entry.type}`,
      fix: "The file is damaged. Copy or export it again.",
    });
  }
}
