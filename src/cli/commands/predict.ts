// `lowmag predict`: a trained model on image files.
import { predictOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { EXIT_DONE, EXIT_SOME_INPUTS_FAILED } from "../exit-codes.ts";

export const predictCommand = defineCommand({
  name: "predict",
  summary: "Classify tissue images with a trained model.",
  description:
    "Prints the class and the probabilities of each image as CSV, or as JSON with --json. Images that cannot be used are named on standard error, the others are still done, and the exit code is then 3. For research use only.",
  examples: [
    {
      command: "lowmag predict runs/student-4 biopsy.png",
      says: "One image whose file states its µm per pixel.",
    },
    {
      command: "lowmag predict runs/student-4 a.png b.png --data-mpp 1 --json",
      says: "Files that do not state their resolution.",
    },
  ],
  positionals: [
    { key: "run", variadic: false },
    { key: "images", variadic: true },
  ],
  options: predictOptions,
  async run(options, context) {
    const { predict } = await import("../../api/index.ts");
    const result = await predict(options, context);
    for (const { error } of result.failures) context.onNote(`error: ${error.message}`);
    const header = ["image", "predicted", ...result.classes.map((name) => `probability: ${name}`)];
    const rows = result.predictions.map(({ image, predicted, probabilities }) => [
      image,
      predicted,
      ...probabilities.map((probability) => probability.toFixed(6)),
    ]);
    return {
      result,
      text: [header, ...rows].map((cells) => cells.map(csvCell).join(",")).join("\n"),
      exitCode: result.failures.length > 0 ? EXIT_SOME_INPUTS_FAILED : EXIT_DONE,
    };
  },
});

/** Quotes what CSV needs quoted; a text that a spreadsheet would run as a formula gets an apostrophe in front. */
function csvCell(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
