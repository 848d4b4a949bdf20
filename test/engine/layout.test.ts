// Many tensors in one vector.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf, layoutViews } from "../../src/engine/index.ts";

const dims = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });

describe("a layout", () => {
  it("covers the vector once, in the order given", () => {
    fc.assert(
      fc.property(fc.array(dims, { maxLength: 6 }), (all) => {
        const layout = layoutOf(all.map((each, i) => ({ name: `${i}`, dims: each })));
        const vector = Float32Array.from({ length: layout.count }, (_, i) => i);
        const views = [...layoutViews(layout, vector).values()];
        expect(views.flatMap((view) => [...view])).toEqual([...vector]);
        expect(views.map(({ length }) => length)).toEqual(
          all.map((each) => each.reduce((product, dim) => product * dim, 1)),
        );
      }),
    );
  });

  it("gives views that share the vector's memory", () => {
    const vector = new Float32Array(5);
    const views = layoutViews(
      layoutOf([
        { name: "a", dims: [2] },
        { name: "b", dims: [3] },
      ]),
      vector,
    );
    views.get("b")![1] = 7;
    expect([...vector]).toEqual([0, 0, 0, 7, 0]);
  });

  it("lays out a scalar as one number", () => {
    expect(layoutOf([{ name: "s", dims: [] }]).count).toBe(1);
  });

  it("refuses a vector of another length", () => {
    expect(() => layoutViews(layoutOf([{ name: "a", dims: [2, 3] }]), new Float32Array(5))).toThrow(
      "layoutViews: expected 6 numbers, got 5.",
    );
  });
});
