// factor * x + offset (+ another map), rectified or not, channel by channel, in as few passes over a map as there can be.
// For one image, or where all images share the numbers, it is one pass: a convolution of each channel with a 1x1 kernel.
import type { Blocks } from "./blocks.ts";
import { sameForAll } from "./weights.ts";

/** A blocked map and what is still to be done to it. */
export interface Affine {
  /** Blocked. */
  readonly x: string;
  /** The name of x, also where it stands for an x that is read later. */
  readonly id?: string;
  readonly channels: number;
  /** [N, C] (each image has numbers of its own), or [C] where all share them; absent for 1. */
  readonly factor?: string | undefined;
  /** As `factor`; absent for 0. */
  readonly offset?: string | undefined;
  /** True where the images of a batch have numbers of their own. */
  readonly perImage: boolean;
  /** True where no factor is negative: the order of numbers stays. */
  readonly increasing: boolean;
  /** Blocked, to be added. */
  readonly sum?: string | undefined;
}

/** The map, blocked. */
export function affine(blocks: Blocks, work: Affine, rectified = false): string {
  if (!work.perImage) return inOnePass(blocks, work, work.channels, rectified);
  const { images } = blocks;
  if (images === undefined) return inPasses(blocks, work, rectified);
  if (images === 1) return inOnePass(blocks, work, work.channels, rectified);
  // As many channels of one image: the numbers lie the same way.
  const { emitter } = blocks;
  const together = (map: string): string =>
    emitter.node("Reshape", [map, emitter.ints(1, images * work.channels, 0, 0)]);
  const sum = work.sum === undefined ? undefined : together(work.sum);
  const y = inOnePass(blocks, { ...work, x: together(work.x), sum }, images * work.channels, rectified);
  return emitter.node("Reshape", [y, emitter.ints(images, work.channels, 0, 0)]);
}

type Work = Pick<Affine, "x" | "factor" | "offset" | "sum">;

function inOnePass(
  blocks: Blocks,
  { x, factor, offset, sum }: Work,
  channels: number,
  rectified: boolean,
): string {
  const { emitter } = blocks;
  return blocks.convolve({
    x,
    weight:
      factor === undefined
        ? sameForAll(blocks, channels, [[1]])
        : emitter.node("Reshape", [factor, emitter.ints(channels, 1, 1, 1)]),
    kernel: [1, 1],
    group: channels,
    bias: offset === undefined ? undefined : emitter.node("Reshape", [offset, emitter.ints(channels)]),
    sum,
    activation: rectified ? "Relu" : undefined,
  });
}

function inPasses(blocks: Blocks, { x, channels, factor, offset, sum }: Affine, rectified: boolean): string {
  const { emitter } = blocks;
  let y = blocks.rows(x, channels);
  if (factor !== undefined) y = emitter.node("Mul", [y, blocks.alongRows(factor, x, channels)]);
  if (offset !== undefined) y = emitter.node("Add", [y, blocks.alongRows(offset, x, channels)]);
  y = blocks.fromRows(y, channels);
  if (sum !== undefined) y = emitter.node("Add", [y, sum]);
  return rectified ? emitter.node("Relu", [y]) : y;
}
