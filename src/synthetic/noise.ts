// Tileable smooth noise for textures: fibres, chromatin, mucus. The tiles do not depend on the seed of an image (images
// read them at offsets and angles of their own), so they are made once per process.
import { Generator } from "../random/index.ts";

const SIZE = 256;

/** A periodic texture of mean 0 and standard deviation 1, read at any real position. */
export class NoiseTile {
  readonly #values: Float32Array;

  /** @param octaves wavelengths in tile units with their weights. */
  constructor(name: string, octaves: readonly { readonly wavelength: number; readonly weight: number }[]) {
    const generator = Generator.derive(0, "noise", name);
    const values = new Float32Array(SIZE * SIZE);
    for (const { wavelength, weight } of octaves) addOctave(values, wavelength, weight, generator);
    standardise(values);
    this.#values = values;
  }

  /** The value at (x, y), bilinear, period 256. */
  at(x: number, y: number): number {
    const floorX = Math.floor(x);
    const floorY = Math.floor(y);
    const fx = x - floorX;
    const fy = y - floorY;
    const x0 = floorX & 255;
    const x1 = (floorX + 1) & 255;
    const row0 = (floorY & 255) << 8;
    const row1 = ((floorY + 1) & 255) << 8;
    const v = this.#values;
    const top = v[row0 | x0]! + fx * (v[row0 | x1]! - v[row0 | x0]!);
    const bottom = v[row1 | x0]! + fx * (v[row1 | x1]! - v[row1 | x0]!);
    return top + fy * (bottom - top);
  }

  /** The value at the nearest lattice point: for fine grain, where smoothness does not matter. */
  grain(x: number, y: number): number {
    return this.#values[((y & 255) << 8) | (x & 255)]!;
  }
}

/** Adds value noise of one wavelength (a divisor of 256), interpolated with a smooth step. */
function addOctave(values: Float32Array, wavelength: number, weight: number, generator: Generator): void {
  const cells = SIZE / wavelength;
  const lattice = Float32Array.from({ length: cells * cells }, () => generator.normal(0, weight));
  for (let y = 0; y < SIZE; y++) {
    const cy = Math.floor(y / wavelength);
    const ty = smoothStep(y / wavelength - cy);
    for (let x = 0; x < SIZE; x++) {
      const cx = Math.floor(x / wavelength);
      const tx = smoothStep(x / wavelength - cx);
      const row0 = cy * cells;
      const row1 = ((cy + 1) % cells) * cells;
      const right = (cx + 1) % cells;
      const top = lattice[row0 + cx]! * (1 - tx) + lattice[row0 + right]! * tx;
      const bottom = lattice[row1 + cx]! * (1 - tx) + lattice[row1 + right]! * tx;
      values[y * SIZE + x]! += top * (1 - ty) + bottom * ty;
    }
  }
}

function smoothStep(t: number): number {
  return t * t * (3 - 2 * t);
}

function standardise(values: Float32Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.sqrt(variance);
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) / deviation;
}

let smooth: NoiseTile | undefined;
let fine: NoiseTile | undefined;

/** Cloud-like noise with wavelengths of 8 to 64 units. */
export function smoothNoise(): NoiseTile {
  smooth ??= new NoiseTile("smooth", [
    { wavelength: 64, weight: 1 },
    { wavelength: 32, weight: 0.7 },
    { wavelength: 16, weight: 0.5 },
    { wavelength: 8, weight: 0.35 },
  ]);
  return smooth;
}

/** Fine noise with wavelengths of 1 to 8 units. */
export function fineNoise(): NoiseTile {
  fine ??= new NoiseTile("fine", [
    { wavelength: 8, weight: 0.8 },
    { wavelength: 4, weight: 1 },
    { wavelength: 2, weight: 0.7 },
    { wavelength: 1, weight: 0.4 },
  ]);
  return fine;
}
