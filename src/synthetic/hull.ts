// A loose outline around points: the convex hull, some distance away.

/** [x, y] */
export type Point = readonly [x: number, y: number];

/** Corners by which a round corner is drawn. */
const CORNERS = 12;

/**
 * The convex hull of all points, moved outwards by a distance (corners rounded), clockwise on the screen; the first
 * point does not stand at the end again.
 */
export function hullOf(xs: readonly number[], ys: readonly number[], distance: number): Point[] {
  const tight = convexHull(xs.map((x, i) => [x, ys[i]!]));
  const around = tight.flatMap(([x, y]) =>
    Array.from({ length: CORNERS }, (_, i): Point => {
      const angle = (2 * Math.PI * i) / CORNERS;
      return [x + distance * Math.cos(angle), y + distance * Math.sin(angle)];
    }),
  );
  return convexHull(around);
}

/** Andrew's monotone chain (1979). */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (order: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of order) {
      while (chain.length > 1 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
