// WebGPU is trusted only after it has given WebAssembly's answer: shaders come from the browser and the driver, and both
// have been wrong before. A picture that is computed, the same everywhere, goes through both once.
import type { NetworkAnswer } from "../../src/classify/index.ts";
import type { RgbImage } from "../../src/pixels/index.ts";
import type { OpenModel } from "./runtime.ts";

/** Largest difference of a probability, in the whole image's and in the places', that is let pass. */
export const TOLERANCE = 1e-3;

/** What was found. */
export interface SelfCheck {
  /** Largest difference of a probability; infinite where a number is none. */
  readonly difference: number;
  /** Seconds of a pass after a first one. */
  readonly webgpuSeconds: number;
  readonly wasmSeconds: number;
}

/** Runs both on the picture, twice: the first pass compiles shaders. */
export async function compareEngines(
  webgpu: OpenModel,
  wasm: OpenModel,
  classes: number,
): Promise<SelfCheck> {
  const picture = checkPicture();
  const timed = async (model: OpenModel) => {
    await model.run([picture], classes);
    const started = performance.now();
    const [answer] = await model.run([picture], classes);
    return { answer: answer!, seconds: (performance.now() - started) / 1000 };
  };
  const ours = await timed(webgpu);
  const reference = await timed(wasm);
  return {
    difference: largestDifference(ours.answer, reference.answer),
    webgpuSeconds: ours.seconds,
    wasmSeconds: reference.seconds,
  };
}

/** A field of pink and violet on white, 256 x 192 px: sides that are not equal, so that swapped ones are found. */
export function checkPicture(width = 256, height = 192): RgbImage {
  const data = new Uint8Array(3 * width * height);
  let state = 1;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const noise = (state >>> 24) / 8;
      const inside = Math.hypot(x - 0.55 * width, y - 0.45 * height) < 0.4 * height;
      const wave = 40 * Math.sin(x / 7) * Math.cos(y / 11);
      data[at] = inside ? 190 + wave / 2 - noise : 240;
      data[at + 1] = inside ? 120 + wave - noise : 238;
      data[at + 2] = inside ? 180 + wave / 3 - noise : 242;
    }
  return { width, height, data };
}

function largestDifference(a: NetworkAnswer, b: NetworkAnswer): number {
  if (a.columns !== b.columns || a.rows !== b.rows) return Number.POSITIVE_INFINITY;
  const apart = (left: Float32Array, right: Float32Array) =>
    left.reduce((most, value, i) => {
      const difference = Math.abs(value - right[i]!);
      return difference <= most ? most : Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY;
    }, 0);
  return Math.max(apart(a.probabilities, b.probabilities), apart(a.places, b.places));
}
