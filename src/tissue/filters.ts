// Filters by area: small holes are filled, small objects removed. Objects touch by corners (8 neighbours), holes by
// sides (4), so that a line of tissue one pixel wide closes a hole.
import { componentSizes, labelComponents } from "./components.ts";

/** Removes the objects of fewer than `minimum` pixels, in place. */
export function removeSmallObjects(mask: Uint8Array, width: number, height: number, minimum: number): void {
  if (minimum <= 1 || !mask.includes(1)) return;
  const components = labelComponents(mask, width, height, 8);
  const sizes = componentSizes(components);
  const { labels } = components;
  for (let k = 0; k < mask.length; k++) if (mask[k] === 1 && sizes[labels[k]!]! < minimum) mask[k] = 0;
}

/** Fills the holes of fewer than `limit` pixels that nothing joins to the border, in place. */
export function fillSmallHoles(mask: Uint8Array, width: number, height: number, limit: number): void {
  if (limit <= 1 || !mask.includes(1)) return;
  const components = labelComponents(mask, width, height, 4, 0);
  const sizes = componentSizes(components);
  const { labels } = components;
  for (const k of borderPixels(width, height)) sizes[labels[k]!] = Number.POSITIVE_INFINITY;
  for (let k = 0; k < mask.length; k++) if (mask[k] === 0 && sizes[labels[k]!]! < limit) mask[k] = 1;
}

/** Of `mask` only the objects that touch the border of the picture. */
export function touchingBorder(mask: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  if (!mask.includes(1)) return out;
  const { labels, count } = labelComponents(mask, width, height, 8);
  const touches = new Uint8Array(count + 1);
  for (const k of borderPixels(width, height)) touches[labels[k]!] = 1;
  touches[0] = 0;
  for (let k = 0; k < out.length; k++) out[k] = touches[labels[k]!]!;
  return out;
}

function* borderPixels(width: number, height: number): Generator<number> {
  for (let x = 0; x < width; x++) {
    yield x;
    yield (height - 1) * width + x;
  }
  for (let y = 0; y < height; y++) {
    yield y * width;
    yield y * width + width - 1;
  }
}
