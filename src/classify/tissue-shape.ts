// Where a picture shows a piece's own tissue: the inside of its outline.
import { type MaskGrid, type Polygon, polygonBounds, rasteriseRegions } from "../annotation/index.ts";

/** One byte per pixel of a grid: 1 where its centre lies inside the outline. */
export function tissueShape(polygons: readonly Polygon[], grid: MaskGrid): Uint8Array {
  const region = {
    index: 0,
    id: null,
    label: null,
    name: null,
    negative: false,
    kind: "annotation" as const,
    colour: null,
    polygons,
    bounds: polygonBounds(polygons),
  };
  return rasteriseRegions([region], grid);
}
