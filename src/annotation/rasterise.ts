// Regions to masks: the regions of a label are drawn, the negative ones cut out, the labels put together.
import { Brush, tooMuch } from "./brush.ts";
import { Effort } from "./effort.ts";
import { checkGrid, type MaskGrid, overlaps } from "./mask-grid.ts";
import type { AnnotationRegion } from "./types.ts";

/** Steps for one call: two or three seconds, and far more than what people draw needs. */
const RASTER_STEPS = 1_000_000_000;

/** A limit on the work of one call of this room, shared by all masks that it needs. */
export function rasterEffort(): Effort {
  return new Effort(RASTER_STEPS);
}

/**
 * The union of regions, less the negative ones among them: a negative region is cut out of the regions of its label, one
 * without a label out of all. A pixel belongs to a region when its centre lies inside, by the even-odd rule.
 *
 * @returns one byte per mask pixel, row-major: 1 inside, 0 outside. Costs the edges plus the pixels of each region's box.
 * @throws LowmagError `invalid-argument` for a grid without size; `corrupt-data` for regions that would take minutes.
 */
export function rasteriseRegions(regions: readonly AnnotationRegion[], grid: MaskGrid): Uint8Array {
  checkGrid(grid);
  const effort = rasterEffort();
  const here = regions.filter(({ bounds }) => overlaps(bounds, grid));
  const mask = new Uint8Array(grid.width * grid.height);
  for (const layer of layersOf(here)) {
    const drawn = rasteriseLayer(layer, grid, effort);
    for (let i = 0; i < mask.length; i++) mask[i]! |= drawn[i]!;
  }
  return mask;
}

/** The mask of one label: what is drawn, less what is cut. */
export function rasteriseLayer({ drawn, cut }: Layer, grid: MaskGrid, effort: Effort): Uint8Array {
  const mask = new Uint8Array(grid.width * grid.height);
  const brush = new Brush(grid, effort);
  if (!effort.take(mask.length)) throw tooMuch(drawn[0]!);
  for (const region of drawn) brush.paint(region, mask, 1);
  for (const region of cut) brush.paint(region, mask, 0);
  return mask;
}

/** The regions of one label, and the negative regions that are cut out of them. */
export interface Layer {
  readonly label: string | null;
  readonly drawn: readonly AnnotationRegion[];
  readonly cut: readonly AnnotationRegion[];
}

/** Regions by label, in the order in which the labels come; a label with negative regions alone is no layer. */
export function layersOf(regions: readonly AnnotationRegion[]): Layer[] {
  const layers = new Map<string | null, { drawn: AnnotationRegion[]; cut: AnnotationRegion[] }>();
  for (const region of regions) {
    const layer = layers.get(region.label) ?? { drawn: [], cut: [] };
    layers.set(region.label, layer);
    (region.negative ? layer.cut : layer.drawn).push(region);
  }
  const cutsAll = layers.get(null)?.cut ?? [];
  return [...layers]
    .filter(([, { drawn }]) => drawn.length > 0)
    .map(([label, { drawn, cut }]) => ({ label, drawn, cut: label === null ? cut : [...cut, ...cutsAll] }));
}
