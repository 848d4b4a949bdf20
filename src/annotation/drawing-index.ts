// Which polygons of a region, and which edges of a ring, lie at the height of a window: asked for every tile of a slide,
// so large ones are looked up in strips. The strips are made when first asked for, and live as long as what they index.
import { IntervalStrips } from "./interval-strips.ts";
import { ringBounds } from "./ring.ts";
import type { Bounds, Polygon, Ring } from "./types.ts";

/** Below these sizes looking at everything is as fast. */
const MANY_POLYGONS = 64;
const MANY_POINTS = 512;

interface IndexedRing {
  readonly bounds: Bounds;
  readonly edges: IntervalStrips;
}

const indexedRings = new WeakMap<Ring, IndexedRing>();
const indexedPolygons = new WeakMap<readonly Polygon[], IntervalStrips>();

/** Calls `visit` for each polygon that may reach between two heights (level-0 pixels). */
export function visitPolygons(
  polygons: readonly Polygon[],
  top: number,
  bottom: number,
  visit: (polygon: Polygon) => void,
): void {
  if (polygons.length < MANY_POLYGONS) {
    for (const polygon of polygons) visit(polygon);
    return;
  }
  let strips = indexedPolygons.get(polygons);
  if (strips === undefined) {
    const bounds = polygons.map(({ outer }) => ringBounds(outer));
    strips = new IntervalStrips(
      polygons.length,
      (i) => bounds[i]!.top,
      (i) => bounds[i]!.bottom,
    );
    indexedPolygons.set(polygons, strips);
  }
  strips.visit(top, bottom, (i) => visit(polygons[i]!));
}

/** Calls `visit` with the first point's place (0, 2, 4, …) of each edge that may reach between two heights. */
export function visitEdges(ring: Ring, top: number, bottom: number, visit: (place: number) => void): void {
  if (ring.length < 2 * MANY_POINTS) for (let place = 0; place < ring.length; place += 2) visit(place);
  else indexed(ring).edges.visit(top, bottom, (edge) => visit(2 * edge));
}

/** The box around a ring, remembered for large ones. */
export function boundsOfRing(ring: Ring): Bounds {
  return ring.length < 2 * MANY_POINTS ? ringBounds(ring) : indexed(ring).bounds;
}

function indexed(ring: Ring): IndexedRing {
  const known = indexedRings.get(ring);
  if (known !== undefined) return known;
  const end = (edge: number) => ring[(2 * edge + 3) % ring.length]!;
  const edges = new IntervalStrips(
    ring.length / 2,
    (edge) => Math.min(ring[2 * edge + 1]!, end(edge)),
    (edge) => Math.max(ring[2 * edge + 1]!, end(edge)),
  );
  const index = { bounds: ringBounds(ring), edges };
  indexedRings.set(ring, index);
  return index;
}
