// `lowmag predict`: a trained model over slides and images.
import { predictOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { EXIT_DONE, EXIT_SOME_INPUTS_FAILED } from "../exit-codes.ts";
import { answersCsv, outlookText, resultsText } from "../predict-text.ts";

export const predictCommand = defineCommand({
  name: "predict",
  summary: "Classify slides and tissue images with a trained model.",
  description:
    "Cuts slides into tissue images as the model's own were cut, classifies each piece and the slide, and draws where the evidence lies. Without --out it prints the answers as CSV. With --out it writes tables, heat maps, GeoJSON for QuPath and a page to look through; an interrupted run goes on with the same command, and several processes may share the folder. What cannot be used is set aside with the reason in failures.csv, the others are still done, and the exit code is then 3. For research use only.",
  examples: [
    {
      command: "lowmag predict runs/student-8 slides/ --out results/",
      says: "Every slide in a folder, overnight; the same command goes on after an interruption.",
    },
    {
      command: "lowmag predict runs/student-8 slides.csv --shard 3/8 --out results/",
      says: "One of eight jobs that share a list of slides and a folder.",
    },
    {
      command:
        "lowmag predict runs/student-8 slides/ --slide-rule any --positive Tumour --threshold-from validation/ --out results/",
      says: "Tumour where any piece says so, by a threshold chosen on labelled slides.",
    },
    {
      command: "lowmag predict runs/student-4 biopsy.png --slide-mpp 1 --json",
      says: "A tissue image that does not state its µm per pixel; answers as JSON.",
    },
  ],
  positionals: [
    { key: "run", variadic: false },
    { key: "inputs", variadic: true },
  ],
  options: predictOptions,
  async run(options, context) {
    const { predict } = await import("../../api/predict.ts");
    const result = await predict(options, context);
    const text = result.dryRun ? outlookText : result.out === null ? answersCsv : resultsText;
    return {
      result,
      text: text(result),
      exitCode: result.failures.length > 0 ? EXIT_SOME_INPUTS_FAILED : EXIT_DONE,
    };
  },
});
