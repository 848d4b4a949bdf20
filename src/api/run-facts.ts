// How the compared models came to be, for the reader of a report: settings, data, and the commands that made them.
import type { Dataset } from "../dataset/index.ts";
import { countBySplit, hashDataset } from "../dataset/index.ts";
import { commandLineOf, distillOptions, evaluateOptions, trainOptions } from "../options/index.ts";
import type { Fact, RunFacts } from "../report/index.ts";
import type { FinishedRun } from "../train/index.ts";

/** Settings that a reader asks for first. */
const SETTINGS = [
  "epochs",
  "optimizer",
  "learningRate",
  "schedule",
  "weightDecay",
  "batch",
  "select",
  "labelFraction",
  "unlabelledFraction",
  "jitterViews",
  "temperature",
  "resizers",
  "pixelLoss",
  "loss",
  "seed",
] as const;

/** Gathers the facts. */
export function runFacts(
  evaluation: Readonly<Record<string, unknown>>,
  runs: readonly FinishedRun[],
  dataset: Dataset,
): RunFacts {
  const counts = countBySplit(dataset).map(({ split, images, patients }) => [
    split === "none" ? "in no split" : split,
    patients > 0 ? `${images} images of ${patients} patients` : `${images} images`,
  ]);
  return {
    models: Object.fromEntries(runs.map((run) => [run.name, settingsOf(run)])),
    data: { ...Object.fromEntries(counts), "SHA-256 of the data": hashDataset(dataset) },
    commands: [...runs.map(commandOf), commandLineOf("evaluate", evaluateOptions, evaluation, ["runs"])],
  };
}

function settingsOf({ config, record }: FinishedRun): Record<string, Fact> {
  const settings = SETTINGS.filter((key) => key in config).map((key) => [key, factOf(config[key])]);
  const { counts } = record.data;
  const data = Object.entries(counts).map(([part, { images }]) => [`images, ${part}`, images]);
  return { ...Object.fromEntries(settings), ...Object.fromEntries(data), bestEpoch: record.bestEpoch };
}

function factOf(value: unknown): Fact {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

function commandOf({ config, record }: FinishedRun): string {
  return record.kind === "distillation"
    ? commandLineOf("distill", distillOptions, config)
    : commandLineOf("train", trainOptions, config);
}
