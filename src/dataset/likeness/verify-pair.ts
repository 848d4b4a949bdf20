// Whether two pictures show the same tissue: one is laid on the other, by the spots they share or as a whole by one of the
// eight flips and turns, and what lies on each other is compared.
import { type Affine, describeAffine, wholeOntoWhole } from "./affine.ts";
import { type AlignedLikeness, compareAligned } from "./compare-aligned.ts";
import { findAlignment } from "./find-alignment.ts";
import { hashDistance } from "./hash-distance.ts";
import { hashAfter, SYMMETRIES } from "./perceptual-hash.ts";
import type { PictureFacts } from "./picture-facts.ts";
import { refineAlignment } from "./refine-alignment.ts";

/** Aligned pictures at least this alike show the same tissue. What was measured: results/near-duplicates.md. */
export const LEAST_LIKENESS = 0.6;
/** Alignments that fit as well as this are not made better. */
const EXACT = 0.9;
/** Whole pictures with few spots are smooth, and smooth pictures are easily somewhat alike. */
const LEAST_WHOLE = 0.9;
/** Blocks with structure that must lie on each other. */
export const LEAST_BLOCKS = 4;
/** Whole pictures whose hashes differ in more bits of 63 are not laid on each other. */
export const MOST_BITS = 14;

/** That two pictures show the same tissue, and how one lies on the other. */
export interface SameTissue {
  /** Likeness where they lie on each other, see `compareAligned`. */
  readonly score: number;
  /** Share of the first picture's structure that the second shows too, 0 to 1. */
  readonly shared: number;
  /** From the first's grey copy to the second's. */
  readonly map: Affine;
  /** In words: "mirrored, turned by 17°, 80% of the first". */
  readonly how: string;
}

/** Lays one picture on the other by the spots they share. */
export function verifyBySpots(first: PictureFacts, second: PictureFacts): SameTissue | null {
  const alignment = findAlignment(first.spots, second.spots);
  return alignment === null ? null : judge(first, second, alignment.map);
}

/** Lays whole pictures on each other where their hashes say they may be equal after a flip or a quarter turn. */
export function verifyAsWhole(first: PictureFacts, second: PictureFacts): SameTissue | null {
  let best: SameTissue | null = null;
  for (const symmetry of SYMMETRIES) {
    if (hashDistance(hashAfter(first.hash, symmetry), second.hash) > MOST_BITS) continue;
    const same = judge(first, second, wholeOntoWhole(first.grey, second.grey, symmetry));
    if (same !== null && same.score > (best?.score ?? LEAST_WHOLE)) best = same;
  }
  return best;
}

function judge(first: PictureFacts, second: PictureFacts, start: Affine): SameTissue | null {
  let map = start;
  let likeness = compareAligned(first.grey, second.grey, map);
  if (likeness.score < EXACT) {
    map = refineAlignment(first.grey, second.grey, map);
    likeness = compareAligned(first.grey, second.grey, map);
  }
  if (!isSame(likeness)) return null;
  const { score, shared } = likeness;
  const part = shared > 0.95 ? [] : [`${Math.round(100 * shared)}% of the first`];
  return { score, shared, map, how: [describeAffine(map), ...part].join(", ") };
}

function isSame({ score, blocks }: AlignedLikeness): boolean {
  return score >= LEAST_LIKENESS && blocks >= LEAST_BLOCKS;
}
