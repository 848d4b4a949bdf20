// What a spot's surroundings look like, in numbers that no turn and no flip changes. Grey values are taken on rings around
// the spot; along each ring they are a periodic signal with Fourier coefficients F_r(k). Turning by t multiplies every
// F_r(k) by exp(i k t) and flipping conjugates it, so Re(F_r(k) conj F_s(k)) stays as it is for all rings r and s: the power
// of each ring, and how the rings lie to one another. No direction has to be guessed. Brightness and contrast are divided out.
import type { Blurred } from "./blur.ts";
import { bilinear, type GreyPicture } from "./grey-picture.ts";
import { type Keypoint, MARGIN } from "./keypoints.ts";

const RINGS = 4;
const ANGLES = 16;
/** Highest frequency along a ring. */
const FREQUENCIES = 5;

/** Numbers of a descriptor: one per ring for the mean, and for each frequency every two rings, a ring with itself included. */
export const DESCRIPTOR_LENGTH = RINGS + FREQUENCIES * ((RINGS * (RINGS + 1)) / 2);

/** Whole numbers stand for values up to this. */
const LARGEST = 0.7;

/** Writes the descriptor of a spot as whole numbers from -127 to 127. */
export function describeKeypoint(
  level: Blurred,
  { width, height }: GreyPicture,
  { x, y, sigma }: Keypoint,
  target: Int8Array,
): void {
  const picture = { width, height, data: level };
  for (let r = 0; r < RINGS; r++) {
    const radius = (MARGIN * sigma * (r + 1)) / RINGS;
    for (let a = 0; a < ANGLES; a++)
      samples[r * ANGLES + a] = bilinear(picture, x + radius * COS[a]!, y + radius * SIN[a]!);
  }
  normalise();
  transform();
  let at = 0;
  for (let r = 0; r < RINGS; r++) target[at++] = quantise(real[r * (FREQUENCIES + 1)]!);
  for (let k = 1; k <= FREQUENCIES; k++)
    for (let r = 0; r < RINGS; r++)
      for (let s = r; s < RINGS; s++) target[at++] = quantise(relation(r, s, k));
}

const samples = new Float64Array(RINGS * ANGLES);
const real = new Float64Array(RINGS * (FREQUENCIES + 1));
const imaginary = new Float64Array(RINGS * (FREQUENCIES + 1));
const COS = Float64Array.from({ length: ANGLES }, (_, a) => Math.cos((2 * Math.PI * a) / ANGLES));
const SIN = Float64Array.from({ length: ANGLES }, (_, a) => Math.sin((2 * Math.PI * a) / ANGLES));

/** Mean 0 and sum of squares 1. */
function normalise(): void {
  let sum = 0;
  for (const value of samples) sum += value;
  const mean = sum / samples.length;
  let squares = 0;
  for (let i = 0; i < samples.length; i++) {
    samples[i]! -= mean;
    squares += samples[i]! ** 2;
  }
  const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < samples.length; i++) samples[i]! *= factor;
}

/** Fourier coefficients of every ring, so that their powers sum to about 1. */
function transform(): void {
  for (let r = 0; r < RINGS; r++)
    for (let k = 0; k <= FREQUENCIES; k++) {
      let [re, im] = [0, 0];
      for (let a = 0; a < ANGLES; a++) {
        const value = samples[r * ANGLES + a]!;
        re += value * COS[(k * a) % ANGLES]!;
        im -= value * SIN[(k * a) % ANGLES]!;
      }
      const weight = Math.sqrt((k === 0 ? 1 : 2) / ANGLES);
      real[r * (FREQUENCIES + 1) + k] = re * weight;
      imaginary[r * (FREQUENCIES + 1) + k] = im * weight;
    }
}

/** Re(F_r conj F_s) over the root of |F_r| |F_s|: of a ring with itself its amplitude. */
function relation(r: number, s: number, k: number): number {
  const [i, j] = [r * (FREQUENCIES + 1) + k, s * (FREQUENCIES + 1) + k];
  const size = Math.sqrt(Math.hypot(real[i]!, imaginary[i]!) * Math.hypot(real[j]!, imaginary[j]!));
  return size < 1e-9 ? 0 : (real[i]! * real[j]! + imaginary[i]! * imaginary[j]!) / size;
}

function quantise(value: number): number {
  return Math.max(-127, Math.min(127, Math.round((value / LARGEST) * 127)));
}
