// `lowmag study init`: a commented study file to start from.
import { studyInitOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";

export const studyInitCommand = defineCommand({
  name: "study init",
  summary: "Write a commented study file to start from.",
  description:
    "Writes a study file in which every key stands with its explanation and its default, or, with --preset, one for a data set of the paper. Nothing is replaced unless asked for.",
  examples: [
    { command: "lowmag study init", says: "Writes study.yaml." },
    {
      command: "lowmag study init luad.yaml --preset luad",
      says: "The paper's question for lung adenocarcinoma.",
    },
  ],
  positionals: [{ key: "file", variadic: false }],
  options: studyInitOptions,
  async run(options) {
    const { studyInit } = await import("../../api/study-init.ts");
    const result = await studyInit(options);
    const first =
      result.preset === null
        ? "Change `title` and `data`, then look at its cost"
        : "It belongs beside the folders that it names; then look at its cost";
    return { result, text: `Wrote ${result.file}\n${first}: lowmag study ${options.file} --dry-run` };
  },
});
