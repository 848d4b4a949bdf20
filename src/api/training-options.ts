// The options that every training has, complete.
import type * as z from "zod";
import type { distillOptions, trainOptions } from "../options/index.ts";

/** Complete options of `train` and `distill`. */
export type CompleteTrainOptions = z.output<typeof trainOptions>;
export type CompleteDistillOptions = z.output<typeof distillOptions>;

/** What the two share. */
export type CommonTrainingOptions = Pick<
  CompleteTrainOptions,
  keyof CompleteTrainOptions & keyof CompleteDistillOptions
>;
