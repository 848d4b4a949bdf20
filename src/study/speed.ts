// Seconds from counted work: a straight line per image, fitted to a few measured passes on this machine.
import * as z from "zod";
import type { Passes } from "./cost.ts";

/** Seconds of one image's pass: `perImage` + `perMac` * MACs of a forward pass. */
export interface PassSpeed {
  readonly perImage: number;
  readonly perMac: number;
}

/** How fast one thread of a machine works while the others work too. Seconds are seconds of that thread. */
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

/** Seconds in which a process starts and loads the engine, measured on a server's core. */
const PROCESS_SECONDS = 1;

/** Estimated seconds of one thread. */
export function secondsOf({ passes, steps }: CountedWork, speed: MachineSpeed): number {
  return passes.reduce(
    (sum, pass) => sum + pass.images * secondsPerImage(pass, speed),
    PROCESS_SECONDS + speed.perRun + steps * speed.perStep,
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

/** A timed training on noise. */
export interface MeasuredLoop extends Measured {
  /** Seen in the timed epoch. */
  readonly images: number;
  readonly steps: number;
  /** Thread seconds of one epoch. */
  readonly seconds: number;
  /** Thread seconds before the first epoch. */
  readonly startSeconds: number;
}

/** What was measured of a machine. */
export interface SpeedMeasurements {
  /** Of several sizes in few steps; the last one of many small steps. */
  readonly loops: readonly MeasuredLoop[];
  readonly forward: readonly Measured[];
  /** Seconds per pixel to flip and standardise, without and with colour jitter. */
  readonly loading: { readonly plain: number; readonly jittered: number };
}

/** Rounds of taking the steps out of the images' time and the images out of the steps'. */
const ROUNDS = 5;

/** The speed that explains the measurements. */
export function fitMachineSpeed({ loops, forward, loading }: SpeedMeasurements): MachineSpeed {
  const [many, few] = [loops[loops.length - 1]!, loops.slice(0, -1)];
  let perStep = 0;
  let train = fitPassSpeed(few.map((loop) => perImage(loop, 0)));
  for (let round = 0; round < ROUNDS; round++) {
    const images = many.images * (train.perImage + train.perMac * many.macs);
    perStep = Math.max(0, (many.seconds - images) / many.steps);
    train = fitPassSpeed(few.map((loop) => perImage(loop, perStep)));
  }
  return {
    train,
    forward: fitPassSpeed(forward),
    perPixelLoaded: loading.plain,
    perPixelJittered: Math.max(0, loading.jittered - loading.plain),
    perStep,
    perRun: loops.reduce((sum, { startSeconds }) => sum + startSeconds, 0) / loops.length,
  };
}

function perImage({ macs, seconds, images, steps }: MeasuredLoop, perStep: number): Measured {
  return { macs, seconds: Math.max(seconds / 10, seconds - steps * perStep) / images };
}

/** A speed from a file; `null` for anything but whole, finite numbers of the right sign. */
export function parseMachineSpeed(text: string): MachineSpeed | null {
  const parsed = speedSchema.safeParse(jsonOrNull(text));
  return parsed.success ? parsed.data : null;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const seconds = z.number().min(0).max(1e6);
const passSpeed = z.strictObject({ perImage: seconds, perMac: seconds });
const speedSchema = z.strictObject({
  train: passSpeed,
  forward: passSpeed,
  perPixelLoaded: seconds,
  perPixelJittered: seconds,
  perStep: seconds,
  perRun: seconds,
});
