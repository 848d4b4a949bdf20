// The table of classes: what each model does on each.
import type { EvaluationRecord } from "../evaluate/index.ts";
import { estimateCell, modelHeading, tableBox } from "./cells.ts";
import { formatCount, formatMppNumber } from "./format.ts";
import { own } from "./lookup.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { CLASS_METRICS, metricWords } from "./metrics.ts";
import { inReadingOrder } from "./roles.ts";

const SHOWN_AT_ONCE = 36;

/** The table; folded away where it is long. */
export function classTable(record: EvaluationRecord): Markup {
  const models = inReadingOrder(record.models);
  const heads = CLASS_METRICS.map((key) => markup`<th scope="col">${metricWords(key).heading}</th>`);
  const parts = record.classes.map((name) => {
    const support = models
      .map((model) => own(model.perClass, name)?.support?.value)
      .find((value) => typeof value === "number");
    const count =
      typeof support === "number"
        ? markup` <span class="quiet">${formatCount(support)} images</span>`
        : NOTHING;
    const rows = models.map((model) => {
      const metrics = own(model.perClass, name) ?? {};
      return markup`<tr>${modelHeading(model)}<td>${formatMppNumber(model.mpp)}</td>${CLASS_METRICS.map((key) => estimateCell(key, metrics[key]))}</tr>\n`;
    });
    return markup`<tbody><tr class="part"><th colspan="${CLASS_METRICS.length + 2}" scope="rowgroup"><span class="name">${name}</span>${count}</th></tr>${rows}</tbody>\n`;
  });
  const table = tableBox(
    "Scores per class",
    "Each class against the rest. “Published accuracy” is always above the true one-vs-rest accuracy.",
    markup`<table><thead><tr><th scope="col" class="model">Model</th><th scope="col">µm/px</th>${heads}</tr></thead>${parts}</table>`,
  );
  const rows = models.length * record.classes.length;
  if (rows <= SHOWN_AT_ONCE) return table;
  return markup`<details><summary>Show ${formatCount(rows)} rows: ${formatCount(record.classes.length)} classes, ${formatCount(models.length)} models</summary>${table}</details>`;
}
