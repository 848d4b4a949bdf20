// `profile`: what models cost, counted and measured.
import { throwIfCancelled } from "../base/index.ts";
import { measureLatency } from "../infer/index.ts";
import { forwardMacs, type Model, parameterCount } from "../models/index.ts";
import { type ProfileOptions, profileOptions, resolveOptions } from "../options/index.ts";
import { readRun } from "../train/index.ts";
import type { OperationContext } from "./context.ts";

/** One model's cost. MACs are multiply-accumulates of one forward pass (FLOPs = 2 MACs). */
export interface ModelProfile {
  readonly name: string;
  readonly run: string;
  readonly architecture: string;
  /** µm per pixel. */
  readonly mpp: number;
  readonly parameters: number;
  readonly macsPerPixel: number;
  readonly macsPerMm2: number;
  /** Pixels of the field at the model's resolution. */
  readonly width: number;
  readonly height: number;
  readonly macs: number;
  /** Seconds of one forward pass over the field on one thread; `null` when not measured. */
  readonly seconds: number | null;
}

/** All models, for the same field of tissue. */
export interface ProfileResult {
  /** Side of the square field in µm. */
  readonly field: number;
  readonly models: readonly ModelProfile[];
}

/**
 * Counts and measures the cost of runs.
 *
 * @throws LowmagError `not-found` or `corrupt-data` for a run that cannot be read.
 */
export async function profile(
  options: ProfileOptions,
  context: OperationContext = {},
): Promise<ProfileResult> {
  const { runs, field, repeats, latency } = resolveOptions("profile", profileOptions, options);
  const models: ModelProfile[] = [];
  for (const path of runs) {
    throwIfCancelled(context.signal, "profile");
    const { name, model } = await readRun(path);
    const { mpp, architecture } = model.description;
    const side = Math.max(1, Math.round(field / mpp));
    models.push({
      name,
      run: path,
      architecture,
      mpp,
      ...countCost(model.description),
      width: side,
      height: side,
      macs: forwardMacs(architecture, model.description.classes.length, side, side),
      seconds: latency ? await measureLatency(model, side, side, repeats) : null,
    });
  }
  return { field, models };
}

/** A size that the network's stride divides, so that MACs per pixel are exact. */
const SIDE = 1024;

/** Cost that does not depend on an image. */
export function countCost({
  architecture,
  classes,
  mpp,
}: Pick<Model["description"], "architecture" | "classes" | "mpp">): {
  parameters: number;
  macsPerPixel: number;
  macsPerMm2: number;
} {
  const macsPerPixel = forwardMacs(architecture, classes.length, SIDE, SIDE) / SIDE ** 2;
  return {
    parameters: parameterCount(architecture, classes.length),
    macsPerPixel,
    macsPerMm2: macsPerPixel * (1000 / mpp) ** 2,
  };
}
