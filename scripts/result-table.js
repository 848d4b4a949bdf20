// Prints the tables of results/*.md from an evaluation.json: models with intervals, then paired differences.
//
// Usage: node scripts/result-table.js REPORT_FOLDER/evaluation.json
import { readFileSync } from "node:fs";

const record = JSON.parse(readFileSync(process.argv[2], "utf8"));
const bounds = ({ value, interval }, sign = "") => {
  const number = (x) => `${sign !== "" && x >= 0 ? sign : ""}${x.toFixed(3)}`;
  if (value === null) return "n/a";
  return interval === null
    ? number(value)
    : `${number(value)} [${number(interval.low)}, ${number(interval.high)}]`;
};
const rows = record.models.map(({ name, mpp, cost, metrics }) => [
  name,
  mpp,
  (cost.macsPerMm2 / 1e9).toFixed(3),
  bounds(metrics.accuracy),
  bounds(metrics.balancedAccuracy),
  bounds(metrics.macroAuroc),
]);
const differences = record.comparisons
  .filter(({ metric }) => metric === "balancedAccuracy" || metric === "macroAuroc")
  .map(({ first, second, metric, difference, pValue }) => [
    `${first} − ${second}`,
    metric === "macroAuroc" ? "AUROC" : "balanced accuracy",
    bounds(difference, "+"),
    pValue === null ? "n/a" : pValue.toFixed(4),
  ]);
const table = (head, body) =>
  [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

console.log(
  `${record.images} images${record.patients === null ? "" : ` of ${record.patients} patients`}, ${record.split} split, ${record.resampling}.\n`,
);
console.log(table(["model", "µm/px", "GMAC/mm²", "accuracy", "balanced accuracy", "AUROC"], rows));
console.log(`\n${table(["difference", "metric", "value [95% interval]", "p"], differences)}`);
