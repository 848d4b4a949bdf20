// The head of a DICOM element: tag, value representation, length (PS3.5, 7.1).

import { damaged } from "../errors.ts";
import type { ByteWindow } from "./byte-window.ts";
import { nameOf } from "./data-set.ts";
import { TAG } from "./tags.ts";

/** The head of one element. */
export interface ElementHead {
  readonly tag: number;
  /** "SQ", "OB", …; "" in implicit VR, where it is not stated. */
  readonly vr: string;
  /** Byte offset of the value. */
  readonly offset: number;
  /** Bytes of the value, or {@link UNDEFINED_LENGTH}. */
  readonly length: number;
}

/** The length of what ends with a delimiter. */
export const UNDEFINED_LENGTH = 0xffffffff;

/** VRs whose length takes four bytes. */
const LONG_VRS: ReadonlySet<string> = new Set([
  ...["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"],
]);
const SHORT_VRS: ReadonlySet<string> = new Set([
  ...[
    "AE",
    "AS",
    "AT",
    "CS",
    "DA",
    "DS",
    "DT",
    "FD",
    "FL",
    "IS",
    "LO",
    "LT",
    "PN",
    "SH",
    "SL",
    "SS",
    "ST",
    "TM",
  ],
  ...["UI", "UL", "US"],
]);

/** Reads the head of an element, or of an item or delimiter, which have no VR. Throws `corrupt-data`. */
export function readHead(window: ByteWindow, at: number, explicit: boolean): ElementHead {
  const tag = window.tag(at);
  const bare = !explicit || tag === TAG.item || tag === TAG.itemEnd || tag === TAG.sequenceEnd;
  if (bare) return { tag, vr: "", offset: at + 8, length: window.uint32(at + 4) };
  const code = window.uint16(at + 4);
  const vr = String.fromCharCode(code & 0xff, code >> 8);
  if (SHORT_VRS.has(vr)) return { tag, vr, offset: at + 8, length: window.uint16(at + 6) };
  if (LONG_VRS.has(vr) && window.has(at, 12))
    return { tag, vr, offset: at + 12, length: window.uint32(at + 8) };
  throw damaged(window.source.name, `a value representation for ${nameOf(tag)}`, `0x${code.toString(16)}`);
}
