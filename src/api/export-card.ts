// The model card of an exported file: the run's card, with what the export adds.

import type { CompleteExportOptions } from "../options/index.ts";
import { type FinishedRun, type ModelCard, modelCard, modelCardText } from "../train/index.ts";
import type { ExportedQuantisation } from "./export-quantised.ts";

/** The file that a card lies beside. */
export interface CardFile {
  readonly bytes: number;
  /** SHA-256. */
  readonly hash: string;
  /** `null` for float32. */
  readonly quantisation: ExportedQuantisation | null;
}

/** The card as JSON. */
export interface ExportedCard extends ModelCard {
  readonly file: CardFile;
}

/** The card of a run's exported file. */
export function exportedCard(
  run: FinishedRun,
  { licence, teacherLicence }: Pick<CompleteExportOptions, "licence" | "teacherLicence">,
  file: CardFile,
): ExportedCard {
  const card = modelCard(run.name, run.model.description, run.record, run.log);
  const { quantisation } = file;
  return {
    ...card,
    model: { ...card.model, hash: run.modelHash },
    limits: [
      ...card.limits,
      ...(quantisation !== null && quantisation.loss === null
        ? ["Its weights were put into 8 bits, and what that loses was not measured."]
        : []),
    ],
    licence: { own: licence ?? null, teacher: teacherLicence ?? null },
    file,
  };
}

/** The card as Markdown. */
export function exportedCardText(card: ExportedCard): string {
  return `${modelCardText(card)}\n${["## File", "", ...fileLines(card.file)].join("\n")}\n`;
}

function fileLines({ bytes, hash, quantisation }: CardFile): readonly string[] {
  const size = `ONNX, ${bytes.toLocaleString("en")} bytes, SHA-256 ${hash}`;
  if (quantisation === null) return [`- ${size}`, "- Precision: float32, as trained"];
  const { kind, exactBytes } = quantisation;
  const what = kind === "int8" ? "weights of convolutions stored" : "convolutions computed";
  return [
    `- ${size}`,
    `- Precision: ${kind} (${what} in 8 bits; ${exactBytes.toLocaleString("en")} bytes in float32)`,
    ...lossLines(quantisation),
  ];
}

/** What quantisation lost, in sentences. */
export function lossLines({ loss }: ExportedQuantisation): readonly string[] {
  if (loss === null) return ["- Loss by quantisation: not measured"];
  const { images, split, changedLabels, exact, quantised: own } = loss;
  const text = (value: number | null): string => (value === null ? "n/a" : value.toFixed(4));
  const both = (key: keyof typeof exact): string =>
    `${text(exact[key])} in float32, ${text(own[key])} quantised`;
  return [
    `- Loss by quantisation on ${images} images of the split ${split}: ${changedLabels} ${changedLabels === 1 ? "label" : "labels"} changed; probabilities differ by ${loss.meanProbabilityDifference.toFixed(5)} on average, by at most ${loss.maxProbabilityDifference.toFixed(5)}`,
    `- accuracy ${both("accuracy")}; balanced accuracy ${both("balancedAccuracy")}`,
    `- AUROC (mean over classes) ${both("macroAuroc")}; log loss ${both("logLoss")}`,
  ];
}
