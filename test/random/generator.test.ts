import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator } from "../../src/random/index.ts";

describe("random numbers", () => {
  it("are the same for the same seed and path, and others for others", () => {
    const draw = (...path: (string | number)[]): number[] => {
      const generator = Generator.derive(7, ...path);
      return Array.from({ length: 5 }, () => generator.uniform());
    };
    expect(draw("a", 1)).toEqual(draw("a", 1));
    expect(draw("a", 1)).not.toEqual(draw("a", 2));
    expect(draw("a", "1")).not.toEqual(draw("a", 1));
  });

  it("have the moments of their distributions", () => {
    const generator = Generator.derive(1, "moments");
    const moments = (draw: () => number): [number, number] => {
      const values = Array.from({ length: 40_000 }, draw);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length];
    };
    const [uniformMean, uniformVariance] = moments(() => generator.uniform(-1, 3));
    expect(uniformMean).toBeCloseTo(1, 1);
    expect(uniformVariance).toBeCloseTo(16 / 12, 1);
    const [normalMean, normalVariance] = moments(() => generator.normal(2, 3));
    expect(Math.abs(normalMean - 2)).toBeLessThan(0.08);
    expect(Math.abs(normalVariance - 9)).toBeLessThan(0.4);
  });

  it("shuffle without losing anything, every order equally often", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const shuffled = Generator.derive(seed).shuffle(items);
        expect([...shuffled].sort()).toEqual([...items].sort());
      }),
    );
    const counts = new Map<string, number>();
    const generator = Generator.derive(3, "orders");
    for (let i = 0; i < 6000; i++) {
      const order = generator.permutation(3).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // 1000 expected of each; 6 sigma is about 170.
    expect([...counts.values()].every((count) => Math.abs(count - 1000) < 170)).toBe(true);
    expect(counts.size).toBe(6);
  });

  it("refuse an empty choice", () => {
    expect(() => Generator.derive(1).integer(0)).toThrow(/expected a count of at least 1, got 0/);
  });
});
