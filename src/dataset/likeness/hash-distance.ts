// How many bits two hashes differ in.
import type { PictureHash } from "./perceptual-hash.ts";

/** Bits that differ, 0 to 63. */
export function hashDistance(a: PictureHash, b: PictureHash): number {
  return countBits(a[0] ^ b[0]) + countBits(a[1] ^ b[1]);
}

function countBits(word: number): number {
  let x = word - ((word >>> 1) & 0x5555_5555);
  x = (x & 0x3333_3333) + ((x >>> 2) & 0x3333_3333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
