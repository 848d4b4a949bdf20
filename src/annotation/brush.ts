// Filling polygons by scan lines. A mask pixel is inside when its centre is, by the even-odd rule; a centre on the outline
// belongs to the polygon on its right, or below it, so that polygons with a common edge share no pixel and leave none out.
import { fail } from "../base/index.ts";
import { describeRegion } from "./describe-region.ts";
import { Effort } from "./effort.ts";
import type { MaskGrid } from "./mask-grid.ts";
import { ringBounds } from "./ring.ts";
import type { AnnotationRegion, Polygon, Ring } from "./types.ts";

/** Mask pixels: right and bottom are the first ones outside. */
interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Steps of one brush: a few seconds, and far more than what people draw needs. A step is a pixel of a polygon's box. */
const RASTER_STEPS = 1_000_000_000;
/** A row that an edge passes costs as much as so many pixels. */
const ROW_STEPS = 4;

/** Fills polygons into masks of one grid, within a limit on the work. */
export class Brush {
  readonly #grid: MaskGrid;
  readonly #effort = new Effort(RASTER_STEPS);
  /** One polygon's toggles; all 0 between two polygons. */
  #toggles = new Uint8Array(0);

  constructor(grid: MaskGrid) {
    this.#grid = grid;
  }

  /** Empties a mask before a region is painted, which is work too. */
  clear(mask: Uint8Array, region: AnnotationRegion): void {
    if (!this.#effort.take(mask.length)) throw tooMuch(region);
    mask.fill(0);
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
      if (!this.#effort.take(ROW_STEPS * (to - from))) return false;
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

function tooMuch(region: AnnotationRegion): Error {
  return fail("corrupt-data", {
    where: describeRegion(region),
    expected: "regions as people draw them",
    got: "so many or so intricate ones that a mask of them would take minutes",
    fix: "Leave out detections and cells, or give the regions of one slide only.",
  });
}
