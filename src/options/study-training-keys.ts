// The options of `train` and `distill` that a study file may set, taken from their schemas without the defaults: what no
// section says is decided there.
import * as z from "zod";
import { distillOptions } from "./distill.ts";
import { trainOptions } from "./train.ts";

/** Options that a study works out for every training itself, or that only say how to work. */
const DECIDED_BY_THE_STUDY = [
  "data",
  "dataMpp",
  "include",
  "classes",
  "patientPattern",
  "splits",
  "unlabelled",
  "labelFraction",
  "unlabelledFraction",
  "mpp",
  "teacher",
  "from",
  "seed",
  "out",
  "resume",
  "overwrite",
  "checkpointEvery",
  "cache",
  "maxMemory",
  "workers",
] as const;

type Decided = (typeof DECIDED_BY_THE_STUDY)[number];
type Shape = Record<string, z.ZodType>;
type WithoutDefault<T> = T extends z.ZodDefault<infer Inner> ? Inner : T;
type Partly<S extends Shape, Left extends string> = {
  [K in Exclude<keyof S, Left>]: z.ZodOptional<z.ZodType<z.output<WithoutDefault<S[K]>>>>;
};

/** The options without those named, none required and none with a default. */
function partly<S extends Shape, const Left extends string>(shape: S, left: readonly Left[]) {
  const kept = Object.entries(shape).filter(([key]) => !(left as readonly string[]).includes(key));
  return Object.fromEntries(kept.map(([key, schema]) => [key, withoutDefault(schema)])) as Partly<S, Left>;
}

function withoutDefault(schema: z.ZodType): z.ZodType {
  const inner = schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema;
  const optional = inner instanceof z.ZodOptional ? inner : inner.optional();
  return optional.meta({ ...schema.meta() });
}

/** Of a training from labels, by key. */
export const trainKeys = partly(trainOptions.shape, DECIDED_BY_THE_STUDY);
/** Of a distillation, by key. */
export const distillKeys = partly(distillOptions.shape, DECIDED_BY_THE_STUDY);
/** A network that is fine-tuned keeps its architecture and starts from its own weights. */
export const tuneKeys = partly(trainOptions.shape, [...DECIDED_BY_THE_STUDY, "architecture", "weights"]);

/** Options of a training of labels, of a distillation, and of fine-tuning that a study file may set, by key. */
export const STUDY_TRAINING_KEYS = {
  train: Object.keys(trainKeys),
  distill: Object.keys(distillKeys),
  "fine-tune": Object.keys(tuneKeys),
} as const;

/** Options that no study file sets: the study does. */
export const KEYS_DECIDED_BY_THE_STUDY: readonly Decided[] = DECIDED_BY_THE_STUDY;
