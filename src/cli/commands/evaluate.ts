// `lowmag evaluate`: an honest comparison, as a report.
import { evaluateOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { comparisonText } from "../comparison-text.ts";

export const evaluateCommand = defineCommand({
  name: "evaluate",
  summary: "Compare models on one split and write a report.",
  description:
    "Runs every model on the same images and reports metrics with bootstrap intervals, paired differences, calibration and cost, as report.html and evaluation.json.",
  examples: [
    {
      command:
        "lowmag evaluate runs/teacher runs/student-4 runs/baseline-4 --data tiles/ --splits splits.csv --split test --out report/",
      says: "Teacher, student and baseline on the test split.",
    },
  ],
  positionals: [{ key: "runs", variadic: true }],
  options: evaluateOptions,
  async run(options, context) {
    const { evaluate } = await import("../../api/evaluate.ts");
    const result = await evaluate(options, context);
    return { result, text: comparisonText(result) };
  },
});
