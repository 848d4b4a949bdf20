// A DICOM data set as far as lowmag keeps it: the wanted elements by tag, and their values by type.
import { damaged } from "../errors.ts";

/** One element; `bytes` is `null` for a value that stays in the file (a long one), `items` is set for a sequence. */
export interface Element {
  /** Byte offset of the value in the file. */
  readonly offset: number;
  readonly length: number;
  readonly bytes: Uint8Array | null;
  readonly items: readonly DataSet[] | null;
}

/** The wanted elements of one data set or sequence item. All values are little-endian. */
export class DataSet {
  readonly elements = new Map<number, Element>();

  /** `where` names the file in errors. */
  constructor(readonly where: string) {}

  has(tag: number): boolean {
    return (this.elements.get(tag)?.length ?? 0) > 0;
  }

  /** The items of a sequence; none where it is absent. */
  items(tag: number): readonly DataSet[] {
    return this.elements.get(tag)?.items ?? [];
  }

  /** A text without padding and control characters; "" where it is absent. Backslashes part several values. */
  text(tag: number): string {
    const bytes = this.elements.get(tag)?.bytes;
    if (bytes === null || bytes === undefined) return "";
    return decodeText(bytes)
      .replace(/\p{Cc}/gu, "")
      .trim();
  }

  /** The values of a text. */
  texts(tag: number): string[] {
    return this.text(tag)
      .split("\\")
      .map((value) => value.trim());
  }

  /** A number: US, UL, SL, FL, FD by its length and `signed`, or `undefined` where it is absent. */
  binary(tag: number, kind: "unsigned" | "signed" | "float"): number | undefined {
    const bytes = this.elements.get(tag)?.bytes;
    if (bytes === null || bytes === undefined || bytes.length === 0) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (kind === "float" && bytes.length === 4) return view.getFloat32(0, true);
    if (kind === "float" && bytes.length === 8) return view.getFloat64(0, true);
    if (kind === "unsigned" && bytes.length === 2) return view.getUint16(0, true);
    if (kind === "unsigned" && bytes.length === 4) return view.getUint32(0, true);
    if (kind === "signed" && bytes.length === 4) return view.getInt32(0, true);
    throw damaged(this.where, `${nameOf(tag)} to be one number`, `${bytes.length} bytes`);
  }

  /** A whole number within limits that must be there. */
  whole(tag: number, low: number, high: number): number {
    const value = this.binary(tag, "unsigned");
    return checkWhole(value, tag, low, high, this.where);
  }

  /** Numbers written as text (DS, IS); empty where absent. */
  decimals(tag: number): number[] {
    if (!this.has(tag)) return [];
    return this.texts(tag).map((text) => {
      const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
      if (Number.isFinite(value)) return value;
      throw damaged(this.where, `${nameOf(tag)} to hold numbers`, `"${text.slice(0, 40)}"`);
    });
  }
}

/** UTF-8 where it is that, else Latin-1: makers' names, all that is read, need no other character set. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}

/** Refuses what is no whole number from `low` to `high`. */
export function checkWhole(
  value: number | undefined,
  tag: number,
  low: number,
  high: number,
  where: string,
): number {
  if (value !== undefined && Number.isInteger(value) && value >= low && value <= high) return value;
  throw damaged(where, `${nameOf(tag)} from ${low} to ${high}`, value === undefined ? "none" : `${value}`);
}

/** "(0028,0010)". */
export function nameOf(tag: number): string {
  const hex = tag.toString(16).padStart(8, "0");
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}
