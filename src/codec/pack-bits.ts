// PackBits, TIFF's run-length code: runs and literals of up to 128 bytes.
import { damaged } from "./damaged.ts";

/**
 * Decodes a PackBits stream.
 *
 * @returns what the stream holds, at most `maxLength` bytes; fewer where it ends before.
 * @throws LowmagError `corrupt-data` for more than `maxLength` bytes or a literal that is cut off.
 */
export function decodePackBits(data: Uint8Array, maxLength: number, where: string): Uint8Array {
  const out = new Uint8Array(maxLength);
  let [at, written] = [0, 0];
  while (at < data.length && written < maxLength) {
    const head = data[at++]!;
    if (head === 128) continue;
    const literal = head < 128;
    const length = literal ? head + 1 : 257 - head;
    const taken = literal ? length : 1;
    if (written + length > maxLength || at + taken > data.length)
      throw damaged(
        where,
        `a sound PackBits stream of at most ${maxLength} bytes`,
        "one that is cut off or longer",
      );
    if (literal) out.set(data.subarray(at, at + length), written);
    else out.fill(data[at]!, written, written + length);
    at += taken;
    written += length;
  }
  return out.subarray(0, written);
}
