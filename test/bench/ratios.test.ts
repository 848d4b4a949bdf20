import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isBetter,
  LEAST_NOISE,
  median,
  meets,
  moveBetween,
  noiseOf,
} from "../../bench/performance/ratios.ts";

const positive = fc.double({ min: 0.01, max: 1000, noNaN: true });

describe("median", () => {
  it("is the middle of an odd count and the mean of the two middle ones of an even count", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe("noise", () => {
  it("is how far the furthest round lies from the middle", () => {
    expect(noiseOf([1, 1.2, 1])).toBeCloseTo(0.2);
    expect(noiseOf([1, 0.8, 1])).toBeCloseTo(0.25); // the middle is 25 % more
  });

  it("is never less than what is believed, nor than that of a single round", () => {
    expect(noiseOf([1, 1, 1])).toBe(LEAST_NOISE);
    expect(noiseOf([1])).toBeGreaterThan(LEAST_NOISE);
    expect(noiseOf([1, 1], 0.1)).toBe(0.1);
  });
});

describe("a move", () => {
  it("is what differs by more than the noise of both runs", () => {
    expect(moveBetween([2, 2.02], [2.05, 2.06]).moved).toBe(false);
    expect(moveBetween([2, 2.02], [2.4, 2.41]).moved).toBe(true);
    expect(moveBetween([2, 2.02], [1.7, 1.71])).toMatchObject({ moved: true });
    expect(moveBetween([2, 2, 2.6], [2.4, 2.41, 2.4]).moved).toBe(false); // then it was noisy
  });

  it("says how much more than then", () => {
    expect(moveBetween([2, 2, 2], [3, 3, 3]).change).toBeCloseTo(0.5);
    expect(moveBetween([2, 2, 2], [1, 1, 1]).change).toBeCloseTo(-0.5);
  });

  it("is judged alike in both directions and on every scale", () => {
    const rounds = fc.array(positive, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rounds, rounds, positive, (before, after, factor) => {
        const move = moveBetween(before, after);
        const back = moveBetween(after, before);
        const scaled = moveBetween(
          before.map((value) => value * factor),
          after.map((value) => value * factor),
        );
        expect(back.change).toBeCloseTo(1 / (1 + move.change) - 1, 6);
        expect(scaled.change).toBeCloseTo(move.change, 6);
        expect(back.noise).toBeCloseTo(move.noise, 6);
      }),
    );
  });

  it("is for the better upwards where at least so much is wanted, and downwards where at most", () => {
    expect(isBetter(0.2, { atLeast: 1 })).toBe(true);
    expect(isBetter(0.2, { atMost: 1 })).toBe(false);
    expect(isBetter(-0.2, { atMost: 1 })).toBe(true);
    expect(isBetter(0.2, null)).toBe(true);
  });
});

describe("a target", () => {
  it("is met at its bound", () => {
    expect(meets(1.2, { atLeast: 1.2 })).toBe(true);
    expect(meets(1.19, { atLeast: 1.2 })).toBe(false);
    expect(meets(0.05, { atMost: 0.05 })).toBe(true);
    expect(meets(0.051, { atMost: 0.05 })).toBe(false);
  });
});
