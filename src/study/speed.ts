// Seconds from counted work: a straight line per image, fitted to a few measured passes on this machine.
import type { Passes } from "./cost.ts";

/** Seconds of one image's pass: `perImage` + `perMac` * MACs of a forward pass. */
export interface PassSpeed {
  readonly perImage: number;
  readonly perMac: number;
}

/** How fast one thread of a machine works that has its core to itself. */
export interface MachineSpeed {
  /** Forward, backward and adding gradients. */
  readonly train: PassSpeed;
  readonly forward: PassSpeed;
  /** Seconds per pixel to read, flip and standardise an image, and further ones to jitter its colours. */
  readonly perPixelLoaded: number;
  readonly perPixelJittered: number;
  /** Seconds of one optimiser step besides its images. */
  readonly perStep: number;
  /** Seconds to begin a run: processes, compiled graphs. */
  readonly perRun: number;
}

/** Work of a training. */
export interface CountedWork {
  readonly passes: readonly Passes[];
  readonly steps: number;
}

/** Estimated seconds of one thread. */
export function secondsOf({ passes, steps }: CountedWork, speed: MachineSpeed): number {
  return passes.reduce(
    (sum, pass) => sum + pass.images * secondsPerImage(pass, speed),
    speed.perRun + steps * speed.perStep,
  );
}

function secondsPerImage({ kind, macs, pixels, jittered }: Passes, speed: MachineSpeed): number {
  const { perImage, perMac } = speed[kind];
  const loading = pixels * (speed.perPixelLoaded + (jittered ? speed.perPixelJittered : 0));
  return perImage + perMac * macs + loading;
}

/** One measurement: what a pass over an image of so many MACs took. */
export interface Measured {
  readonly macs: number;
  readonly seconds: number;
}

/**
 * The line through measurements, by least squares on relative errors, so that small images count like large ones; neither
 * part is below 0.
 */
export function fitPassSpeed(measured: readonly Measured[]): PassSpeed {
  const [a, b, c, d, e] = measured.reduce(
    ([one, x, xx, y, xy], { macs, seconds }) => {
      const weight = 1 / seconds ** 2;
      return [
        one + weight,
        x + weight * macs,
        xx + weight * macs ** 2,
        y + weight * seconds,
        xy + weight * macs * seconds,
      ];
    },
    [0, 0, 0, 0, 0] as [number, number, number, number, number],
  );
  const determinant = a * c - b * b;
  const perMac = determinant > 0 ? (a * e - b * d) / determinant : 0;
  const perImage = (d - perMac * b) / a;
  if (perImage >= 0 && perMac > 0) return { perImage, perMac };
  return perMac > 0 ? { perImage: 0, perMac: e / c } : { perImage: d / a, perMac: 0 };
}
