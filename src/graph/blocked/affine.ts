// factor * x + offset (+ another map), rectified or not, channel by channel, in as few passes over a map as there can be.
// For one image, or where all images share the numbers, it is one pass: a convolution of each channel with a 1x1 kernel.
import type { Blocks } from "./blocks.ts";

/** A blocked map and what is still to be done to it. */
export interface Affine {
  /** Blocked. */
  readonly x: string;
  readonly channels: number;
  /** [N, C] or, shared by all images, [C]; absent for 1. */
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
  return work.perImage && !blocks.single
    ? inPasses(blocks, work, rectified)
    : inOnePass(blocks, work, rectified);
}

function inOnePass(blocks: Blocks, { x, channels, factor, offset, sum }: Affine, rectified: boolean): string {
  const { emitter } = blocks;
  return blocks.convolve({
    x,
    weight:
      factor === undefined
        ? emitter.tensor(`ones:${channels}`, [channels, 1, 1, 1], () => new Float32Array(channels).fill(1))
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
  let y = blocks.places(x, channels);
  if (factor !== undefined) y = emitter.node("Mul", [y, blocks.alongPlaces(factor, channels)]);
  if (offset !== undefined) y = emitter.node("Add", [y, blocks.alongPlaces(offset, channels)]);
  y = emitter.node("Reshape", [y, emitter.node("Shape", [x])]);
  if (sum !== undefined) y = emitter.node("Add", [y, sum]);
  return rectified ? emitter.node("Relu", [y]) : y;
}
