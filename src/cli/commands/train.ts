// `lowmag train`: a network from labels.
import { trainOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { runText } from "../run-text.ts";

export const trainCommand = defineCommand({
  name: "train",
  summary: "Train a network from labels: a teacher, a baseline, or fine-tuning.",
  description:
    "Trains a network on whole tissue images at one resolution and writes a run folder. At a fine --mpp that is a teacher; at a coarse one the label-only baseline that a student must beat; with --from a student is tuned on labels.",
  examples: [
    {
      command: "lowmag train --data tiles/ --splits splits.csv --mpp 1 --out runs/teacher",
      says: "A teacher at 1 µm per pixel (10x).",
    },
    {
      command:
        "lowmag train --data tiles/ --splits splits.csv --mpp 4 --label-fraction 0.2 --out runs/baseline-4",
      says: "A baseline at 4 µm per pixel from a fifth of the labels.",
    },
    {
      command:
        "lowmag train --from runs/student-4 --data tiles/ --splits splits.csv --out runs/student-4-tuned",
      says: "Fine-tuning of a student on labels.",
    },
    { command: "lowmag train --resume --out runs/teacher", says: "Go on after an interruption." },
  ],
  options: trainOptions,
  async run(options, context) {
    const { train } = await import("../../api/train.ts");
    const result = await train(options, context);
    return { result, text: runText(result) };
  },
});
