// The picture before light passes through it: concentrations of haematoxylin and eosin per pixel, beside the map of what
// each pixel is and how deep it lies. Cells are stamped into the concentrations.

/** What a pixel is. */
export const BACKGROUND = 0;
export const VILLUS_LINING = 1;
export const CRYPT_LINING = 2;
export const LAMINA = 3;
export const MUSCLE = 4;
export const SUBMUCOSA = 5;

/** Concentration maps and tissue map of one image. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** µm per pixel. */
  readonly mpp: number;
  /** Concentrations, 1 = a densely stained lymphocyte nucleus (haematoxylin) or red cell (eosin). */
  readonly haematoxylin: Float32Array;
  readonly eosin: Float32Array;
  readonly region: Uint8Array;
  /** µm below the nearest surface, negative outside the tissue. */
  readonly depth: Float32Array;
  /** Index of the nearest contour point. */
  readonly nearest: Int32Array;
}

/** An elliptical stamp, lengths in µm, position in pixels. */
export interface Stamp {
  readonly x: number;
  readonly y: number;
  /** Semi-axes along and across `angle` (radians). */
  readonly along: number;
  readonly across: number;
  readonly angle: number;
  readonly haematoxylin: number;
  readonly eosin: number;
  /** 0..1: how much of what lies below it hides. */
  readonly opacity: number;
  /** Darkening of the rim relative to the centre (0 = flat). */
  readonly rim: number;
  /** Grain of the chromatin, 0 = smooth. */
  readonly grain: number;
}

/** Draws an ellipse with a soft edge of one pixel into the concentrations. */
export function stampEllipse(canvas: Canvas, stamp: Stamp, texture: (x: number, y: number) => number): void {
  const { width, height, mpp, haematoxylin, eosin } = canvas;
  const along = Math.max(0.6, stamp.along / mpp);
  const across = Math.max(0.6, stamp.across / mpp);
  const cos = Math.cos(stamp.angle);
  const sin = Math.sin(stamp.angle);
  const reachX = Math.hypot(along * cos, across * sin) + 1;
  const reachY = Math.hypot(along * sin, across * cos) + 1;
  const x0 = Math.max(0, Math.floor(stamp.x - reachX));
  const x1 = Math.min(width - 1, Math.ceil(stamp.x + reachX));
  const y0 = Math.max(0, Math.floor(stamp.y - reachY));
  const y1 = Math.min(height - 1, Math.ceil(stamp.y + reachY));
  const soft = Math.min(along, across);
  for (let y = y0; y <= y1; y++)
    for (let x = x0; x <= x1; x++) {
      const dx = x + 0.5 - stamp.x;
      const dy = y + 0.5 - stamp.y;
      const u = (dx * cos + dy * sin) / along;
      const v = (dy * cos - dx * sin) / across;
      const radius = Math.sqrt(u * u + v * v);
      const cover = Math.min(1, (1 - radius) * soft + 0.5);
      if (cover <= 0) continue;
      const weight = cover * stamp.opacity;
      const pixel = y * width + x;
      const tone = 1 + stamp.rim * (radius - 0.6) + stamp.grain * texture(x, y);
      haematoxylin[pixel]! += weight * (stamp.haematoxylin * Math.max(0.2, tone) - haematoxylin[pixel]!);
      eosin[pixel]! += weight * (stamp.eosin - eosin[pixel]!);
    }
}
