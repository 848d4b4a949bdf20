import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BoundedMemory } from "../../src/dataset/index.ts";

describe("BoundedMemory", () => {
  const pixels = (bytes: number) => new Uint8Array(bytes);
  const memoryOf = (limit: number) => new BoundedMemory<Uint8Array>(limit, ({ byteLength }) => byteLength);

  it("drops what was used longest ago", () => {
    const memory = memoryOf(30);
    for (const name of ["a", "b", "c"]) memory.set(name, pixels(9));
    expect(memory.get("a")).not.toBeNull();
    memory.set("d", pixels(9));
    expect(["a", "b", "c", "d"].map((name) => memory.get(name) !== null)).toEqual([true, false, true, true]);
  });

  it("never holds more than its limit, and always what was set last if it fits at all", () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const memory = memoryOf(40);
        const sizes = new Map<number, number>();
        for (const [name, size] of steps) {
          if (!sizes.has(name)) sizes.set(name, 3 * size);
          memory.set(`${name}`, pixels(sizes.get(name)!));
          expect(memory.bytes).toBeLessThanOrEqual(40);
          expect(memory.get(`${name}`) !== null).toBe(sizes.get(name)! <= 40);
        }
        const held = [...sizes].filter(([name]) => memory.get(`${name}`) !== null);
        expect(memory.bytes).toBe(held.reduce((sum, [, size]) => sum + size, 0));
      }),
    );
  });
});
