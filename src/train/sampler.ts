// The order in which images are seen: shuffled each epoch, cut into optimiser steps, and each step into micro-batches of
// images of equal size. A pure function of seed and epoch, so a resumed run sees what an uninterrupted one would.
import { Generator } from "../random/index.ts";

/** Images run through the network together. */
export type MicroBatch = readonly number[];

/** The micro-batches of one optimiser step. */
export type StepPlan = readonly MicroBatch[];

/** How an epoch is cut. */
export interface SamplerOptions {
  /** Image numbers to train on. */
  readonly images: readonly number[];
  /** Images of equal text here may share a micro-batch: their sizes in all views. */
  readonly sizeKey: (image: number) => string;
  /** Images per optimiser step. */
  readonly batch: number;
  /** Most images per micro-batch, by size key. */
  readonly microBatch: (image: number) => number;
  readonly seed: number;
}

/** The optimiser steps of an epoch (counted from 0). The last step may have fewer images. */
export function planEpoch(options: SamplerOptions, epoch: number): StepPlan[] {
  const order = Generator.derive(options.seed, "order", epoch).shuffle(options.images);
  const steps: StepPlan[] = [];
  for (let start = 0; start < order.length; start += options.batch)
    steps.push(groupBySize(order.slice(start, start + options.batch), options));
  return steps;
}

/** Micro-batches of images in their given order; images of one size are collected until a micro-batch is full. */
export function groupBySize(
  images: readonly number[],
  { sizeKey, microBatch }: Pick<SamplerOptions, "sizeKey" | "microBatch">,
): MicroBatch[] {
  const groups: number[][] = [];
  const open = new Map<string, number[]>();
  for (const image of images) {
    const key = sizeKey(image);
    const group = open.get(key);
    if (group !== undefined && group.length < microBatch(image)) group.push(image);
    else {
      const fresh = [image];
      open.set(key, fresh);
      groups.push(fresh);
    }
  }
  return groups;
}

/** Optimiser steps in one epoch. */
export function stepsPerEpoch({ images, batch }: Pick<SamplerOptions, "images" | "batch">): number {
  return Math.ceil(images.length / batch);
}
