// `lowmag convert`: DeepSlide's folders to a manifest.
import type { ConvertResult } from "../../api/index.ts";
import { convertOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { formatTable } from "../table.ts";

export const convertCommand = defineCommand({
  name: "convert",
  summary: "Turn DeepSlide's folders into a manifest and splits.",
  description:
    "Reads the folder in which DeepSlide's scripts were run (all_wsi, wsi_train, wsi_val, wsi_test, labels_*.csv, train_folder), or train, val and test folders of class folders, and writes manifest.csv, splits.csv and unlabelled.csv. The images stay where they are and as they are. It says what it left out and why, and stops where folders and labels contradict each other.",
  examples: [
    {
      command: "lowmag convert deepslide/ --mpp 1 --patient-pattern '/(S\\d+-\\d+)' --dry-run",
      says: "What would be taken; the patient is a part of the file name.",
    },
    {
      command: "lowmag convert deepslide/ --mpp 1 --take all --splits drop --unlabelled more/",
      says: "All tissue images and further ones without labels; then divide by patient with `lowmag split`.",
    },
  ],
  positionals: [{ key: "folder", variadic: false }],
  options: convertOptions,
  async run(options, context) {
    const { convert } = await import("../../api/convert.ts");
    const result = await convert(options, context);
    return { result, text: convertText(result) };
  },
});

const PARTS: Readonly<Record<ConvertResult["take"], string>> = {
  split: "tissue images of the split folders",
  all: "tissue images of all_wsi",
  patches: "patches of train_folder and patches_eval_test",
};

function convertText(result: ConvertResult): string {
  const { classes, splits, leftOut, notes, written } = result;
  const rows = splits.map(({ split, images, patients, perClass }) => [
    split,
    `${images}`,
    patients === 0 ? "–" : `${patients}`,
    ...classes.map((label) => `${perClass[label] ?? 0}`),
  ]);
  const lists = [written.manifest, written.splits, written.unlabelled].filter((path) => path !== null);
  return [
    `Taken: the ${PARTS[result.take]}, at ${result.mpp} µm/px`,
    formatTable(["split", "images", "patients", ...classes], rows),
    ...(result.unlabelled > 0 ? [`${result.unlabelled} unlabelled images`] : []),
    ...leftOut.map(
      ({ count, reason, examples }) =>
        `Left out: ${count} – ${reason} (${examples.join(", ")}${count > examples.length ? ", …" : ""})`,
    ),
    ...notes.map((note) => `Note: ${note}`),
    lists.length === 0 ? "Nothing was written (dry run)." : `Written: ${lists.join(", ")}`,
  ].join("\n");
}
