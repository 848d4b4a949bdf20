// Fewer corners: staircases along slanted edges become lines, never further from the corners left out than a tolerance.
// A corner is one number, 2 (y stride + x) + pinned: outlines of large masks have millions. Where two rings touch in a
// corner it is pinned: simplifying must not drop it, or they could cross.

/** Packs a corner. */
export function packCorner(x: number, y: number, stride: number, pinned: boolean): number {
  return 2 * (y * stride + x) + (pinned ? 1 : 0);
}

/** [x, y] of a packed corner. */
export function cornerPlace(corner: number, stride: number): readonly [x: number, y: number] {
  const place = Math.floor(corner / 2);
  const y = Math.floor(place / stride);
  return [place - y * stride, y];
}

/**
 * Simplifies a closed ring greedily: from each kept corner the line is drawn as far as all corners passed over stay
 * nearer to it than `tolerance` pixels, judged by the cone of directions that hits them all (Sklansky and Gonzalez
 * 1980), so that every corner is looked at at most twice.
 *
 * @param ring packed corners, the first not repeated.
 * @returns at least 4 packed corners, the first repeated at the end.
 */
export function simplifyRing(ring: readonly number[], stride: number, tolerance: number): readonly number[] {
  const first = ring[0]!;
  const kept = [first];
  const cone = new Cone(stride, tolerance);
  cone.start(first);
  for (let i = 1; i <= ring.length; i++) {
    const corner = ring[i % ring.length]!;
    const before = ring[i - 1]!;
    const pinned = i > 1 && before % 2 === 1;
    if (!pinned && cone.accepts(corner)) continue;
    if (i > 1) kept.push(before);
    cone.start(before);
    cone.accepts(corner);
  }
  return kept.length < 3 ? [...ring, first] : [...kept, first];
}

/** Directions from an anchor that pass all corners seen so far within the tolerance. */
class Cone {
  #x = 0;
  #y = 0;
  /** Direction of the first corner; the limits are measured from it. */
  #middle = 0;
  #low = 0;
  #high = 0;
  /** Distance of the last corner; 0 before the first. */
  #reach = 0;

  constructor(
    readonly stride: number,
    readonly tolerance: number,
  ) {}

  start(anchor: number): void {
    [this.#x, this.#y] = cornerPlace(anchor, this.stride);
    this.#reach = 0;
  }

  /** Narrows the cone by a corner; false, and unchanged, if it lies outside the cone or the way turns back. */
  accepts(corner: number): boolean {
    const [x, y] = cornerPlace(corner, this.stride);
    const distance = Math.hypot(x - this.#x, y - this.#y);
    const direction = Math.atan2(y - this.#y, x - this.#x);
    const half = Math.asin(Math.min(1, this.tolerance / distance));
    if (this.#reach === 0) {
      this.#middle = direction;
      this.#low = -half;
      this.#high = half;
    } else {
      const angle = wrap(direction - this.#middle);
      // Turning back would leave corners beyond the end of the line.
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
