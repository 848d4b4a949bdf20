// The outline of a piece of mucosa in its own coordinates: one closed path along villi, crypts and torn edges, and closed
// loops for crypts cut across and villi cut off by the section. Paths run with the tissue on their right-hand side.
import type { Generator } from "../random/index.ts";
import type { Shape } from "./shape.ts";

/** What a stretch of outline is. */
export const VILLUS = 0;
export const CRYPT = 1;
export const TORN = 2;
export type EdgeKind = typeof VILLUS | typeof CRYPT | typeof TORN;

/** A closed path in local coordinates, µm. */
export class LocalPath {
  readonly s: number[] = [];
  readonly t: number[] = [];
  readonly kind: EdgeKind[] = [];

  add(s: number, t: number, kind: EdgeKind): void {
    this.s.push(s);
    this.t.push(t);
    this.kind.push(kind);
  }
}

/** The outline of a piece and the mean height of its villi and depth of its crypts as drawn, µm. */
export interface Outline {
  readonly paths: readonly LocalPath[];
  readonly villusHeight: number;
  readonly cryptDepth: number;
}

/** Draws the outline of a piece. */
export function drawOutline(shape: Shape, generator: Generator): Outline {
  const path = new LocalPath();
  const paths = [path];
  const heights: number[] = [];
  const depths: number[] = [];
  const lean = generator.normal(0, 0.1) * shape.villusHeight;
  // Neighbouring crypts lean alike, or they would cross.
  const cryptLean = generator.normal(0, 0.12);
  let s = -shape.length / 2;
  let swayPhase = generator.uniform(0, 2 * Math.PI);
  path.add(s, 0, VILLUS);
  s += generator.uniform(2, shape.gap);
  // At least one villus, however small the field.
  while (heights.length === 0 || s + 2 * shape.villusHalfWidth < shape.length / 2) {
    swayPhase += generator.normal(0, 0.5);
    const halfWidth = shape.villusHalfWidth * generator.uniform(0.85, 1.2);
    const height = shape.villusHeight * Math.exp(generator.normal(0, 0.13));
    heights.push(height);
    addVillus(path, s + halfWidth, halfWidth, height, { lean, swayPhase }, shape, generator);
    paths.push(...hiddenCrypts(s + halfWidth, halfWidth, cryptLean, shape, generator));
    s += 2 * halfWidth;
    const gap = shape.gap * generator.uniform(0.6, 1.5);
    // A crypt that opened beside the torn edge would leave a splinter of tissue.
    if (s + gap + 2 * shape.villusHalfWidth >= shape.length / 2) break;
    depths.push(addOpenCrypt(path, s + gap / 2, cryptLean, shape, generator));
    s += gap;
  }
  addTornEdge(path, s + 3, shape, generator);
  return {
    paths,
    villusHeight: mean(heights) ?? shape.villusHeight,
    cryptDepth: mean(depths) ?? shape.cryptDepth,
  };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One villus: up its left side, round the tip, down its right side; the surface is scalloped. */
function addVillus(
  path: LocalPath,
  centre: number,
  halfWidth: number,
  height: number,
  { lean, swayPhase }: { lean: number; swayPhase: number },
  shape: Shape,
  generator: Generator,
): void {
  // A finger has a square-shouldered profile, a blunted villus that of a dome.
  const power = 7 - 4.8 * shape.blunting;
  const ownLean = lean + generator.normal(0, 0.035) * height;
  const sway = generator.uniform(1, 3 + 4 * shape.scale);
  const bulge = generator.uniform(-0.06, 0.16) * (1 - shape.blunting);
  const scallop = generator.uniform(0.4, 1.6);
  const steps = 48;
  for (const side of [-1, 1]) {
    const phase = generator.uniform(0, 2 * Math.PI);
    const wavelength = generator.uniform(14, 24);
    for (let i = 0; i <= steps; i++) {
      const up = side < 0 ? i / steps : 1 - i / steps;
      // Points crowd at the tip, where the outline turns.
      const rise = 1 - (1 - up) ** 2.4;
      const round = (1 - rise ** power) ** (1 / Math.min(power, 2.6));
      const width = halfWidth * round * (1 + bulge * Math.sin(Math.PI * rise));
      const axis = centre + ownLean * rise ** 1.5 + sway * Math.sin(4 * rise + swayPhase) * rise;
      const wave = scallop * Math.sin((height * rise * 2 * Math.PI) / wavelength + phase) * round;
      path.add(axis + side * (width + wave), height * rise, VILLUS);
    }
  }
}

/** A crypt that opens between two villi: down its left side, round the base, up the right. Returns its depth. */
function addOpenCrypt(
  path: LocalPath,
  centre: number,
  lean: number,
  shape: Shape,
  generator: Generator,
): number {
  const depth = shape.cryptDepth * Math.exp(generator.normal(0, 0.06));
  const lumenDepth = Math.max(10, depth - shape.cryptLining);
  const radius = generator.uniform(1.2, 2.4);
  const drift = (lean + generator.normal(0, 0.02)) * depth;
  const curl = generator.normal(0, 2);
  const steps = 14;
  const axisAt = (down: number) => centre + drift * down + curl * Math.sin(Math.PI * down * 1.3);
  for (let i = 1; i <= steps; i++) {
    const down = i / steps;
    const width = radius * (1 + 1.6 * (1 - down) ** 3);
    path.add(axisAt(down) - width, -lumenDepth * down, CRYPT);
  }
  path.add(axisAt(1), -lumenDepth - radius, CRYPT);
  for (let i = steps; i >= 1; i--) {
    const down = i / steps;
    const width = radius * (1 + 1.6 * (1 - down) ** 3);
    path.add(axisAt(down) + width, -lumenDepth * down, CRYPT);
  }
  return depth;
}

/** Crypts under a villus whose mouths lie outside the section: one or more closed lumens per column. */
function hiddenCrypts(
  centre: number,
  halfWidth: number,
  lean: number,
  shape: Shape,
  generator: Generator,
): LocalPath[] {
  const columns = shape.cryptsPerVillus - 1;
  const loops: LocalPath[] = [];
  for (let column = 0; column < columns; column++) {
    const s = centre + (columns === 1 ? 0 : (column - (columns - 1) / 2) * halfWidth * 0.95);
    const top = -shape.cryptLining - generator.uniform(0, 8);
    const end = -shape.cryptDepth + shape.cryptLining;
    let t = top;
    while (t > end + 2) {
      const rest = t - end;
      const half = generator.bernoulli(0.45) ? rest / 2 : Math.min(rest / 2, generator.uniform(2, 20));
      const middle = s - lean * (t - half) + generator.normal(0, 1.5);
      loops.push(lumen(middle, t - half, generator.uniform(1.3, 2.8), half, lean, generator));
      t -= 2 * half + 2 * shape.cryptLining + generator.uniform(4, 10);
    }
  }
  return loops;
}

/** A closed lumen in tissue: counter-clockwise in (s, t), so that the tissue is on the right-hand side. */
function lumen(
  s: number,
  t: number,
  across: number,
  along: number,
  lean: number,
  generator: Generator,
): LocalPath {
  const path = new LocalPath();
  const tilt = -lean + generator.normal(0, 0.04);
  const steps = 20;
  for (let i = 0; i < steps; i++) {
    const angle = (2 * Math.PI * i) / steps;
    const dt = along * Math.sin(angle);
    path.add(s + across * Math.cos(angle) + tilt * dt, t + dt, CRYPT);
  }
  return path;
}

/** The cut and torn edges: down the right side, back along the bottom, up the left side. */
function addTornEdge(path: LocalPath, right: number, shape: Shape, generator: Generator): void {
  const left = path.s[0]!;
  const step = 9;
  const rough = 2.5 + 3 * shape.scale;
  const slant = generator.normal(0, 12 * shape.scale);
  for (let t = -step; t > shape.bottom; t -= step)
    path.add(right + generator.normal(0, rough) + (slant * t) / shape.bottom, t, TORN);
  let drift = 0;
  for (let s = right - step; s > left; s -= step) {
    drift = 0.9 * drift + generator.normal(0, rough);
    path.add(s, shape.bottom + drift, TORN);
  }
  for (let t = shape.bottom; t < 0; t += step) path.add(left + generator.normal(0, rough), t, TORN);
}
