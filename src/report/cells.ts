// The small pieces of the page's tables: a model's name, a number with its interval, a number that is missing.
import type { MetricEstimate, ModelEvaluation } from "../evaluate/index.ts";
import { panelSvg, roleMark } from "./drawing.ts";
import {
  formatInterval,
  formatMagnification,
  formatMetric,
  formatMppNumber,
  NOT_AVAILABLE,
} from "./format.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { metricWords } from "./metrics.ts";
import { ROLES } from "./roles.ts";

/** "n/a" with the reason, for the pointer and for a screen reader. */
export function notAvailable(reason: string): Markup {
  return markup`<abbr class="missing" title="${reason}" aria-label="not available: ${reason}" tabindex="0">${NOT_AVAILABLE}</abbr>`;
}

/** A metric's value over its interval. */
export function estimateCell(key: string, estimate: MetricEstimate | undefined): Markup {
  if (estimate === undefined) return markup`<td>${notAvailable("Not in the evaluation record.")}</td>`;
  if (estimate.value === null) return markup`<td>${notAvailable(metricWords(key).undefinedBecause)}</td>`;
  return markup`<td>${formatMetric(estimate.value)}${intervalLine(estimate)}</td>`;
}

/** The interval as a second, quieter line. */
export function intervalLine({ interval }: MetricEstimate): Markup {
  return interval === null ? NOTHING : markup`<span class="interval">${formatInterval(interval)}</span>`;
}

/** The mark of a model's role, as in the figures. */
export function roleIcon(model: ModelEvaluation): Markup {
  const icon = panelSvg({
    width: 18,
    height: 18,
    description: ROLES[model.role].one,
    body: roleMark(9, 9, ROLES[model.role], 5.5),
  });
  return markup`<span class="icon">${icon}</span>`;
}

/** The first cell of a model's row: mark, name, role. */
export function modelHeading(model: ModelEvaluation): Markup {
  return markup`<th scope="row" class="model">${roleIcon(model)}<span class="name">${model.name}</span><span class="interval">${ROLES[model.role].one}</span></th>`;
}

/** Resolution and magnification. */
export function resolutionCell(model: ModelEvaluation): Markup {
  return markup`<td>${formatMppNumber(model.mpp)}<span class="interval">${formatMagnification(model.mpp)}</span></td>`;
}

/** A table in a box that scrolls by itself when the page is too narrow for it; its caption stays in view above. */
export function tableBox(label: string, caption: string, table: Markup): Markup {
  const words = caption === "" ? NOTHING : markup`<p class="caption">${caption}</p>`;
  return markup`${words}<div class="table-box" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}
