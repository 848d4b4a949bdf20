// The study file: the paper's whole experiment as data, split into sections. Its options of trainings are those of
// `train` and `distill`, taken from their schemas without their defaults: what no section says is decided there.
import * as z from "zod";
import { distillOptions } from "./distill.ts";
import { mpp, seed } from "./fragments.ts";
import { distillKeys, trainKeys, tuneKeys } from "./study-training-keys.ts";
import { trainOptions } from "./train.ts";

const fraction = z.number().min(0).max(1);
const count = (most: number) => z.int().min(1).max(most);

/** How long every training is: optimiser steps, from which epochs are worked out, or epochs. */
const budget = z
  .strictObject({
    steps: count(10_000_000).optional().meta({
      description: "Optimiser steps of every training; its epochs are worked out from its number of images.",
    }),
    epochs: count(1_000_000).optional().meta({ description: "Passes over the training images." }),
  })
  .refine(({ steps, epochs }) => (steps === undefined) !== (epochs === undefined), {
    message: "either `steps` or `epochs`",
  })
  .optional()
  .meta({ description: "How long every training is: optimiser steps or epochs." });

const data = z
  .strictObject({
    data: trainOptions.shape.data,
    dataMpp: trainOptions.shape.dataMpp,
    include: trainOptions.shape.include,
    classes: trainOptions.shape.classes,
    splits: trainOptions.shape.splits,
    patientPattern: trainOptions.shape.patientPattern,
    unlabelled: distillOptions.shape.unlabelled,
  })
  .meta({ description: "Which tissue, its labels and its splits." });

const teacher = z
  .strictObject({
    mpp: mpp.default(1).meta({ description: "Resolution of the teacher in µm per pixel." }),
    run: z.string().min(1).optional().meta({
      description: "Folder of a finished run that is the teacher, instead of training one.",
    }),
    budget,
    ...trainKeys,
  })
  .prefault({})
  .meta({ description: "The teacher, and options of its training." });

const students = z
  .strictObject({
    mpp: z.array(mpp).min(1).max(16).default([2, 4, 8, 16]).meta({
      description: "Resolutions of students, baselines and fine-tuned networks in µm per pixel.",
    }),
    budget,
    ...distillKeys,
  })
  .prefault({})
  .meta({ description: "Resolutions to compare, and options of every distillation." });

/** What makes an arm: label-only, distilled, or distilled and then tuned on labels. */
const ARM_KINDS = ["baseline", "distilled", "fine-tuned"] as const;

const armOptions = { ...trainKeys, ...distillKeys };

const arm = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 _.+-]{0,39}$/, "a name of up to 40 letters, digits, spaces and _ . + -")
    .meta({ description: "Name of the arm in tables and figures; by itself it decides nothing." }),
  kind: z.enum(ARM_KINDS).meta({
    description: "Trained from labels, distilled from the teacher, or distilled and then tuned on labels.",
  }),
  from: z.string().min(1).optional().meta({
    description: "Of a fine-tuned arm: the distilled arm that it starts from (default: distilled).",
  }),
  mpp: z.array(mpp).min(1).max(16).optional().meta({
    description: "Resolutions of this arm (default: all).",
  }),
  unlabelledFractions: z.array(fraction).min(1).max(20).optional().meta({
    description: "Shares of the unlabelled tissue for this arm (default: all).",
  }),
  budget,
  options: z.strictObject(armOptions).prefault({}).meta({
    description: "Options of this arm's trainings, over those of all sections.",
  }),
  choose: z
    .strictObject(
      Object.fromEntries(
        Object.entries(armOptions).map(([key, schema]) => [
          key,
          z
            .array((schema as z.ZodOptional).unwrap())
            .min(1)
            .max(20)
            .optional()
            .meta(schema.meta() ?? {}),
        ]),
      ) as { [K in keyof typeof armOptions]: z.ZodOptional<z.ZodArray> },
    )
    .optional()
    .meta({
      description:
        "Values to try, by option; the best combination on validation data alone meets the test split.",
    }),
});

const DEFAULT_ARMS = ["baseline", "distilled"] as const;

const comparison = z
  .strictObject({
    primary: z
      .enum(["macroAuroc", "balancedAccuracy", "accuracy", "macroF1"])
      .default("macroAuroc")
      .meta({ description: "The metric that claims are made of." }),
    margin: z.number().gt(0).lt(1).default(0.05).meta({
      description:
        "A student keeps up with its teacher when it is worse by less than this, in units of the metric.",
    }),
    level: z
      .number()
      .min(0.5)
      .max(0.999)
      .default(0.95)
      .meta({ description: "Nominal coverage of intervals." }),
    draws: z.int().min(100).max(1_000_000).default(10_000).meta({ description: "Draws of the bootstrap." }),
  })
  .prefault({})
  .meta({ description: "How networks are compared." });

const leaks = z
  .strictObject({
    nearDuplicates: z.boolean().default(true).meta({
      description: "Look for images in two splits that show the same tissue.",
    }),
    allow: z
      .array(z.array(z.string().min(1)).length(2))
      .max(100_000)
      .default([])
      .meta({
        description: "Pairs of images, by id, that were looked at and are no leak.",
      }),
  })
  .prefault({})
  .meta({ description: "Checks before anything runs." });

/** The whole study file. */
export const studyFileSchema = z.strictObject({
  title: z.string().min(1).max(200).meta({ description: "Title of the report." }),
  data,
  training: z
    .strictObject({ ...trainKeys, ...distillKeys })
    .prefault({})
    .meta({
      description:
        "Options of every training: any of `lowmag train` and `lowmag distill` that the study does not decide.",
    }),
  budget,
  teacher,
  students,
  baseline: z
    .strictObject({ budget, ...trainKeys })
    .prefault({})
    .meta({
      description: "Options of every label-only baseline.",
    }),
  fineTuning: z
    .strictObject({ budget, ...tuneKeys })
    .prefault({})
    .meta({
      description: "Options of every fine-tuning.",
    }),
  labelFractions: z.array(fraction.gt(0)).min(1).max(20).default([1]).meta({
    description: "Shares of the training labels, for teacher, baseline and fine-tuning alike.",
  }),
  unlabelledFractions: z.array(fraction).min(1).max(20).optional().meta({
    description:
      "Shares of the unlabelled tissue for distilled arms (default: 0 and 1, or 0 where there is none).",
  }),
  seeds: z.array(seed.unwrap()).min(1).max(100).default([1, 2, 3]).meta({
    description: "Every network is trained once with each of these seeds.",
  }),
  arms: z
    .array(z.union([z.enum(ARM_KINDS), arm]))
    .min(1)
    .max(50)
    .default([...DEFAULT_ARMS])
    .meta({
      description: "What is compared; a word alone stands for an arm of that kind and name.",
    }),
  comparison,
  leaks,
  examples: z.int().min(0).max(50).default(6).meta({
    description: "Pieces of tissue to show where student and teacher disagree.",
  }),
});

/** A study file as a person writes it. */
export type StudyFileInput = z.input<typeof studyFileSchema>;
/** The same with defaults filled in; arms may still be words. */
export type ParsedStudyFile = z.output<typeof studyFileSchema>;
