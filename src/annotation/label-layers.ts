// Regions by label, each label with what is cut out of it.
import type { AnnotationRegion } from "./types.ts";

/** The regions of one label, and the negative regions that are cut out of them: those of the label, those of all. */
export interface LabelLayer {
  readonly label: string | null;
  readonly drawn: readonly AnnotationRegion[];
  readonly cuts: readonly (readonly AnnotationRegion[])[];
}

/** The layers in the order in which their labels come; a label with negative regions alone is no layer. */
export function layersOf(regions: readonly AnnotationRegion[]): LabelLayer[] {
  const layers = new Map<string | null, { drawn: AnnotationRegion[]; cut: AnnotationRegion[] }>();
  for (const region of regions) {
    const layer = layers.get(region.label) ?? { drawn: [], cut: [] };
    layers.set(region.label, layer);
    (region.negative ? layer.cut : layer.drawn).push(region);
  }
  const cutsAll = layers.get(null)?.cut ?? [];
  return [...layers]
    .filter(([, { drawn }]) => drawn.length > 0)
    .map(([label, { drawn, cut }]) => ({ label, drawn, cuts: label === null ? [cut] : [cut, cutsAll] }));
}
