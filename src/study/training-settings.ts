// The complete options of one training: sections laid over each other (the general one, its kind's, its arm's, the settings
// under trial), defaults of the operation below them, and its length in epochs.
import {
  distillOptions,
  KEYS_DECIDED_BY_THE_STUDY,
  resolveOptions,
  STUDY_TRAINING_KEYS,
  trainOptions,
} from "../options/index.ts";
import type { Budget, CompleteStudyFile, StudyArm } from "./study-file.ts";

/** One section's say. */
export interface Layer {
  readonly options: Readonly<Record<string, unknown>>;
  readonly budget?: Budget | undefined;
}

/** What the study itself decides of a training. */
export interface Decided {
  readonly mpp: number;
  readonly architecture: string;
  readonly seed: number;
  readonly labelFraction?: number;
  readonly unlabelledFraction?: number;
}

type Section = "teacher" | "students" | "baseline" | "fineTuning";

/** The layers of a kind's training, from the general to the particular. */
export function layersOf(
  file: CompleteStudyFile,
  section: Section,
  arm?: StudyArm,
  candidate?: Readonly<Record<string, unknown>> | null,
): readonly Layer[] {
  const { budget, ...own } = file[section];
  return [
    { options: file.training, budget: file.budget as Budget | undefined },
    { options: own, budget: budget as Budget | undefined },
    ...(arm === undefined ? [] : [{ options: arm.options, budget: arm.budget }]),
    ...(candidate ? [{ options: candidate }] : []),
  ];
}

/** The value of a key in the last layer that has one. */
export function settingOf(layers: readonly Layer[], key: string): unknown {
  return layers.map(({ options }) => options[key]).findLast((value) => value !== undefined);
}

/**
 * Complete options that decide a training's result.
 *
 * @param images learned from in one epoch; with a budget in steps, epochs = max(1, round(steps / ceil(images / batch))).
 */
export function trainingOptions(
  operation: keyof typeof STUDY_TRAINING_KEYS,
  layers: readonly Layer[],
  decided: Decided,
  images: number,
): Record<string, unknown> {
  const keys = STUDY_TRAINING_KEYS[operation];
  const set = Object.fromEntries(keys.map((key) => [key, settingOf(layers, key)]));
  const complete = completeOptions(operation, { ...set, ...decided });
  const kept = Object.entries(complete).filter(
    ([key, value]) => value !== undefined && (key in decided || !isDecided(key)),
  );
  const options = Object.fromEntries(kept);
  return { ...options, epochs: epochsOf(layers, images, Number(options.batch), Number(options.epochs)) };
}

function isDecided(key: string): boolean {
  return (KEYS_DECIDED_BY_THE_STUDY as readonly string[]).includes(key);
}

/** Defaults filled in; what has no bearing on the result is named only because the operation wants it. */
function completeOptions(
  operation: string,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const needed = { data: "-", out: "-" };
  return operation === "distill"
    ? resolveOptions("distill", distillOptions, { ...given, ...needed, teacher: "-" })
    : resolveOptions("train", trainOptions, { ...given, ...needed });
}

/** The last word on the length: a budget, or `epochs` among the options of a layer. */
function epochsOf(layers: readonly Layer[], images: number, batch: number, otherwise: number): number {
  const last = layers.findLast(({ budget, options }) => budget !== undefined || options.epochs !== undefined);
  if (last === undefined) return otherwise;
  const { steps, epochs } = { ...last.budget } as { steps?: number; epochs?: number };
  if (steps === undefined) return epochs ?? Number(last.options.epochs);
  return Math.max(1, Math.round(steps / Math.ceil(images / batch)));
}
