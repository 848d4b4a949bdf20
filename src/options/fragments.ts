// Options that several operations share, each written once: its key, range, default and the words that explain it.
// `meta` adds what zod has no place for: `placeholder` (the value's word in help), `group` (help heading) and
// `separator` (a list given in one flag),
// `off` (what switching off a switch means that is on by default).
import * as z from "zod";

/** The networks by name; a test compares this list with the models room. */
export const ARCHITECTURES = [
  "resnet10-thin-gn",
  "resnet18-bn",
  "resnet18-gn",
  "resnet34-bn",
  "resnet34-gn",
] as const;

const DATA = "Data";
const TRAINING = "Training";
const AUGMENTATION = "Augmentation";
const RUN = "Run";

/** Seed of every random choice. */
export const seed = z
  .int()
  .min(0)
  .max(0xffffffff)
  .default(0)
  .meta({ description: "Seed of every random choice; equal seeds give equal results." });

/** A resolution in µm per pixel. */
export const mpp = z.number().positive().meta({ placeholder: "UM" });

const regularExpression = z.string().refine(isRegularExpression, { message: "a valid regular expression" });

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** Where the labelled tissue is and how to read it. */
export const dataOptions = {
  data: z.string().min(1).meta({
    group: DATA,
    placeholder: "PATH",
    description:
      "Tissue images: a folder with one folder per class, the published layout (data_10x/train/<Class>/*.png), or a manifest CSV (image, label, patient, split, mpp).",
  }),
  dataMpp: mpp.optional().meta({
    group: DATA,
    placeholder: "UM",
    description: "Resolution of the stored files in µm per pixel, where neither manifest nor file says it.",
  }),
  include: regularExpression.optional().meta({
    group: DATA,
    placeholder: "REGEX",
    description: "Use only images whose path (below the data folder) matches this regular expression.",
  }),
  classes: z.array(z.string().min(1)).min(2).optional().meta({
    group: DATA,
    placeholder: "A,B,…",
    separator: ",",
    description: "Use only these classes, in this order (default: all, in alphabetical order).",
  }),
};

/** The regular expression that finds the patient in a file name. */
export const patientPattern = regularExpression.optional().meta({
  group: DATA,
  placeholder: "REGEX",
  description: "Regular expression on the image's path whose first group is the patient.",
});

/** The list that names the patient of each image. */
export const patients = z.string().min(1).optional().meta({
  group: DATA,
  placeholder: "FILE",
  description: "CSV with the columns image (path, file name, or file name without its ending) and patient.",
});

/** The file that `lowmag split` wrote. */
export const splits = z.string().min(1).optional().meta({
  group: DATA,
  placeholder: "FILE",
  description: "Splits file written by `lowmag split` (not needed where the manifest or layout has splits).",
});

/** How many threads work. */
export const workers = z
  .int()
  .min(1)
  .max(256)
  .optional()
  .meta({ group: RUN, description: "Worker threads (default: one per core)." });

/** What computes. */
export const device = z.enum(["cpu", "webgpu", "cuda", "auto"]).default("cpu").meta({
  group: RUN,
  description:
    "What computes: the CPU, a graphics processor through WebGPU or CUDA, or the fastest of them; `lowmag doctor` says which there are.",
});

/** A limit of memory, in GB (10^9 bytes). */
export const memoryLimit = z.number().min(0.5).max(4096).meta({ placeholder: "GB" });

/** What a training may do, and what not, to fit into memory. */
export const trainingMemoryOptions = {
  checkpointing: z.enum(["auto", "on", "off"]).default("auto").meta({
    group: RUN,
    description:
      "Recompute what the backward pass needs, block by block, instead of keeping it: less memory, more time, the same results; auto where it would not fit otherwise.",
  }),
  maxMemory: memoryLimit.optional().meta({
    group: RUN,
    placeholder: "GB",
    description:
      "Memory for the whole process; decides micro-batches, checkpointing and workers, and refuses images that cannot fit (default: what is available, less a margin).",
  }),
};

/** Where decoded pixels are kept and how many threads work. */
export const machineOptions = {
  cache: z.string().min(1).optional().meta({
    group: RUN,
    placeholder: "DIR",
    description:
      "Folder that keeps decoded and resampled pixels; runs may share it (default: a folder of the user's cache).",
  }),
  workers,
};

/** A folder that an operation writes. */
export const outFolder = z.string().min(1).meta({ placeholder: "DIR" });

/** Optimiser, schedule and batches of a training; the defaults are the published recipe. */
export const optimisationOptions = {
  epochs: z
    .int()
    .min(1)
    .default(100)
    .meta({ group: TRAINING, description: "Passes over the training images." }),
  learningRate: z
    .number()
    .positive()
    .default(1e-3)
    .meta({ group: TRAINING, description: "Learning rate at the start." }),
  optimizer: z.enum(["adam", "adamw", "sgd"]).default("adam").meta({
    group: TRAINING,
    description: "Optimiser: Adam with L2 decay as in PyTorch, AdamW, or SGD with momentum 0.9.",
  }),
  weightDecay: z.number().min(0).default(1e-4).meta({ group: TRAINING, description: "Weight decay." }),
  schedule: z.enum(["constant", "exponential", "cosine"]).default("constant").meta({
    group: TRAINING,
    description: "How the learning rate changes: not at all, times gamma per epoch, or along a cosine to 0.",
  }),
  gamma: z.number().positive().max(1).default(0.85).meta({
    group: TRAINING,
    description: "Factor per epoch of the exponential schedule.",
  }),
  warmupSteps: z.int().min(0).default(0).meta({
    group: TRAINING,
    description: "Optimiser steps over which the cosine schedule first rises linearly.",
  }),
  batch: z.int().min(1).default(32).meta({
    group: TRAINING,
    description: "Images whose gradients are accumulated for one optimiser step.",
  }),
  microBatch: z.int().min(1).optional().meta({
    group: TRAINING,
    description: "Images of equal size in one forward pass (default: chosen from the image size).",
  }),
};

/** Augmentation: drawn once per image or pair. */
export const augmentationOptions = {
  flip: z.boolean().default(true).meta({
    group: AUGMENTATION,
    description: "Flip horizontally and vertically, each with probability 0.5.",
    off: "No flips.",
  }),
  jitter: z.boolean().default(true).meta({
    group: AUGMENTATION,
    description: "Jitter the colours (torchvision's ColorJitter, random order).",
  }),
  jitterBrightness: jitterStrength(0.5, "Brightness factor is drawn from 1 ± this."),
  jitterContrast: jitterStrength(0.5, "Contrast factor is drawn from 1 ± this."),
  jitterSaturation: jitterStrength(0.5, "Saturation factor is drawn from 1 ± this."),
  jitterHue: z.number().min(0).max(0.5).default(0.2).meta({
    group: AUGMENTATION,
    description: "Hue shift is drawn from ± this, in turns of the colour circle.",
  }),
  stainJitter: z.enum(["hed", "randstainna"]).optional().meta({
    group: AUGMENTATION,
    description:
      "Change the stains too: hed changes the amounts of haematoxylin, eosin and DAB; randstainna moves each image to a virtual template drawn from the training images' statistics.",
  }),
  stainStrength: z.number().positive().max(4).optional().meta({
    group: AUGMENTATION,
    description:
      "Of hed: amounts are multiplied by 1 ± this and shifted by ± this optical density (default 0.05). Of randstainna: factor on the training images' spread (default 1).",
  }),
};

function jitterStrength(value: number, description: string) {
  return z.number().min(0).default(value).meta({ group: AUGMENTATION, description });
}

/** The metric that chooses the best checkpoint, always on the validation split. */
export const select = z.enum(["loss", "balancedAccuracy", "accuracy", "auroc"]).meta({
  group: TRAINING,
  description: "Validation metric by which the best checkpoint is chosen.",
});

/** How a run is kept, and what to do when its folder is already there. */
export const runFolderOptions = {
  checkpointEvery: z.number().min(0).default(60).meta({
    group: RUN,
    placeholder: "SECONDS",
    description:
      "Seconds between checkpoints; what was done since the last one is lost when the machine dies.",
  }),
  resume: z.boolean().default(false).meta({
    group: RUN,
    description: "Continue an interrupted run in the same folder; the result equals an uninterrupted run's.",
  }),
  overwrite: z
    .boolean()
    .default(false)
    .meta({ group: RUN, description: "Replace a run that is already in the folder." }),
};
