// Regions to masks. A mask pixel is inside when its centre is, by the even-odd rule; a centre on the outline belongs to
// the region on its right, or below it, so that regions that share an edge share no pixel and leave none out.
import { fail } from "../base/index.ts";
import { describeRegion } from "./describe-region.ts";
import { Effort } from "./effort.ts";
import { ringBounds } from "./ring.ts";
import type { AnnotationRegion, Polygon, Ring } from "./types.ts";

/** A part of the slide and the mask pixels laid over it. The window is in level-0 pixels and may be fractional. */
export interface MaskGrid {
  readonly window: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  /** Mask pixels: column i has its centre at left + (i + 0.5) * window.width / width. */
  readonly width: number;
  readonly height: number;
}

/** Steps for one mask: a few seconds, and far more than what people draw needs. */
const RASTER_STEPS = 2_000_000_000;

/** A limit on the work of one call of this room, shared by all masks that it needs. */
export function rasterEffort(): Effort {
  return new Effort(RASTER_STEPS);
}

/**
 * The union of regions, less the negative ones among them: a negative region is cut out of the regions of its label, one
 * without a label out of all.
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

/** True when a region's box and the window have some area in common. */
export function overlaps(bounds: AnnotationRegion["bounds"], { window }: MaskGrid): boolean {
  return (
    bounds.left < window.left + window.width &&
    bounds.right > window.left &&
    bounds.top < window.top + window.height &&
    bounds.bottom > window.top
  );
}

/** Throws `invalid-argument` unless a grid has a size. */
export function checkGrid({ window, width, height }: MaskGrid): void {
  const whole = Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1;
  const finite = Object.values(window).every((value) => Number.isFinite(value));
  if (whole && finite && window.width > 0 && window.height > 0) return;
  throw fail("invalid-argument", {
    where: "mask of regions",
    expected: "a window with an area, and at least one pixel on each side",
    got: `${width} x ${height} pixels over ${window.width} x ${window.height}`,
  });
}

/** Fills polygons into masks of one grid. */
class Brush {
  readonly #grid: MaskGrid;
  readonly #effort: Effort;
  /** One polygon's toggles; all 0 between two polygons. */
  #toggles = new Uint8Array(0);

  constructor(grid: MaskGrid, effort: Effort) {
    this.#grid = grid;
    this.#effort = effort;
  }

  /** Sets the mask to `value` inside the region. */
  paint(region: AnnotationRegion, mask: Uint8Array, value: 0 | 1): void {
    for (const polygon of region.polygons) if (!this.#fill(polygon, mask, value)) throw tooMuch(region);
  }

  #fill({ outer, holes }: Polygon, mask: Uint8Array, value: 0 | 1): boolean {
    const { width } = this.#grid;
    const area = this.#pixels(outer);
    const [columns, rows] = [area.right - area.left, area.bottom - area.top];
    if (columns <= 0 || rows <= 0) return true;
    if (!this.#effort.take(columns * rows)) return false;
    if (this.#toggles.length < columns * rows) this.#toggles = new Uint8Array(columns * rows);
    for (const ring of [outer, ...holes]) if (!this.#toggle(ring, area)) return false;
    for (let row = 0, t = 0; row < rows; row++) {
      let inside = 0;
      const start = (area.top + row) * width + area.left;
      for (let column = 0; column < columns; column++, t++) {
        inside ^= this.#toggles[t]!;
        this.#toggles[t] = 0;
        if (inside === 1) mask[start + column] = value;
      }
    }
    return true;
  }

  /** The mask pixels whose centres lie in the box of a ring. */
  #pixels(ring: Ring): Area {
    const { left, top, right, bottom } = ringBounds(ring);
    const { width, height } = this.#grid;
    return {
      left: Math.max(0, Math.ceil(this.#column(left))),
      top: Math.max(0, Math.ceil(this.#row(top))),
      right: Math.min(width, Math.ceil(this.#column(right))),
      bottom: Math.min(height, Math.ceil(this.#row(bottom))),
    };
  }

  /** Marks, in every row that an edge passes, the first pixel to its right. */
  #toggle(ring: Ring, area: Area): boolean {
    const columns = area.right - area.left;
    const last = ring.length - 2;
    for (let i = 0, j = last; i <= last; j = i, i += 2) {
      // From the upper end to the lower, whichever way the ring runs: neighbours get the very same numbers.
      const [a, b] = ring[i + 1]! <= ring[j + 1]! ? [i, j] : [j, i];
      const [ya, yb] = [this.#row(ring[a + 1]!), this.#row(ring[b + 1]!)];
      const [from, to] = [Math.max(area.top, Math.ceil(ya)), Math.min(area.bottom, Math.ceil(yb))];
      if (from >= to) continue;
      if (!this.#effort.take(to - from)) return false;
      const [xa, xb] = [this.#column(ring[a]!), this.#column(ring[b]!)];
      const slope = (xb - xa) / (yb - ya);
      for (let row = from; row < to; row++) {
        const column = Math.max(0, Math.ceil(xa + (row - ya) * slope) - area.left);
        if (column < columns) this.#toggles[(row - area.top) * columns + column]! ^= 1;
      }
    }
    return true;
  }

  /** Level-0 to mask coordinates in which pixel centres are whole numbers. */
  #column(x: number): number {
    const { window, width } = this.#grid;
    return ((x - window.left) * width) / window.width - 0.5;
  }

  #row(y: number): number {
    const { window, height } = this.#grid;
    return ((y - window.top) * height) / window.height - 0.5;
  }
}

/** Mask pixels: right and bottom are the first ones outside. */
interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function tooMuch(region: AnnotationRegion): Error {
  return fail("corrupt-data", {
    where: describeRegion(region),
    expected: "regions as people draw them",
    got: "so many or so intricate ones that a mask of them would take minutes",
    fix: "Leave out detections and cells, or give the regions of one slide only.",
  });
}
