// How one picture lies on another, from the spots they share: two pairs of spots that look alike give a turn, a size and a
// shift, with and without mirroring; the one that the most other pairs agree with is taken (RANSAC without chance: all pairs
// of pairs are tried), fitted to all that agree.
import type { Affine } from "./affine.ts";
import { descriptorDistance, type Spots } from "./spots.ts";

/** Descriptors of one spot in two copies are nearer than this. */
const NEAR = 80;
/** A pair of spots agrees with a map when it comes this near, in pixels. */
const AGREEMENT = 3;
/** Pictures are enlarged or shrunk against each other by no more than this. */
const MOST_SCALE = 2;
/** Two pairs of spots closer than this do not tell a turn. */
const LEAST_DISTANCE = 16;

/** Agreeing pairs of spots without which there is no alignment: of unrelated pictures four hardly ever agree. */
export const LEAST_AGREEING = 5;

/** A map from the first picture's pixels to the second's, and the pairs of spots that agree with it. */
export interface Alignment {
  readonly map: Affine;
  readonly agreeing: number;
}

/** The best map, or `null` where too few spots agree on any. */
export function findAlignment(first: Spots, second: Spots): Alignment | null {
  const matches = matchSpots(first, second);
  let best: { map: Affine; agreeing: Match[] } | null = null;
  for (const [i, a] of matches.entries())
    for (const b of matches.slice(0, i))
      for (const mirrored of [false, true]) {
        const map = mapThrough(a, b, mirrored);
        if (map === null) continue;
        const agreeing = matches.filter((match) => agrees(map, match));
        if (agreeing.length > (best?.agreeing.length ?? LEAST_AGREEING - 1)) best = { map, agreeing };
      }
  if (best === null) return null;
  const map = fitMap(best.agreeing, isMirrored(best.map));
  return { map, agreeing: best.agreeing.length };
}

/** A spot of the first picture and one of the second that looks like it. */
interface Match {
  readonly x: number;
  readonly y: number;
  readonly u: number;
  readonly v: number;
  /** Size in the second over size in the first. */
  readonly scale: number;
}

/** Pairs of spots of which each is the other's nearest. */
function matchSpots(first: Spots, second: Spots): Match[] {
  const forth = nearest(first, second);
  const back = nearest(second, first);
  return [...forth].flatMap((j, i) => {
    if (j < 0 || back[j] !== i) return [];
    const [x, y, size] = first.places.subarray(3 * i, 3 * i + 3);
    const [u, v, other] = second.places.subarray(3 * j, 3 * j + 3);
    return [{ x: x!, y: y!, u: u!, v: v!, scale: other! / size! }];
  });
}

/** For each spot of `first` the number of the nearest of `second`, -1 where none is near. */
function nearest(first: Spots, second: Spots): Int32Array {
  const result = new Int32Array(first.count).fill(-1);
  for (let i = 0; i < first.count; i++) {
    let least = NEAR * NEAR;
    for (let j = 0; j < second.count; j++) {
      const distance = descriptorDistance(first.descriptors, i, second.descriptors, j, least);
      if (distance >= least) continue;
      least = distance;
      result[i] = j;
    }
  }
  return result;
}

/** The turn, size and shift that takes two spots to their partners; `null` where that cannot be, or tells nothing. */
function mapThrough(a: Match, b: Match, mirrored: boolean): Affine | null {
  const sign = mirrored ? -1 : 1;
  const [dx, dy, du, dv] = [b.x - a.x, sign * (b.y - a.y), b.u - a.u, b.v - a.v];
  const length = dx * dx + dy * dy;
  if (length < LEAST_DISTANCE ** 2) return null;
  const cos = (dx * du + dy * dv) / length;
  const sin = (dx * dv - dy * du) / length;
  const scale = Math.hypot(cos, sin);
  if (scale > MOST_SCALE || scale < 1 / MOST_SCALE || !isLike(scale, a.scale) || !isLike(scale, b.scale))
    return null;
  return { xx: cos, xy: -sign * sin, yx: sin, yy: sign * cos, ...shiftOf(a, cos, sin, sign) };
}

function shiftOf({ x, y, u, v }: Match, cos: number, sin: number, sign: number): { x0: number; y0: number } {
  return { x0: u - cos * x + sign * sin * y, y0: v - sin * x - sign * cos * y };
}

/** Sizes of spots come in steps of a third of an octave. */
function isLike(scale: number, other: number): boolean {
  const ratio = scale / other;
  return ratio < 1.5 && ratio > 1 / 1.5;
}

function agrees({ xx, xy, x0, yx, yy, y0 }: Affine, { x, y, u, v, scale }: Match): boolean {
  const [du, dv] = [xx * x + xy * y + x0 - u, yx * x + yy * y + y0 - v];
  return du * du + dv * dv <= AGREEMENT ** 2 && isLike(Math.hypot(xx, yx), scale);
}

function isMirrored({ xx, xy, yx, yy }: Affine): boolean {
  return xx * yy - xy * yx < 0;
}

/** Least squares over matches: turn, size and shift. */
function fitMap(matches: readonly Match[], mirrored: boolean): Affine {
  const sign = mirrored ? -1 : 1;
  const mean = (value: (match: Match) => number) =>
    matches.reduce((sum, match) => sum + value(match), 0) / matches.length;
  const middle = {
    x: mean(({ x }) => x),
    y: mean(({ y }) => y),
    u: mean(({ u }) => u),
    v: mean(({ v }) => v),
  };
  let [length, dot, cross] = [0, 0, 0];
  for (const { x, y, u, v } of matches) {
    const [dx, dy, du, dv] = [x - middle.x, sign * (y - middle.y), u - middle.u, v - middle.v];
    length += dx * dx + dy * dy;
    dot += dx * du + dy * dv;
    cross += dx * dv - dy * du;
  }
  const [cos, sin] = [dot / length, cross / length];
  const shift = shiftOf({ ...middle, scale: 1 }, cos, sin, sign);
  return { xx: cos, xy: -sign * sin, yx: sin, yy: sign * cos, ...shift };
}
