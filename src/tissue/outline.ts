// Outlines of pieces as GeoJSON polygons with holes. The cracks between pixels are followed and their middles joined, as
// marching squares would, in time that grows with the number of pixels alone (marching squares with stitched rings took
// 135 s for 20,000 rings). A polygon is a 4-connected part, so that no ring touches itself or another.
import { labelComponents } from "./components.ts";
import type { RasterSize } from "./level-zero.ts";
import { placeOf, simplifyRing } from "./simplify.ts";
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

/**
 * Half mask pixels by which an outline may leave the middles of the cracks: below the square root of 1/2, the distance of
 * pixel centres from lines between neighbouring middles, so that no pixel centre ever changes sides.
 */
const TOLERANCE = 0.7;

/** Right, down, left, up. */
const DX = [1, 0, -1, 0] as const;
const DY = [0, 1, 0, -1] as const;

/**
 * The outline of every piece in level-0 pixels. It runs within 0.35 mask pixels of the middles of the piece's pixel edges
 * (corners are cut), and around exactly the centres of the piece's pixels. Outer rings turn clockwise on the screen, holes
 * the other way; rings neither touch nor cross.
 *
 * @param pieces all pieces of one slide, as {@link findPieces} gave them.
 * @param slide the size of level 0, which the mask covers.
 */
export function outlinePieces(pieces: readonly TissuePiece[], slide: RasterSize): MultiPolygon[] {
  const map = pieces[0]?.map;
  if (map === undefined) return [];
  const [scaleX, scaleY] = [slide.width / map.width / 2, slide.height / map.height / 2];
  const stride = strideOf(map.width);
  const polygons = pieces.map((): Ring[][] => []);
  for (const { owner, rings } of traceAll(map.owners, map.width, map.height)) {
    const simplified = rings.map((ring) =>
      simplifyRing(ring, stride, TOLERANCE).map((point): Position => {
        const [x, y] = placeOf(point, stride);
        return [x * scaleX, y * scaleY];
      }),
    );
    polygons[owner - 1]?.push(simplified);
  }
  return polygons.map((coordinates) => ({ type: "MultiPolygon", coordinates }));
}

/** Half pixels in a row: points are the middles of cracks, at (2x + 1, 2y) or (2x, 2y + 1). */
function strideOf(width: number): number {
  return 2 * width + 1;
}

/** The rings of one 4-connected part as packed points: the outer one first. */
interface PartRings {
  readonly owner: number;
  readonly rings: number[][];
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
    const outlined = found.get(part) ?? { owner: owners[k]!, rings: [] };
    outlined.rings.push(tracer.follow(k, seen));
    found.set(part, outlined);
  }
  return [...found.values()];
}

/** 4-connected parts of equal owner; fringes are no tissue. */
function partsOf(owners: Int32Array, width: number, height: number): Int32Array {
  const mask = new Uint8Array(owners.length);
  for (let k = 0; k < mask.length; k++) mask[k] = owners[k]! > 0 ? 1 : 0;
  return labelComponents(mask, width, height, 4).labels;
}

/** Walks along the cracks with the part on the right-hand side (screen coordinates, y down). */
class Tracer {
  constructor(
    readonly parts: Int32Array,
    readonly width: number,
    readonly height: number,
  ) {}

  /** The ring through the upper crack of pixel `start`: the middles of the cracks before and after its turns. */
  follow(start: number, seen: Uint8Array): number[] {
    const startX = start % this.width;
    const startY = (start - startX) / this.width;
    const ring: number[] = [];
    let [x, y, direction, turned] = [startX, startY, 0, true];
    do {
      if (direction === 0) seen[y * this.width + x] = 1;
      const middle = (2 * y + DY[direction]!) * strideOf(this.width) + 2 * x + DX[direction]!;
      x += DX[direction]!;
      y += DY[direction]!;
      const turn = this.#turn(this.parts[start]!, x, y, direction);
      if (turned || turn !== 0) ring.push(middle);
      turned = turn !== 0;
      direction = (direction + turn) % 4;
    } while (x !== startX || y !== startY || direction !== 0);
    return ring;
  }

  /** Quarter turns clockwise at a corner. Where pixels meet by a corner alone the ring stays on its own side. */
  #turn(part: number, x: number, y: number, direction: number): number {
    if (this.#ahead(x, y, direction, true) !== part) return 1;
    return this.#ahead(x, y, direction, false) === part ? 3 : 0;
  }

  /** The part of the pixel ahead of a corner, on the right or on the left of the direction of walking. */
  #ahead(x: number, y: number, direction: number, right: boolean): number {
    const px = direction === 0 || (direction === 1 && !right) || (direction === 3 && right) ? x : x - 1;
    const py = direction === 1 || (direction === 0 && right) || (direction === 2 && !right) ? y : y - 1;
    if (px < 0 || py < 0 || px >= this.width || py >= this.height) return 0;
    return this.parts[py * this.width + px]!;
  }
}
