// What a run asks of its loader, and in which order: the micro-batches of every step, then those of the validation pass,
// epoch by epoch. All of it follows from the options, so it can be asked for long before it is needed.
import { fail } from "../base/index.ts";
import { type LoadRequest, viewSize } from "../dataset/index.ts";
import { bandCount } from "../graph/index.ts";
import { Generator } from "../random/index.ts";
import type { LoopOptions } from "./loop-options.ts";
import { microBatchSize } from "./micro-batch.ts";
import {
  groupBySize,
  type MicroBatch,
  planEpoch,
  type SamplerOptions,
  type StepPlan,
  stepsPerEpoch,
} from "./sampler.ts";
import type { BatchSizes } from "./task.ts";

/** Bytes of standardised pixels that may wait for the engine: beyond that one micro-batch for each worker is enough. */
const AHEAD_BYTES = 2 ** 26;

/** Sizes of micro-batches that get graphs of their own; each costs time at the start and memory after. */
const MOST_GRAPHS = 3;

/** The plan of a run. Epochs are counted from 0. */
export class EpochPlanner {
  readonly stepsPerEpoch: number;
  /** The validation pass; none without validation images. */
  readonly validation: readonly LoadRequest[];
  readonly #sampler: SamplerOptions;
  readonly #plans = new Map<number, readonly StepPlan[]>();

  constructor(readonly options: LoopOptions) {
    const { train, validation, batch, seed } = options;
    if (train.length === 0)
      throw fail("invalid-argument", {
        where: "training",
        expected: "at least one training image",
        got: "none",
      });
    this.#sampler = {
      images: train,
      batch,
      seed,
      sizeKey: (image) => this.#sizeKey(image),
      microBatch: (image) => this.#microBatch(image),
    };
    this.stepsPerEpoch = stepsPerEpoch(this.#sampler);
    this.validation = groupBySize(validation, this.#sampler).map((images) => ({
      images,
      draws: images.map(() => null),
    }));
  }

  /** The steps of an epoch. Those of earlier epochs are forgotten. */
  steps(epoch: number): readonly StepPlan[] {
    const known = this.#plans.get(epoch);
    if (known !== undefined) return known;
    const plan = planEpoch(this.#sampler, epoch);
    for (const old of this.#plans.keys()) if (old < epoch - 1) this.#plans.delete(old);
    this.#plans.set(epoch, plan);
    return plan;
  }

  /** All micro-batches from a step of an epoch to the end of the run. */
  *from(epoch: number, step: number): IterableIterator<LoadRequest> {
    for (let e = epoch, s = step; e < this.options.epochs; e++, s = 0) {
      for (const images of this.steps(e).slice(s).flat()) yield this.#request(images, e);
      yield* this.validation;
    }
  }

  /** Into how many bands graphs split what passes through them; of a task's views the first (0) or the last (-1). */
  bands(view: 0 | -1): number {
    const { train, validation } = this.options;
    return bandCount([...train, ...validation].map((image) => this.#viewSizes(image).at(view)!));
  }

  /** How many images micro-batches hold: those of the first epoch and of validation, the most frequent first. */
  get batchSizes(): BatchSizes {
    const { train, validation, task } = this.options;
    // What is normalised over a batch has no numbers of its own for each image: one graph for all is as fast, and one arena.
    if (task.couplesImages) return { usual: [], others: true };
    const counts = new Map<number, number>();
    for (const { length } of [...this.steps(0).flat(), ...this.validation.map(({ images }) => images)])
      counts.set(length, (counts.get(length) ?? 0) + 1);
    const usual = [...counts].sort(([, a], [, b]) => b - a).map(([size]) => size);
    // Where all images have one size, or are taken one by one, every epoch is dealt into the same sizes.
    const images = [...train, ...validation];
    const alike = new Set(images.map((image) => this.#sizeKey(image))).size === 1;
    const oneByOne = images.every((image) => this.#microBatch(image) === 1);
    const known = (alike || oneByOne) && usual.length <= MOST_GRAPHS;
    return { usual: usual.slice(0, known ? MOST_GRAPHS : 1), others: !known };
  }

  /** How many micro-batches to load ahead: one for each worker, and one more where they are not large. */
  get ahead(): number {
    const { train, validation, workers } = this.options;
    const sizes = [...train, ...validation].map((image) => this.#microBatch(image) * this.#pixels(image));
    const bytes = 12 * sizes.reduce((largest, size) => Math.max(largest, size), 1);
    return workers + (bytes * (workers + 1) <= AHEAD_BYTES ? 1 : 0);
  }

  #request(images: MicroBatch, epoch: number): LoadRequest {
    const { seed, augment, dataset } = this.options;
    const draws = images.map((image) =>
      augment(Generator.derive(seed, "augment", epoch, dataset.images[image]!.id)),
    );
    return { images, draws };
  }

  #sizes(image: number, mpps: readonly number[]): [number, number][] {
    return mpps.map((mpp) => viewSize(this.options.dataset.images[image]!, mpp));
  }

  #viewSizes(image: number): [number, number][] {
    return this.#sizes(
      image,
      this.options.task.views.map(({ mpp }) => mpp),
    );
  }

  #sizeKey(image: number): string {
    return [...this.#viewSizes(image), ...this.#sizes(image, this.options.task.alikeAt ?? [])].join(" ");
  }

  /** Pixels of all views of an image. */
  #pixels(image: number): number {
    return this.#viewSizes(image).reduce((sum, [width, height]) => sum + width * height, 0);
  }

  #microBatch(image: number): number {
    const { microBatch: wanted, microBatchPixels: mostPixels, batch, task } = this.options;
    const pixels = Math.max(...this.#viewSizes(image).map(([width, height]) => width * height));
    return microBatchSize({ pixels, batch, couplesImages: task.couplesImages, wanted, mostPixels });
  }
}
