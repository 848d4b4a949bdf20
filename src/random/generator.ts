// Seeded random numbers. Streams are derived by name, not by order of use, so that a resumed run draws what an
// uninterrupted one would have drawn: `Generator.derive(seed, "augment", epoch, image)`.
import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { fail } from "../base/index.ts";

/** A stream of pseudo-random numbers (xoroshiro128+). Not for secrets. */
export class Generator {
  readonly #source: RandomGenerator;
  #spareNormal: number | undefined;

  private constructor(source: RandomGenerator) {
    this.#source = source;
  }

  /**
   * The stream named by `seed` and `path`; equal names give equal streams on every machine.
   * The state is the first 128 bits of SHA-256 over the name.
   */
  static derive(seed: number, ...path: readonly (string | number)[]): Generator {
    const digest = createHash("sha256")
      .update(JSON.stringify([seed, ...path]))
      .digest();
    const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
    return new Generator(xoroshiro128plusFromState(state));
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * uniformFloat64(this.#source);
  }

  /** Normal with the given mean and standard deviation (Box-Muller). */
  normal(mean = 0, standardDeviation = 1): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return mean + standardDeviation * spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return mean + standardDeviation * radius * Math.cos(angle);
  }

  /** A whole number in [0, count). */
  integer(count: number): number {
    if (!Number.isInteger(count) || count < 1)
      throw fail("invalid-argument", {
        where: "Generator.integer",
        expected: "a count of at least 1",
        got: `${count}`,
      });
    return uniformInt(this.#source, 0, count - 1);
  }

  /** True with the given probability. */
  bernoulli(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** One of the items, each as likely as another. */
  choice<T>(items: readonly T[]): T {
    return items[this.integer(items.length)]!;
  }

  /** A new array with the items in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
    }
    return shuffled;
  }

  /** The numbers 0 … count-1 in random order. */
  permutation(count: number): number[] {
    return this.shuffle(Array.from({ length: count }, (_, i) => i));
  }
}
