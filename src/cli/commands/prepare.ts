// `lowmag prepare`: slides to a data set.
import { prepareOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { EXIT_DONE, EXIT_SOME_INPUTS_FAILED } from "../exit-codes.ts";
import { plannedText, preparedText } from "../prepare-text.ts";

export const prepareCommand = defineCommand({
  name: "prepare",
  summary: "Cut slides into tissue images at exact µm per pixel.",
  description:
    "Finds the tissue of whole-slide images and writes each piece (or a grid of tiles, or annotated regions) at one or several resolutions, with a manifest that split, train and distill read. An interrupted run goes on with the same command. Slides that cannot be used are set aside with the reason in failures.csv, the others are still done, and the exit code is then 3.",
  examples: [
    {
      command: "lowmag prepare slides/ --mpp 1 --out dataset/",
      says: "Every slide in a folder, a tissue image per piece, at 1 µm per pixel (10x).",
    },
    {
      command: "lowmag prepare slides.csv --mpp 1,4 --workers 2 --out dataset/",
      says: "A list with the columns slide, patient, label; two resolutions.",
    },
    {
      command: "lowmag prepare 'slides/**/*.svs' --mpp 0.5 --grid 224 --dry-run --out tiles/",
      says: "How many tiles of 224 x 224 pixels that would be.",
    },
  ],
  positionals: [{ key: "slides", variadic: true }],
  options: prepareOptions,
  async run(options, context) {
    const { prepare } = await import("../../api/prepare.ts");
    const result = await prepare(options, context);
    return {
      result,
      text: result.dryRun ? plannedText(result) : preparedText(result),
      exitCode: result.failures.length > 0 ? EXIT_SOME_INPUTS_FAILED : EXIT_DONE,
    };
  },
});
