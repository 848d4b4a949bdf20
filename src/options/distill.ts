// Options of `distill`: a student at a lower magnification learns from a teacher, without labels.
import * as z from "zod";
import {
  ARCHITECTURES,
  augmentationOptions,
  dataOptions,
  device,
  machineOptions,
  mpp,
  optimisationOptions,
  outFolder,
  patientPattern,
  runFolderOptions,
  seed,
  select,
  splits,
  trainingMemoryOptions,
} from "./fragments.ts";

const DISTILLATION = "Distillation";

/** Options of {@link distill}. */
export const distillOptions = z.strictObject({
  teacher: z.string().min(1).meta({
    group: "Model",
    placeholder: "RUN",
    description: "Run folder of the teacher, whose best checkpoint is used.",
  }),
  ...dataOptions,
  splits,
  patientPattern,
  unlabelled: z.array(z.string().min(1)).default([]).meta({
    group: "Data",
    placeholder: "PATH",
    description: "Further tissue without labels: a folder or a manifest CSV (may be given more than once).",
  }),
  unlabelledFraction: z.number().min(0).max(1).default(1).meta({
    group: "Data",
    description:
      "Share of the images without a label to learn from, by whole patients where known, drawn with the seed.",
  }),
  mpp: mpp.meta({
    group: "Model",
    placeholder: "UM",
    description: "Resolution of the student in µm per pixel; not finer than the teacher's.",
  }),
  architecture: z.enum(ARCHITECTURES).optional().meta({
    group: "Model",
    description: "Network of the student (default: the teacher's).",
  }),
  temperature: z.number().positive().default(1).meta({
    group: DISTILLATION,
    description: "Temperature T of the soft loss.",
  }),
  resizers: z.enum(["max", "bicubic", "both"]).default("both").meta({
    group: DISTILLATION,
    description:
      "How the teacher's feature map is brought to the student's grid; both means the mean of the two.",
  }),
  pixelLoss: z.enum(["l2", "l1"]).default("l2").meta({
    group: DISTILLATION,
    description: "Distance between feature maps: mean squared or mean absolute error.",
  }),
  loss: z.enum(["intended", "published"]).default("intended").meta({
    group: DISTILLATION,
    description: "The loss as meant, or as the published code computes it (half the max-pooled term alone).",
  }),
  softWeight: z
    .number()
    .min(0)
    .default(1)
    .meta({ group: DISTILLATION, description: "Weight of the soft loss." }),
  pixelWeight: z
    .number()
    .min(0)
    .default(1)
    .meta({ group: DISTILLATION, description: "Weight of the pixel loss." }),
  ...optimisationOptions,
  select: select.default("loss"),
  ...augmentationOptions,
  jitterViews: z.enum(["pair", "student"]).default("pair").meta({
    group: "Augmentation",
    description:
      "Whose colours and stains are jittered: both images of a pair alike, as in the paper, or the student's alone.",
  }),
  cacheTeacher: z.boolean().default(false).meta({
    group: DISTILLATION,
    description:
      "Run the teacher once per image and flip, and keep what it puts out in the cache (wants a teacher's image that is never jittered).",
  }),
  teacherPrecision: z.enum(["float32", "float16"]).default("float32").meta({
    group: DISTILLATION,
    description: "Precision of the teacher's feature maps in the cache; logits are always float32.",
  }),
  teacherArithmetic: z.enum(["float32", "float16"]).default("float32").meta({
    group: DISTILLATION,
    description:
      "Arithmetic of the frozen teacher: in half precision it is faster on graphics processors that have it, and a little less exact.",
  }),
  ...runFolderOptions,
  ...trainingMemoryOptions,
  device,
  ...machineOptions,
  seed,
  out: outFolder.meta({ description: "Run folder to write." }),
});

/** What a caller of `distill` gives. */
export type DistillOptions = z.input<typeof distillOptions>;
