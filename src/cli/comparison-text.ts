// A comparison of models as a table for the terminal; the report says the rest.
import type { EvaluateResult } from "../api/index.ts";
import { estimateText } from "./estimate-text.ts";
import { formatTable } from "./table.ts";

/** The models with their main metrics, and where the report is. */
export function comparisonText({ record, report }: EvaluateResult): string {
  const rows = record.models.map(({ name, role, mpp, metrics, cost }) => [
    name,
    role,
    `${mpp}`,
    estimateText(metrics.accuracy),
    estimateText(metrics.balancedAccuracy),
    estimateText(metrics.macroAuroc),
    (cost.macsPerImageMean / 1e9).toPrecision(3),
  ]);
  const header = ["model", "role", "µm/px", "accuracy", "balanced accuracy", "AUROC", "GMAC/image"];
  const patients = record.patients === null ? "" : ` of ${record.patients} patients`;
  return [
    formatTable(header, rows),
    `${record.images} images${patients}, split ${record.split}; 95% intervals from ${record.resampling}`,
    ...record.notes.map((note) => `Note: ${note}`),
    `Report: ${report}`,
  ].join("\n");
}
