// Bytes of an annotation file to text: UTF-8 unless a byte-order mark or the XML declaration says otherwise.
// Bytes that are not what they claim to be are refused, because half-read names would become labels.
import { fail } from "../base/index.ts";
import { ANNOTATION_LIMITS, beyondLimit } from "./limits.ts";

/** Encodings by the name an XML declaration may give, and the decoder's name for each. */
const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["us-ascii", "utf-8"],
  ["utf-16", "utf-16le"],
  ["utf-16le", "utf-16le"],
  ["utf-16be", "utf-16be"],
  ["iso-8859-1", "windows-1252"],
  ["latin1", "windows-1252"],
  ["windows-1252", "windows-1252"],
]);

/**
 * The text of a file, without its byte-order mark.
 *
 * @param where the file, for errors.
 * @throws LowmagError `corrupt-data` for bytes that do not fit the encoding or a file beyond the limit;
 *   `unsupported-format` for an encoding that is not read.
 */
export function decodeText(bytes: Uint8Array, where: string): string {
  if (bytes.length > ANNOTATION_LIMITS.characters)
    throw beyondLimit(where, ANNOTATION_LIMITS.characters, "bytes");
  const encoding = markedEncoding(bytes) ?? declaredEncoding(bytes, where) ?? "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fail("corrupt-data", {
      where,
      expected: `text in ${encoding.toUpperCase()}`,
      got: "bytes that are not",
      fix: "Save the file as UTF-8.",
      cause,
    });
  }
}

/** From the byte-order mark, or from the zeros of UTF-16 beside the first "<", "{" or "[". */
function markedEncoding(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0xef && second === 0xbb) return "utf-8";
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return null;
}

function declaredEncoding(bytes: Uint8Array, where: string): string | null {
  const start = new TextDecoder("windows-1252").decode(bytes.subarray(0, 200));
  const name = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(start)?.[1];
  if (name === undefined) return null;
  const encoding = ENCODINGS.get(name.toLowerCase());
  // A file that declares UTF-16 in single bytes was saved again by an editor: it is UTF-8 now.
  if (encoding !== undefined) return encoding.startsWith("utf-16") ? "utf-8" : encoding;
  throw fail("unsupported-format", {
    where,
    expected: `an encoding of ${[...ENCODINGS.keys()].join(", ")}`,
    got: `\`${name}\``,
    fix: "Save the file as UTF-8.",
  });
}
