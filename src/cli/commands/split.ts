// `lowmag split`: decides once who is in train, val and test.
import { splitOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { formatTable } from "../table.ts";

export const splitCommand = defineCommand({
  name: "split",
  summary: "Divide a data set into train, val and test, by patient.",
  description:
    "Deals whole patients out to train, val and test so that each split has every class in proportion, and writes a CSV that all other commands read. Where no patient is known, --blocks deals out contiguous blocks of files instead.",
  examples: [
    {
      command: "lowmag split --data tiles/ --patients patients.csv --out splits.csv --seed 1",
      says: "Patients from a CSV with the columns image and patient.",
    },
    {
      command:
        "lowmag split --data tiles/ --patient-pattern '/(P\\d+)_' --fractions 0.7,0.1,0.2 --out splits.csv",
      says: "The patient is a part of the file name.",
    },
    {
      command: "lowmag split --data tiles/ --blocks 10 --out splits.csv",
      says: "No patient is known: neighbouring files stay together.",
    },
  ],
  options: splitOptions,
  async run(options, context) {
    const { split } = await import("../../api/split.ts");
    const result = await split(options, context);
    const rows = result.splits.map(({ split: name, images, patients, perClass }) => [
      name,
      `${images}`,
      patients === 0 ? "–" : `${patients}`,
      ...result.classes.map((label) => `${perClass[label] ?? 0}`),
    ]);
    const table = formatTable(["split", "images", "patients", ...result.classes], rows);
    return { result, text: `${table}\nWritten: ${result.out}` };
  },
});
