// Methods and caveats: what the numbers mean, how sure they are, and how to make them again.
import type { EvaluationRecord } from "../evaluate/index.ts";
import { tableBox } from "./cells.ts";
import { formatPercent } from "./format.ts";
import type { Fact, RunFacts } from "./input.ts";
import { own } from "./lookup.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { FURTHER_METRICS, MAIN_METRICS, metricWords } from "./metrics.ts";
import { factList, RESEARCH_USE } from "./page-head.ts";
import { inReadingOrder, rolesIn } from "./roles.ts";

/** What to bear in mind, in whole sentences: the record's own notes, after what holds for every report. */
export function caveats(record: EvaluationRecord): string[] {
  return [
    `Research use only. ${RESEARCH_USE}`,
    `Intervals: ${record.resampling}. They show the uncertainty from the images that were evaluated, not from training anew with another seed.`,
    ...(record.comparisons.length > 0 ? ["“No difference was shown” does not mean that there is none."] : []),
    ...record.notes,
  ];
}

/** How each paired comparison was made, once per method. */
export function comparisonMethods(record: EvaluationRecord): string[] {
  return [...new Set(record.comparisons.map(({ method }) => method))];
}

/** The section on methods. */
export function methodsSection(record: EvaluationRecord): Markup {
  const intervalMethods = new Set(
    record.models.flatMap((model) =>
      Object.values(model.metrics).flatMap(({ interval }) =>
        interval === null ? [] : [`${formatPercent(interval.level)} intervals: ${interval.method}`],
      ),
    ),
  );
  const comparisons = comparisonMethods(record).map((method) => `Paired comparisons: ${method}`);
  const present = new Set(record.models.flatMap((model) => Object.keys(model.metrics)));
  const keys = [...MAIN_METRICS, ...FURTHER_METRICS].filter((key) => present.has(key));
  const definitions = keys.map((key) => {
    const { heading, definition } = metricWords(key);
    return markup`<div><dt${key === "publishedAccuracy" ? markup` class="warned"` : NOTHING}>${heading}</dt><dd>${definition}</dd></div>\n`;
  });
  return markup`<ul class="caveats">${caveats(record).map((caveat) => markup`<li>${caveat}</li>\n`)}</ul>
<h3>How the intervals were made</h3><ul>${[...intervalMethods, ...comparisons].map((words) => markup`<li>${words}.</li>\n`)}</ul>
<h3>What the models are</h3><dl>${roleDefinitions(record)}</dl>
<h3>What the metrics mean</h3><dl class="columns">${definitions}</dl>
<h3>What is counted as cost</h3><p>MACs are multiply-accumulates of one forward pass (floating-point operations are twice as many). Per mm² they fall with the square of the pixel size: half the magnification costs a quarter. Magnification follows the convention 10x = 1.0 µm/px. Latency, where it is given, was measured on one machine and holds for that machine.</p>`;
}

const ROLE_DEFINITIONS = {
  teacher: ["Teacher", "Trained from the labels at the high magnification."],
  student: [
    "Distilled student",
    "The same kind of network at a lower magnification, trained without labels to reproduce the teacher's probabilities and last feature map on the same tissue (resolution-based distillation: DiPalma et al., Artificial Intelligence in Medicine 119:102136, 2021, doi 10.1016/j.artmed.2021.102136).",
  ],
  "fine-tuned": ["Fine-tuned student", "A distilled student, trained on with labels."],
  baseline: [
    "Label-only baseline",
    "The same network trained from the labels directly at the low magnification, with no teacher: what distillation has to beat.",
  ],
  model: ["Other model", "A model whose role in the comparison was not stated."],
} as const;

function roleDefinitions(record: EvaluationRecord): Markup {
  return markup`${rolesIn(record.models).map((role) => markup`<dt>${ROLE_DEFINITIONS[role][0]}</dt><dd>${ROLE_DEFINITIONS[role][1]}</dd>\n`)}`;
}

/** The section on how to repeat the run; nothing where nothing was given. */
export function reproduceSection(record: EvaluationRecord, facts: RunFacts | undefined): Markup {
  if (facts === undefined) return NOTHING;
  const commands =
    facts.commands === undefined || facts.commands.length === 0
      ? NOTHING
      : markup`<h3>Commands</h3><pre tabindex="0"><code>${facts.commands.join("\n")}</code></pre>`;
  const data =
    facts.data === undefined || Object.keys(facts.data).length === 0
      ? NOTHING
      : markup`<h3>Data</h3>${factList(Object.entries(facts.data).map(([key, value]) => [key, factText(value)]))}`;
  return markup`${commands}${data}${settingsTable(record, facts.models ?? {})}`;
}

/** Settings in rows, models in columns. */
function settingsTable(record: EvaluationRecord, settings: NonNullable<RunFacts["models"]>): Markup {
  const ordered = inReadingOrder(record.models).map(({ name }) => name);
  const names = [...ordered, ...Object.keys(settings).filter((name) => !ordered.includes(name))].filter(
    (name) => Object.hasOwn(settings, name),
  );
  if (names.length === 0) return NOTHING;
  const keys = [...new Set(names.flatMap((name) => Object.keys(own(settings, name)!)))];
  const rows = keys.map((key) => {
    const cells = names.map((name) => markup`<td>${factText(own(own(settings, name)!, key) ?? null)}</td>`);
    return markup`<tr><th scope="row" class="model">${key}</th>${cells}</tr>\n`;
  });
  return markup`<h3>Training settings</h3>${tableBox(
    "Training settings",
    "",
    markup`<table class="settings"><thead><tr><th scope="col" class="model">Setting</th>${names.map((name) => markup`<th scope="col"><span class="name">${name}</span></th>`)}</tr></thead><tbody>${rows}</tbody></table>`,
  )}`;
}

function factText(value: Fact): string {
  if (value === null) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return `${value}`;
}
