// What a result depends on, as hashes: one that is found with another hash is not used again.

import { rulesOfModel } from "../classify/index.ts";
import { sizeOf, sourceFiles, stateOf } from "../jobs/index.ts";
import { hashBytes } from "../machine/index.ts";
import type { AnswerSettings, PlannedSlide, RunOfModel } from "./types.ts";

/** Changes whenever equal settings would give other numbers. */
const PREDICT_VERSION = "predict-1";

/** A slide with all by which its result is known to be its own. */
export interface FingerprintedSlide {
  readonly slide: PlannedSlide;
  /** Hash over model, rules, µm/px and the state of the file. */
  readonly fingerprint: string;
  /** Of its files. */
  readonly bytes: number;
  /** See `stateOf`. */
  readonly state: string;
}

/** Hash over what all slides of a folder share: the model's weights, its rules, and how slides are read and cut. */
export function settingsHash({ facts }: Pick<RunOfModel, "facts">, settings: AnswerSettings): string {
  const { cut, backend, rules } = settings;
  const used = rulesOfModel(facts, rules).rules;
  return hashBytes(JSON.stringify([PREDICT_VERSION, facts.hash, used, cut, backend])).slice(0, 32);
}

/** Looks at a slide's files. */
export async function fingerprintSlide(
  slide: PlannedSlide,
  { facts }: Pick<RunOfModel, "facts">,
  settings: string,
): Promise<FingerprintedSlide> {
  const files = await sourceFiles(slide.path);
  const state = stateOf(files);
  const { rules } = rulesOfModel(facts, slide.rules);
  const content = JSON.stringify([settings, rules, slide.mpp, state]);
  return { slide, fingerprint: hashBytes(content), bytes: sizeOf(files), state };
}
