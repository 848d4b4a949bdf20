// Coordinates of one piece of mucosa: `s` runs along it, `t` from the muscularis mucosae (negative) through the mouths
// of the crypts (0) to the tips of the villi (positive), both in µm. The frame bends, ripples, turns and shifts it into pixels.
import type { Generator } from "../random/index.ts";

/** Where a piece lies. */
export interface Placement {
  /** Pixel that the local point (0, middle) falls on. */
  readonly centreX: number;
  readonly centreY: number;
  /** The `t` that is carried to the centre, µm. */
  readonly middle: number;
  /** Radians, and whether `s` is mirrored. */
  readonly angle: number;
  readonly mirrored: boolean;
  /** Curvature in 1/µm; positive spreads the villi apart. */
  readonly curvature: number;
  /** Height of the ripples of the whole mucosa, µm. */
  readonly ripple: number;
}

/** Maps between a piece's own coordinates (µm) and pixels. */
export class Frame {
  /** Results of the last {@link locate}, µm. */
  s = 0;
  t = 0;
  readonly handedness: 1 | -1;
  readonly #place: Placement;
  readonly #mpp: number;
  readonly #cos: number;
  readonly #sin: number;
  readonly #phase: readonly [number, number];
  readonly #wavelength: readonly [number, number];

  /** @param source draws the ripples, or lends those of another frame. */
  constructor(place: Placement, mpp: number, source: Generator | Frame) {
    this.#place = place;
    this.#mpp = mpp;
    this.handedness = place.mirrored ? -1 : 1;
    this.#cos = Math.cos(place.angle);
    this.#sin = Math.sin(place.angle);
    if (source instanceof Frame) {
      this.#phase = source.#phase;
      this.#wavelength = source.#wavelength;
      return;
    }
    this.#phase = [source.uniform(0, 2 * Math.PI), source.uniform(0, 2 * Math.PI)];
    this.#wavelength = [source.uniform(60, 110), source.uniform(24, 40)];
  }

  /** The same piece, some pixels further. */
  moved(dx: number, dy: number): Frame {
    const { centreX, centreY } = this.#place;
    return new Frame({ ...this.#place, centreX: centreX + dx, centreY: centreY + dy }, this.#mpp, this);
  }

  /** The pixel position of a local point. */
  toPixel(s: number, t: number): [x: number, y: number] {
    const { curvature, middle, centreX, centreY } = this.#place;
    const risen = t + this.#ripple(s) - middle;
    // A straight piece is the limit of a very large circle.
    let along = s;
    let up = risen;
    if (Math.abs(curvature) > 1e-6) {
      const radius = 1 / curvature;
      along = (radius + risen) * Math.sin(s * curvature);
      up = (radius + risen) * Math.cos(s * curvature) - radius;
    }
    along *= this.handedness;
    // Image rows run downwards, so "up" is -y before the turn.
    return [
      centreX + (along * this.#cos + up * this.#sin) / this.#mpp,
      centreY + (along * this.#sin - up * this.#cos) / this.#mpp,
    ];
  }

  /** Finds a pixel's local coordinates: sets {@link s} and {@link t}. The inverse of {@link toPixel}. */
  locate(x: number, y: number): void {
    const { curvature, middle, centreX, centreY } = this.#place;
    const dx = (x - centreX) * this.#mpp;
    const dy = (y - centreY) * this.#mpp;
    let along = (dx * this.#cos + dy * this.#sin) * this.handedness;
    let up = dx * this.#sin - dy * this.#cos;
    if (Math.abs(curvature) > 1e-6) {
      const radius = 1 / curvature;
      const side = Math.sign(curvature);
      const distance = Math.hypot(along, up + radius);
      along = Math.atan2(along * side, (up + radius) * side) * radius;
      up = distance * side - radius;
    }
    this.s = along;
    this.t = up + middle - this.#ripple(along);
  }

  /** The direction of growing `s` at a local point, as an angle in the image. */
  directionAt(s: number, t: number): number {
    const [x0, y0] = this.toPixel(s - 1, t);
    const [x1, y1] = this.toPixel(s + 1, t);
    return Math.atan2(y1 - y0, x1 - x0);
  }

  #ripple(s: number): number {
    const [first, second] = this.#wavelength;
    const slow = Math.sin(s / first + this.#phase[0]);
    const quick = Math.sin(s / second + this.#phase[1]);
    return this.#place.ripple * (slow + 0.3 * quick);
  }
}
