// Filling polygons by scan lines. A mask pixel is inside when its centre is, by the even-odd rule; a centre on the outline
// belongs to the polygon on its right, or below it, so that polygons with a common edge share no pixel and leave none out.
import { fail } from "../base/index.ts";
import { describeRegion } from "./describe-region.ts";
import { boundsOfRing, visitEdges, visitPolygons } from "./drawing-index.ts";
import { Effort } from "./effort.ts";
import type { MaskGrid } from "./mask-grid.ts";
import type { AnnotationRegion, Ring } from "./types.ts";

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

/** Fills regions into masks of one grid, within a limit on the work. */
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
    this.#spend(mask.length, region);
    mask.fill(0);
  }

  /** Sets the mask to `value` inside the region. */
  paint(region: AnnotationRegion, mask: Uint8Array, value: 0 | 1): void {
    const { top, height } = this.#grid.window;
    visitPolygons(region.polygons, top, top + height, ({ outer, holes }) => {
      const area = this.#pixels(outer);
      if (area.right <= area.left || area.bottom <= area.top) return;
      const pixels = (area.right - area.left) * (area.bottom - area.top);
      this.#spend(pixels, region);
      if (this.#toggles.length < pixels) this.#toggles = new Uint8Array(pixels);
      this.#outline(outer, area, region);
      for (const hole of holes) this.#outline(hole, area, region);
      this.#fill(area, mask, value);
    });
  }

  /** The mask pixels whose centres lie in the box of a ring. */
  #pixels(ring: Ring): Area {
    const { left, top, right, bottom } = boundsOfRing(ring);
    const { width, height } = this.#grid;
    return {
      left: Math.max(0, Math.ceil(this.#column(left))),
      top: Math.max(0, Math.ceil(this.#row(top))),
      right: Math.min(width, Math.ceil(this.#column(right))),
      bottom: Math.min(height, Math.ceil(this.#row(bottom))),
    };
  }

  /** Toggles, in every row that an edge passes, the first pixel to its right. */
  #outline(ring: Ring, area: Area, region: AnnotationRegion): void {
    const { window, height } = this.#grid;
    const y = (row: number) => window.top + (row * window.height) / height;
    visitEdges(ring, y(area.top), y(area.bottom), (i) => {
      const j = i + 2 < ring.length ? i + 2 : 0;
      // From the upper end to the lower, whichever way the ring runs: neighbours get the very same numbers.
      const [a, b] = ring[i + 1]! <= ring[j + 1]! ? [i, j] : [j, i];
      const [ya, yb] = [this.#row(ring[a + 1]!), this.#row(ring[b + 1]!)];
      const [from, to] = [Math.max(area.top, Math.ceil(ya)), Math.min(area.bottom, Math.ceil(yb))];
      if (from >= to) return;
      this.#spend(ROW_STEPS * (to - from), region);
      const xa = this.#column(ring[a]!);
      const slope = (this.#column(ring[b]!) - xa) / (yb - ya);
      const columns = area.right - area.left;
      for (let row = from; row < to; row++) {
        const column = Math.max(0, Math.ceil(xa + (row - ya) * slope) - area.left);
        if (column < columns) this.#toggles[(row - area.top) * columns + column]! ^= 1;
      }
    });
  }

  /** Writes the pixels behind an odd number of toggles, and takes the toggles away. */
  #fill({ left, top, right, bottom }: Area, mask: Uint8Array, value: 0 | 1): void {
    let t = 0;
    for (let row = top; row < bottom; row++) {
      const start = row * this.#grid.width;
      let inside = 0;
      for (let k = start + left; k < start + right; k++, t++) {
        inside ^= this.#toggles[t]!;
        this.#toggles[t] = 0;
        if (inside === 1) mask[k] = value;
      }
    }
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

  #spend(steps: number, region: AnnotationRegion): void {
    if (this.#effort.take(steps)) return;
    throw fail("corrupt-data", {
      where: describeRegion(region),
      expected: "regions as people draw them",
      got: "so many or so intricate ones that a mask of them would take minutes",
      fix: "Leave out detections and cells, or give the regions of one slide only.",
    });
  }
}
