// Outlines of pieces as GeoJSON polygons with holes. The cracks between pixels are followed, so an outline encloses its
// pixels exactly; time grows with the number of pixels alone (marching squares with stitched rings took 135 s for 20,000
// rings). Rings are told apart by the label of a 4-connected part: no ring touches itself along a line.
import { labelComponents } from "./components.ts";
import type { RasterSize } from "./level-zero.ts";
import { cornerPlace, packCorner, simplifyRing } from "./simplify.ts";
import type { TissuePiece } from "./types.ts";

/** [x, y]. */
export type Position = readonly [x: number, y: number];

/** A closed ring: its first position stands at the end again. */
export type Ring = readonly Position[];

/** GeoJSON's MultiPolygon: for each polygon its outer ring, then its holes. */
export interface MultiPolygon {
  readonly type: "MultiPolygon";
  readonly coordinates: readonly (readonly Ring[])[];
}

/** Mask pixels by which an outline may leave its corners out: below a half, so that no pixel centre changes sides. */
const TOLERANCE = 0.49;

/** Right, down, left, up. */
const DX = [1, 0, -1, 0] as const;
const DY = [0, 1, 0, -1] as const;

/**
 * The outline of every piece in level-0 pixels, simplified by less than half a mask pixel (the area by less than that
 * along the outline). Outer rings turn clockwise on the screen, holes the other way.
 *
 * @param pieces all pieces of one slide, as {@link findPieces} gave them.
 * @param slide the size of level 0, which the mask covers.
 */
export function outlinePieces(pieces: readonly TissuePiece[], slide: RasterSize): MultiPolygon[] {
  const map = pieces[0]?.map;
  if (map === undefined) return [];
  const scale = { x: slide.width / map.width, y: slide.height / map.height };
  const stride = map.width + 1;
  const polygons = pieces.map((): Ring[][] => []);
  for (const rings of traceAll(map.owners, map.width, map.height)) {
    const scaled = rings.corners.map((ring) =>
      simplifyRing(ring, stride, TOLERANCE).map((corner): Position => {
        const [x, y] = cornerPlace(corner, stride);
        return [x * scale.x, y * scale.y];
      }),
    );
    polygons[rings.owner - 1]?.push(scaled);
  }
  return polygons.map((coordinates) => ({ type: "MultiPolygon", coordinates }));
}

/** The rings of one 4-connected part as packed corners: the outer one first. */
interface PartRings {
  readonly owner: number;
  readonly corners: number[][];
}

/** Follows every crack once. The first crack of a part in reading order is on its outer ring. */
function traceAll(owners: Int32Array, width: number, height: number): PartRings[] {
  const parts = partsOf(owners, width, height);
  const found = new Map<number, PartRings>();
  const seen = new Uint8Array(owners.length); // the crack above a pixel has been followed
  const tracer = new Tracer(parts, width, height);
  for (let k = 0; k < parts.length; k++) {
    const part = parts[k]!;
    if (part === 0 || seen[k] === 1 || (k >= width && parts[k - width] === part)) continue;
    const rings = found.get(part) ?? { owner: owners[k]!, corners: [] };
    rings.corners.push(tracer.follow(k, seen));
    found.set(part, rings);
  }
  return [...found.values()];
}

/** 4-connected parts of equal owner; fringes are no tissue. */
function partsOf(owners: Int32Array, width: number, height: number): Int32Array {
  const mask = Uint8Array.from(owners, (owner) => (owner > 0 ? 1 : 0));
  return labelComponents(mask, width, height, 4).labels;
}

/** Walks along the cracks with the part on the right-hand side (screen coordinates, y down). */
class Tracer {
  constructor(
    readonly parts: Int32Array,
    readonly width: number,
    readonly height: number,
  ) {}

  /** The ring through the upper crack of pixel `start`, corners only where it turns; the first is not repeated. */
  follow(start: number, seen: Uint8Array): number[] {
    const part = this.parts[start]!;
    const startX = start % this.width;
    const startY = (start - startX) / this.width;
    const ring: number[] = [];
    let x = startX;
    let y = startY;
    let direction = 0;
    do {
      if (direction === 0) seen[y * this.width + x] = 1;
      x += DX[direction]!;
      y += DY[direction]!;
      const right = this.#ahead(x, y, direction, true) === part;
      const left = this.#ahead(x, y, direction, false);
      // Parts are 4-connected: where pixels meet by a corner alone the ring stays on its own side.
      const turn = right ? (left === part ? 3 : 0) : 1;
      if (turn !== 0) ring.push(packCorner(x, y, this.width + 1, turn === 1 && left !== 0));
      direction = (direction + turn) % 4;
    } while (x !== startX || y !== startY || direction !== 0);
    return ring;
  }

  /** The part of the pixel ahead of a corner, on the right or on the left of the direction of walking. */
  #ahead(x: number, y: number, direction: number, right: boolean): number {
    const px = direction === 0 || (direction === 1 && !right) || (direction === 3 && right) ? x : x - 1;
    const py = direction === 1 || (direction === 0 && right) || (direction === 2 && !right) ? y : y - 1;
    if (px < 0 || py < 0 || px >= this.width || py >= this.height) return 0;
    return this.parts[py * this.width + px]!;
  }
}
