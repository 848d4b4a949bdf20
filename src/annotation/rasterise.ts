// Regions to masks: the regions of a label are drawn, the negative ones cut out, the labels put together.
import { Brush } from "./brush.ts";
import { type LabelLayer, layersOf } from "./label-layers.ts";
import { checkGrid, type MaskGrid, overlaps } from "./mask-grid.ts";
import type { AnnotationRegion } from "./types.ts";

/**
 * The union of regions, less the negative ones among them: a negative region is cut out of the regions of its label, one
 * without a label out of all. A pixel belongs to a region when its centre lies inside, by the even-odd rule.
 *
 * @returns one byte per mask pixel, row-major: 1 inside, 0 outside. Costs the edges plus the pixels of each region's box.
 * @throws LowmagError `invalid-argument` for a grid without size; `corrupt-data` for regions that would take minutes.
 */
export function rasteriseRegions(regions: readonly AnnotationRegion[], grid: MaskGrid): Uint8Array {
  checkGrid(grid);
  const union = new Uint8Array(grid.width * grid.height);
  const here = regions.filter(({ bounds }) => overlaps(bounds, grid));
  for (const [, mask] of layerMasks(layersOf(here), grid))
    for (let i = 0; i < mask.length; i++) union[i]! |= mask[i]!;
  return union;
}

/** The mask of each label in turn: what is drawn, less what is cut. Every mask is the same array, filled anew. */
export function* layerMasks(
  layers: readonly LabelLayer[],
  grid: MaskGrid,
): Iterable<[label: string | null, mask: Uint8Array]> {
  const brush = new Brush(grid);
  const mask = new Uint8Array(grid.width * grid.height);
  for (const { label, drawn, cuts } of layers) {
    brush.clear(mask, drawn[0]!);
    for (const region of drawn) brush.paint(region, mask, 1);
    for (const region of cuts.flat()) brush.paint(region, mask, 0);
    yield [label, mask];
  }
}
