// A part of the slides for one of several jobs: which slide belongs to which part depends on its name alone, so that the
// parts never overlap and together are all.
import { hashBytes } from "../machine/index.ts";

/** Part `index` of `count`, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** True when a slide belongs to the part. */
export function inShard({ index, count }: Shard, slide: string): boolean {
  // 48 bits are exact in a number, and leave no part visibly smaller.
  return Number.parseInt(hashBytes(slide).slice(0, 12), 16) % count === index - 1;
}
