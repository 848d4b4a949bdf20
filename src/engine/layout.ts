// Many named tensors in one flat vector: the form in which parameters, gradients and optimiser state travel.
import { fail } from "../base/index.ts";

/** Where one tensor lies in the vector. */
export interface LayoutEntry {
  readonly name: string;
  readonly dims: readonly number[];
  readonly offset: number;
  readonly count: number;
}

/** Tensors laid end to end in a fixed order. */
export interface Layout {
  readonly entries: readonly LayoutEntry[];
  /** Numbers in the whole vector. */
  readonly count: number;
}

/** Lays tensors end to end in the order given. */
export function layoutOf(
  tensors: readonly { readonly name: string; readonly dims: readonly number[] }[],
): Layout {
  let offset = 0;
  const entries = tensors.map(({ name, dims }) => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    const entry = { name, dims, offset, count };
    offset += count;
    return entry;
  });
  return { entries, count: offset };
}

/** A view (not a copy) of each tensor in a vector of this layout. */
export function layoutViews(layout: Layout, vector: Float32Array): Map<string, Float32Array> {
  if (vector.length !== layout.count)
    throw fail("shape-mismatch", {
      where: "layoutViews",
      expected: `${layout.count} numbers`,
      got: `${vector.length}`,
    });
  return new Map(
    layout.entries.map(({ name, offset, count }) => [name, vector.subarray(offset, offset + count)]),
  );
}
