// Options of `train`: a teacher, a label-only baseline, or a student fine-tuned on labels.
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

/** Options of {@link train}. */
export const trainOptions = z.strictObject({
  ...dataOptions,
  splits,
  patientPattern,
  labelFraction: z.number().positive().max(1).default(1).meta({
    group: "Data",
    description:
      "Share of each class's training images whose labels are used, by whole patients, drawn with the seed.",
  }),
  mpp: mpp.optional().meta({
    group: "Model",
    placeholder: "UM",
    description: "Resolution the network works at, in µm per pixel (with --from: the run's own).",
  }),
  architecture: z.enum(ARCHITECTURES).optional().meta({
    group: "Model",
    description: "Network (default: resnet10-thin-gn, or with --from the run's own).",
  }),
  from: z.string().min(1).optional().meta({
    group: "Model",
    placeholder: "RUN",
    description: "Start from the weights of this run folder: fine-tuning on labels.",
  }),
  weights: z.string().min(1).optional().meta({
    group: "Model",
    placeholder: "FILE",
    description: "Start from a safetensors file with PyTorch's parameter names.",
  }),
  ...optimisationOptions,
  schedule: optimisationOptions.schedule.unwrap().default("exponential").meta({
    group: "Training",
    description: "How the learning rate changes: not at all, times gamma per epoch, or along a cosine to 0.",
  }),
  select: select.default("loss"),
  classWeights: z.enum(["none", "balanced"]).default("none").meta({
    group: "Training",
    description: "Weights of the classes in the loss; balanced is inverse to their frequency.",
  }),
  labelSmoothing: z.number().min(0).lt(1).default(0).meta({
    group: "Training",
    description: "Probability mass spread evenly over all classes in the target.",
  }),
  ...augmentationOptions,
  ...runFolderOptions,
  ...trainingMemoryOptions,
  device,
  ...machineOptions,
  seed,
  out: outFolder.meta({ description: "Run folder to write." }),
});

/** What a caller of `train` gives. */
export type TrainOptions = z.input<typeof trainOptions>;
