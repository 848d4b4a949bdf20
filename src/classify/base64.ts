// Bytes as text in JSON: base64 of RFC 4648 with padding. Written here because no function for it is in every runtime.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES = Uint8Array.from(LETTERS, (letter) => letter.charCodeAt(0));
const PAD = 61;

/** The value of each letter by its code; 255 for what is none. */
const VALUES = new Uint8Array(256).fill(255);
for (const [value, code] of CODES.entries()) VALUES[code] = value;

/** Bytes as text. */
export function toBase64(bytes: Uint8Array): string {
  const codes = new Uint8Array(4 * Math.ceil(bytes.length / 3));
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const word = (bytes[from]! << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    codes[to] = CODES[word >> 18]!;
    codes[to + 1] = CODES[(word >> 12) & 63]!;
    codes[to + 2] = from + 1 < bytes.length ? CODES[(word >> 6) & 63]! : PAD;
    codes[to + 3] = from + 2 < bytes.length ? CODES[word & 63]! : PAD;
  }
  return new TextDecoder().decode(codes);
}

/** The bytes of a text, or `null` where it is no base64 of exactly `length` bytes. */
export function fromBase64(text: string, length: number): Uint8Array | null {
  if (text.length !== 4 * Math.ceil(length / 3)) return null;
  const padding = (3 - (length % 3)) % 3;
  if (text.slice(text.length - padding) !== "=".repeat(padding)) return null;
  const bytes = new Uint8Array(length);
  const letters = text.length - padding;
  const value = (at: number) => {
    const code = at < letters ? text.charCodeAt(at) : CODES[0]!;
    return code < 256 ? VALUES[code]! : 255;
  };
  for (let from = 0, to = 0; from < letters; from += 4, to += 3) {
    const [a, b, c, d] = [value(from), value(from + 1), value(from + 2), value(from + 3)];
    if ((a | b | c | d) > 63) return null;
    const word = (a << 18) | (b << 12) | (c << 6) | d;
    bytes[to] = word >> 16;
    if (to + 1 < length) bytes[to + 1] = (word >> 8) & 255;
    if (to + 2 < length) bytes[to + 2] = word & 255;
  }
  return bytes;
}
