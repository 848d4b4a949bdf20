// Blocked maps woven into larger ones: rows or columns in turn, from maps of half the size rounded up.
import type { Blocks } from "./blocks.ts";

/** Maps at even and odd rows (axis 0) or columns (1), cut to the shape of `like`. */
export function wovenAlong(
  blocks: Blocks,
  axis: 0 | 1,
  parts: readonly string[],
  channels: number,
  like: string,
): string {
  const { emitter } = blocks;
  const between = 3 + axis;
  const views = parts.map((part) =>
    emitter.node("Unsqueeze", [blocks.rows(part, channels), emitter.ints(between)]),
  );
  const joined = emitter.node("Concat", views, { axis: between });
  if (axis === 0) return cut(blocks, joined, parts[0]!, [2, 1], channels, like);
  const map = emitter.node("Reshape", [joined, emitter.ints(0, 0, 0, -1, blocks.size)]);
  return fitted(blocks, map, channels, like);
}

/** Maps at (even, even), (even, odd), (odd, even) and (odd, odd) rows and columns, cut to the shape of `like`. */
export function woven(blocks: Blocks, parts: readonly string[], channels: number, like: string): string {
  const { emitter } = blocks;
  const views = parts.map((part) =>
    emitter.node("Unsqueeze", [blocks.rows(part, channels), emitter.ints(4)]),
  );
  const rows = [views.slice(0, 2), views.slice(2)].map((two) => {
    const joined = emitter.node("Concat", two, { axis: 4 });
    return emitter.node("Reshape", [joined, emitter.ints(0, 0, 0, 1, -1)]);
  });
  const all = emitter.node("Concat", rows, { axis: 3 });
  return cut(blocks, all, parts[0]!, [2, 2], channels, like);
}

/** A map at even rows and columns, zeros elsewhere, cut to the shape of `like`. */
export function spread(blocks: Blocks, part: string, channels: number, like: string): string {
  const { emitter } = blocks;
  const view = emitter.node("Unsqueeze", [blocks.rows(part, channels), emitter.ints(3, 5)]);
  const none = [0, 0, 0, 0, 0, 0, 0];
  const padded = emitter.node("Pad", [view, emitter.ints(...none, 0, 0, 0, 1, 0, 1, 0)]);
  return cut(blocks, padded, part, [2, 2], channels, like);
}

/** Numbers in the order of [N, C/b, rows * H, columns * W, b], H and W those of `part`, cut to the shape of `like`. */
function cut(
  blocks: Blocks,
  numbers: string,
  part: string,
  factors: readonly number[],
  channels: number,
  like: string,
): string {
  const { emitter, size } = blocks;
  const large = emitter.node("Mul", [blocks.lengths(part, 2, 4), emitter.ints(...factors)]);
  const dims = [emitter.ints(-1, channels / size), large, emitter.ints(size)];
  const map = emitter.node("Reshape", [numbers, emitter.node("Concat", dims, { axis: 0 })]);
  return fitted(blocks, map, channels, like);
}

/** [N, C/b, H, W, b] cut to the height and width of `like`. */
function fitted(blocks: Blocks, map: string, channels: number, like: string): string {
  const { emitter } = blocks;
  const size = blocks.lengths(like, 2, 4);
  return blocks.fromRows(
    emitter.node("Slice", [map, emitter.ints(0, 0), size, emitter.ints(2, 3)]),
    channels,
  );
}
