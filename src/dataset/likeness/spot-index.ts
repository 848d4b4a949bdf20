// Which pictures share spots, without comparing every spot with every other: descriptors that lie near to each other fall on
// one side of most planes through their mean, so those that agree on some dozen random planes are compared (locality-sensitive
// hashing; Charikar 2002), in several tables with planes of their own. A bucket that very many spots fall into says little
// (a round nucleus on a pale ground) and is passed over: that keeps the work in proportion to the number of pictures.
import { Generator } from "../../random/index.ts";
import { DESCRIPTOR_LENGTH } from "./ring-descriptor.ts";
import { descriptorDistance } from "./spots.ts";

/** Tables, and fewer where there are very many spots (more than 30,000 pictures), to save memory. */
const TABLES = 16;
const FEWER_TABLES = 8;
const MANY_SPOTS = 2_500_000;
/** Spots of a bucket that is still looked at. */
const MOST_IN_BUCKET = 32;
/** Descriptors nearer than this are the same spot, perhaps. */
const NEAR = 60;

/** A picture and the number of spots it has in common with another, perhaps. */
export interface SpotVotes {
  readonly picture: number;
  readonly votes: number;
}

interface Table {
  readonly keys: Uint32Array;
  /** Where each key's spots begin in `order`; one more than there are keys. */
  readonly starts: Uint32Array;
  readonly order: Uint32Array;
}

/** All spots of all pictures, ready to be asked. A table takes 8 bytes per spot and at most 8 per bucket. */
export class SpotIndex {
  readonly #descriptors: Int8Array;
  readonly #firstSpots: Uint32Array;
  readonly #pictureOf: Uint32Array;
  readonly #tables: readonly Table[];

  /**
   * @param descriptors of all spots, picture after picture.
   * @param firstSpots number of each picture's first spot, and behind the last the number of spots.
   */
  constructor(descriptors: Int8Array, firstSpots: Uint32Array) {
    this.#descriptors = descriptors;
    this.#firstSpots = firstSpots;
    this.#pictureOf = pictureOfSpots(firstSpots);
    const mean = meanOf(descriptors);
    const count = firstSpots.at(-1) ?? 0;
    const planes = Math.min(24, Math.max(10, Math.ceil(Math.log2(count + 1))));
    const tables = count > MANY_SPOTS ? FEWER_TABLES : TABLES;
    this.#tables = Array.from({ length: tables }, (_, t) => {
      const keys = keysOf(descriptors, mean, planes, Generator.derive(0, "planes", t));
      return sortByKey(keys, planes);
    });
  }

  /** Later pictures that share spots with one, most first. */
  votes(picture: number): SpotVotes[] {
    const counts = new Map<number, number>();
    const seen = new Set<number>();
    for (let spot = this.#firstSpots[picture]!; spot < this.#firstSpots[picture + 1]!; spot++) {
      seen.clear();
      for (const table of this.#tables) this.#collect(table, spot, picture, seen);
      for (const other of seen) counts.set(other, (counts.get(other) ?? 0) + 1);
    }
    const found = [...counts].map(([other, votes]) => ({ picture: other, votes }));
    return found.sort((a, b) => b.votes - a.votes || a.picture - b.picture);
  }

  /** Adds the later pictures that have a spot like this one. */
  #collect({ keys, starts, order }: Table, spot: number, picture: number, seen: Set<number>): void {
    const key = keys[spot]!;
    const [start, end] = [starts[key]!, starts[key + 1]!];
    if (end - start > MOST_IN_BUCKET) return;
    for (let at = start; at < end; at++) {
      const other = order[at]!;
      const owner = this.#pictureOf[other]!;
      if (owner <= picture || seen.has(owner)) continue;
      if (descriptorDistance(this.#descriptors, spot, this.#descriptors, other, NEAR * NEAR) <= NEAR * NEAR)
        seen.add(owner);
    }
  }
}

function pictureOfSpots(firstSpots: Uint32Array): Uint32Array {
  const owners = new Uint32Array(firstSpots.at(-1) ?? 0);
  for (let i = 0; i + 1 < firstSpots.length; i++) owners.fill(i, firstSpots[i]!, firstSpots[i + 1]!);
  return owners;
}

function meanOf(descriptors: Int8Array): Float64Array {
  const sums = new Float64Array(DESCRIPTOR_LENGTH);
  for (let at = 0; at < descriptors.length; at += DESCRIPTOR_LENGTH)
    for (let k = 0; k < DESCRIPTOR_LENGTH; k++) sums[k]! += descriptors[at + k]!;
  return sums.map((sum) => sum / Math.max(1, descriptors.length / DESCRIPTOR_LENGTH));
}

/** For each spot a number whose bits say on which side of each plane it lies. In whole numbers, which is faster. */
function keysOf(
  descriptors: Int8Array,
  mean: Float64Array,
  planes: number,
  generator: Generator,
): Uint32Array {
  const normals = Int32Array.from({ length: planes * DESCRIPTOR_LENGTH }, () =>
    Math.round(64 * generator.normal()),
  );
  const levels = Int32Array.from({ length: planes }, (_, p) =>
    mean.reduce((sum, value, k) => sum + value * normals[p * DESCRIPTOR_LENGTH + k]!, 0),
  );
  const keys = new Uint32Array(descriptors.length / DESCRIPTOR_LENGTH);
  const own = new Int32Array(DESCRIPTOR_LENGTH);
  for (let spot = 0; spot < keys.length; spot++) {
    for (let k = 0; k < DESCRIPTOR_LENGTH; k++) own[k] = descriptors[spot * DESCRIPTOR_LENGTH + k]!;
    let key = 0;
    for (let p = 0, n = 0; p < planes; p++) {
      let sum = 0;
      for (let k = 0; k < DESCRIPTOR_LENGTH; k++, n++) sum = (sum + Math.imul(own[k]!, normals[n]!)) | 0;
      key = (key << 1) | (sum > levels[p]! ? 1 : 0);
    }
    keys[spot] = key;
  }
  return keys;
}

/** Counting sort. */
function sortByKey(keys: Uint32Array, planes: number): Table {
  const starts = new Uint32Array(2 ** planes + 1);
  for (const key of keys) starts[key + 1]! += 1;
  for (let key = 0; key < 2 ** planes; key++) starts[key + 1]! += starts[key]!;
  const next = starts.slice(0, -1);
  const order = new Uint32Array(keys.length);
  for (const [spot, key] of keys.entries()) {
    order[next[key]!] = spot;
    next[key]! += 1;
  }
  return { keys, starts, order };
}
