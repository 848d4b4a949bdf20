// Options of `export`: a trained model as a standard ONNX file, with its card, for other programs.
import * as z from "zod";
import { dataOptions, machineOptions, patientPattern, seed, splits } from "./fragments.ts";

const QUANTISATION = "Quantisation";
const HANDING_ON = "Handing on";

/** Options of {@link exportModel}. */
export const exportOptions = z.strictObject({
  run: z.string().min(1).meta({ placeholder: "RUN", description: "Run folder of the model." }),
  out: z.string().min(1).optional().meta({ placeholder: "FILE", description: "ONNX file to write." }),
  page: z.string().min(1).optional().meta({
    placeholder: "DIR",
    description:
      "Folder to write a web page to that classifies slides in the browser; any static host serves it.",
  }),
  card: z.boolean().default(true).meta({
    description: "Write the model card beside the file, as FILE.md and FILE.json.",
    off: "Write no model card.",
  }),
  overwrite: z
    .boolean()
    .default(false)
    .meta({ description: "Replace existing files, or a page that was exported before." }),
  licence: z.string().min(1).max(10_000).optional().meta({
    group: HANDING_ON,
    placeholder: "TEXT",
    description: "Licence of the model, for the file and its card: a name, an SPDX identifier or a sentence.",
  }),
  teacherLicence: z.string().min(1).max(10_000).optional().meta({
    group: HANDING_ON,
    placeholder: "TEXT",
    description: "Licence of the teacher whose outputs the model learned from, where it binds the model too.",
  }),
  wsinfer: z.string().min(1).optional().meta({
    group: HANDING_ON,
    placeholder: "DIR",
    description:
      "Write a folder for WSInfer and QuPath's WSInfer extension too: config.json, the weights, and the script that makes their TorchScript file.",
  }),
  wsinferPatch: z.int().min(16).max(16_384).optional().meta({
    group: HANDING_ON,
    placeholder: "PX",
    description:
      "Side of the tiles that WSInfer cuts, in pixels at the model's resolution (default: the grid of the model's images, else 224).",
  }),
  quantise: z.enum(["none", "int8", "int8-full"]).default("none").meta({
    group: QUANTISATION,
    description:
      "Convolutions in 8 bits: int8 stores their weights so (a quarter of the bytes, the same speed); int8-full also computes so (faster where the processor can; sees ranges in the training images of --data).",
  }),
  data: dataOptions.data.optional().meta({
    group: QUANTISATION,
    placeholder: "PATH",
    description:
      "Labelled tissue images on which the loss by quantisation is measured, as for `lowmag train`.",
  }),
  dataMpp: dataOptions.dataMpp.meta({ group: QUANTISATION, placeholder: "UM" }),
  splits: splits.meta({ group: QUANTISATION, placeholder: "FILE" }),
  patientPattern: patientPattern.meta({ group: QUANTISATION, placeholder: "REGEX" }),
  split: z.enum(["train", "val", "test"]).default("val").meta({
    group: QUANTISATION,
    description: "The images on which the loss is measured. Keep test for the evaluation.",
  }),
  ...machineOptions,
  seed: seed.meta({ description: "Accepted for uniformity; the export has no random part." }),
});

/** What a caller of `exportModel` gives. */
export type ExportOptions = z.input<typeof exportOptions>;

/** The same with its defaults. */
export type CompleteExportOptions = z.output<typeof exportOptions>;
