// `lowmag study`: the whole experiment from one file.
import { studyOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { EXIT_DONE, EXIT_SOME_INPUTS_FAILED } from "../exit-codes.ts";
import { plannedStudyText, studyText } from "../study-text.ts";

export const studyCommand = defineCommand({
  name: "study",
  summary: "Do a whole study from one file: teachers, students, baselines, and the report.",
  description:
    "Reads a study file, looks for leaks between the splits, trains every network once per seed, chooses on validation data, reads the test split once, and writes study.json and a report with tables, figures and the methods in words. The same command goes on after any interruption and redoes only what a change of the file touches. A training that fails is reported, the others are still done, and the exit code is then 3.",
  examples: [
    {
      command: "lowmag study study.yaml --dry-run",
      says: "Check everything and say which trainings there would be and what they cost.",
    },
    {
      command: "lowmag study study.yaml",
      says: "Do it, in the folder study/ beside the file; again to go on after an interruption.",
    },
    {
      command: "lowmag study study.yaml --jobs 4 --max-memory 24 --out results/few-labels",
      says: "Four trainings at a time within 24 GB, in another folder.",
    },
  ],
  positionals: [{ key: "file", variadic: false }],
  options: studyOptions,
  async run(options, context) {
    const { study } = await import("../../api/study.ts");
    const { metricName } = await import("../../report/index.ts");
    const result = await study(options, context);
    if (result.record === null) return { result, text: plannedStudyText(result) };
    const failed = result.record.runs.some(({ state }) => state !== "done");
    return {
      result: result.record,
      text: studyText(result, metricName),
      exitCode: failed ? EXIT_SOME_INPUTS_FAILED : EXIT_DONE,
    };
  },
});
