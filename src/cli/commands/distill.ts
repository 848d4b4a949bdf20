// `lowmag distill`: a student at a lower magnification.
import { distillOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { runText } from "../run-text.ts";

export const distillCommand = defineCommand({
  name: "distill",
  summary: "Teach a student at a lower magnification what a teacher knows.",
  description:
    "Trains a fresh network at a coarser resolution, without labels, to give the frozen teacher's class probabilities and last feature map for the same tissue. Labels of the data are used for validation metrics only; any amount of unlabelled tissue can be added.",
  examples: [
    {
      command:
        "lowmag distill --teacher runs/teacher --data tiles/ --splits splits.csv --unlabelled more/ --mpp 4 --out runs/student-4",
      says: "A student at 4 µm per pixel (2.5x), with additional unlabelled tissue.",
    },
    {
      command:
        "lowmag distill --teacher runs/teacher --data tiles/ --splits splits.csv --mpp 8 --jitter-views student --cache-teacher --out runs/student-8",
      says: "The teacher runs once per image and flip, not in every epoch; the colours of its images stay (a deviation from the paper).",
    },
    { command: "lowmag distill --resume --out runs/student-4", says: "Go on after an interruption." },
  ],
  options: distillOptions,
  async run(options, context) {
    const { distill } = await import("../../api/distill.ts");
    const result = await distill(options, context);
    return { result, text: runText(result) };
  },
});
