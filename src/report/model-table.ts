// The table of models: what each costs and what it scores.
import type { EvaluationRecord, ModelEvaluation } from "../evaluate/index.ts";
import { estimateCell, modelHeading, notAvailable, resolutionCell, tableBox } from "./cells.ts";
import { formatCostShare, formatCount, formatSeconds, formatSi } from "./format.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { FURTHER_METRICS, MAIN_METRICS, metricWords } from "./metrics.ts";
import { costShare, inReadingOrder } from "./roles.ts";

/** The main table. */
export function modelTable(record: EvaluationRecord): Markup {
  const rows = inReadingOrder(record.models).map(
    (model) =>
      markup`<tr>${modelHeading(model)}${resolutionCell(model)}${costCells(record, model)}${MAIN_METRICS.map((key) => estimateCell(key, model.metrics[key]))}</tr>\n`,
  );
  const heads = MAIN_METRICS.map((key) => markup`<th scope="col">${metricWords(key).heading}</th>`);
  return tableBox(
    "Models: cost and scores",
    `Each value stands over its ${intervalWords(record)} interval.${sharedArchitecture(record)}`,
    markup`<table class="wide"><thead>
<tr class="groups"><td></td><td></td><th scope="colgroup" colspan="4">Cost</th><th scope="colgroup" colspan="${MAIN_METRICS.length}">Scores on the ${record.split} split</th></tr>
<tr><th scope="col" class="model">Model</th><th scope="col">µm/px<span class="interval">power</span></th><th scope="col">Parameters</th><th scope="col">MACs per mm²<span class="interval">per image</span></th><th scope="col">of the teacher’s</th><th scope="col">Latency per image</th>${heads}</tr></thead>
<tbody>${rows}</tbody></table>`,
  );
}

/** Says once what all models have in common; where they differ the rows say it. */
function sharedArchitecture(record: EvaluationRecord): string {
  const [first] = record.models;
  return oneArchitecture(record) ? ` Architecture: ${first!.architecture}.` : "";
}

function oneArchitecture({ models }: EvaluationRecord): boolean {
  return new Set(models.map(({ architecture }) => architecture)).size === 1;
}

/** The remaining class-mean metrics; nothing where the record holds none. */
export function furtherTable(record: EvaluationRecord): Markup {
  const known: readonly string[] = [...MAIN_METRICS, ...FURTHER_METRICS];
  const present = new Set(record.models.flatMap((model) => Object.keys(model.metrics)));
  const keys = [
    ...FURTHER_METRICS.filter((key) => present.has(key)),
    ...[...present].filter((key) => !known.includes(key)),
  ];
  if (keys.length === 0) return NOTHING;
  const rows = inReadingOrder(record.models).map(
    (model) =>
      markup`<tr>${modelHeading(model)}${resolutionCell(model)}${keys.map((key) => estimateCell(key, model.metrics[key]))}</tr>\n`,
  );
  const heads = keys.map((key) => markup`<th scope="col">${metricWords(key).heading}</th>`);
  return tableBox(
    "Further class-mean metrics",
    "Further class-mean metrics. “Published accuracy” is not accuracy: see the definitions.",
    markup`<table><thead><tr><th scope="col" class="model">Model</th><th scope="col">µm/px<span class="interval">power</span></th>${heads}</tr></thead><tbody>${rows}</tbody></table>`,
  );
}

function costCells(record: EvaluationRecord, model: ModelEvaluation): Markup {
  const share = costShare(record, model);
  const relative =
    share === null
      ? notAvailable("There is no teacher in this comparison.")
      : markup`${formatCostShare(share)}`;
  const {
    latencySecondsPerImage: latency,
    macsPerMm2,
    macsPerImageMean,
    latencyMegapixelsPerSecond: speed,
  } = model.cost;
  const time =
    latency === null
      ? notAvailable("Latency was not measured.")
      : markup`${formatSeconds(latency)}${speed === null ? NOTHING : markup`<span class="interval">${formatSi(speed * 1e6)}px/s</span>`}`;
  return markup`<td>${formatCount(model.parameters)}${oneArchitecture(record) ? NOTHING : markup`<span class="interval">${model.architecture}</span>`}</td><td>${formatSi(macsPerMm2)}<span class="interval">${formatSi(macsPerImageMean)}</span></td><td>${relative}</td><td>${time}</td>`;
}

/** "95%" where all intervals are of one level, else "confidence". */
export function intervalWords(record: EvaluationRecord): string {
  const levels = new Set(
    record.models.flatMap((model) =>
      Object.values(model.metrics).flatMap(({ interval }) => interval?.level ?? []),
    ),
  );
  const [level] = levels;
  return levels.size === 1 ? `${Number((level! * 100).toFixed(1))}%` : "confidence";
}
