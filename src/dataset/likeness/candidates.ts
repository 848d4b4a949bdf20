// Which pictures are worth laying on each other: those that share spots, and, for pictures with few spots (smooth ones),
// those whose perceptual hash is near after one of the eight flips and turns.
import { hashDistance } from "./hash-distance.ts";
import { MOST_KEYPOINTS } from "./keypoints.ts";
import { hashAfter, type PictureHash, SYMMETRIES } from "./perceptual-hash.ts";
import type { PictureFacts } from "./picture-facts.ts";
import { DESCRIPTOR_LENGTH } from "./ring-descriptor.ts";
import { SpotIndex } from "./spot-index.ts";
import { MOST_BITS } from "./verify-pair.ts";

/** Shared spots that make a candidate, and candidates of one picture that are looked at, most shared spots first. */
const LEAST_VOTES = 2;
const MOST_CANDIDATES = 20;
/** Pictures with fewer spots are compared by their hash too. */
const FEW_SPOTS = 30;

/** Collects pictures, then says which later pictures each one may be a copy of. About 4.5 KB per picture. */
export class CandidateFinder {
  readonly #descriptors: Int8Array;
  readonly #counts: Uint32Array;
  readonly #hashes: PictureHash[] = [];
  readonly #usable: boolean[] = [];
  /** Pictures that can be compared by their hash, and those of them that have few spots. */
  #hashed: readonly number[] = [];
  #smooth: readonly number[] = [];
  #index: SpotIndex | null = null;

  constructor(pictures: number) {
    this.#descriptors = new Int8Array(pictures * MOST_KEYPOINTS * DESCRIPTOR_LENGTH);
    this.#counts = new Uint32Array(pictures);
  }

  /** Takes a picture; one that is not `usable` is no candidate for anything. */
  set(picture: number, { spots, hash }: PictureFacts, usable: boolean): void {
    this.#usable[picture] = usable;
    this.#hashes[picture] = hash;
    if (!usable) return;
    this.#counts[picture] = spots.count;
    this.#descriptors.set(spots.descriptors, picture * MOST_KEYPOINTS * DESCRIPTOR_LENGTH);
  }

  /** To be called when all pictures are in. */
  close(): void {
    this.#hashed = [...this.#counts.keys()].filter((picture) => this.#usable[picture]);
    this.#smooth = this.#hashed.filter((picture) => this.#counts[picture]! < FEW_SPOTS);
    const firsts = new Uint32Array(this.#counts.length + 1);
    for (const [i, count] of this.#counts.entries()) {
      firsts[i + 1] = firsts[i]! + count;
      const from = i * MOST_KEYPOINTS * DESCRIPTOR_LENGTH;
      this.#descriptors.copyWithin(firsts[i]! * DESCRIPTOR_LENGTH, from, from + count * DESCRIPTOR_LENGTH);
    }
    this.#index = new SpotIndex(this.#descriptors.subarray(0, firsts.at(-1)! * DESCRIPTOR_LENGTH), firsts);
  }

  /** Later pictures that share spots with a picture, most first. */
  sharingSpots(picture: number): number[] {
    const votes = this.#index?.votes(picture) ?? [];
    const enough = votes.filter((vote) => vote.votes >= LEAST_VOTES).slice(0, MOST_CANDIDATES);
    return enough.map((vote) => vote.picture);
  }

  /** Later pictures with a hash near to a picture's, where one of the two has few spots. */
  likeAsWhole(picture: number): number[] {
    if (!this.#usable[picture]) return [];
    const hashes = SYMMETRIES.map((symmetry) => hashAfter(this.#hashes[picture]!, symmetry));
    const found: number[] = [];
    for (const other of this.#counts[picture]! < FEW_SPOTS ? this.#hashed : this.#smooth)
      if (other > picture && hashes.some((hash) => hashDistance(hash, this.#hashes[other]!) <= MOST_BITS))
        found.push(other);
    return found;
  }
}
