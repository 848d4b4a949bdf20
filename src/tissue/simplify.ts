// Fewer corners: staircases along slanted edges become lines, never further from the points left out than a tolerance.
// A point is one whole number, y stride + x: outlines of large masks have millions.

/** [x, y] of a packed point. */
export function placeOf(point: number, stride: number): readonly [x: number, y: number] {
  const y = Math.floor(point / stride);
  return [point - y * stride, y];
}

/**
 * Simplifies a closed ring greedily: from each kept point the line is drawn as far as all points passed over stay
 * nearer to it than `tolerance`, judged by the cone of directions that hits them all (Sklansky and Gonzalez 1980), so that
 * every point is looked at at most twice.
 *
 * @param ring packed points, the first not repeated.
 * @returns at least 4 packed points, the first repeated at the end.
 */
export function simplifyRing(ring: readonly number[], stride: number, tolerance: number): readonly number[] {
  const first = ring[0]!;
  const kept = [first];
  const cone = new Cone(stride, tolerance);
  cone.start(first);
  for (let i = 1; i <= ring.length; i++) {
    const point = ring[i % ring.length]!;
    if (cone.accepts(point)) continue;
    const before = ring[i - 1]!;
    kept.push(before);
    cone.start(before);
    cone.accepts(point);
  }
  return kept.length < 3 ? [...ring, first] : [...kept, first];
}

/** Directions from an anchor that pass all points seen so far within the tolerance. */
class Cone {
  #x = 0;
  #y = 0;
  /** Direction of the first point; the limits are measured from it. */
  #middle = 0;
  #low = 0;
  #high = 0;
  /** Distance of the last point; 0 before the first. */
  #reach = 0;

  constructor(
    readonly stride: number,
    readonly tolerance: number,
  ) {}

  start(anchor: number): void {
    [this.#x, this.#y] = placeOf(anchor, this.stride);
    this.#reach = 0;
  }

  /** Narrows the cone by a point; false, and unchanged, if it lies outside the cone or the way turns back. */
  accepts(point: number): boolean {
    const [x, y] = placeOf(point, this.stride);
    const distance = Math.hypot(x - this.#x, y - this.#y);
    const direction = Math.atan2(y - this.#y, x - this.#x);
    const half = Math.asin(Math.min(1, this.tolerance / distance));
    if (this.#reach === 0) {
      this.#middle = direction;
      this.#low = -half;
      this.#high = half;
    } else {
      const angle = wrap(direction - this.#middle);
      // Turning back would leave points beyond the end of the line.
      if (angle < this.#low || angle > this.#high || distance < this.#reach) return false;
      this.#low = Math.max(this.#low, angle - half);
      this.#high = Math.min(this.#high, angle + half);
    }
    this.#reach = distance;
    return true;
  }
}

/** An angle brought into (-pi, pi]. */
function wrap(angle: number): number {
  if (angle > Math.PI) return angle - 2 * Math.PI;
  return angle <= -Math.PI ? angle + 2 * Math.PI : angle;
}
