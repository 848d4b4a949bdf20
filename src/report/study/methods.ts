// The methods in words that can go into a paper, written from the record alone: what it does not state is not said.
import type { MetricEstimate, StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { formatCount, formatDuration, formatFixed, formatMppNumber, joinWords } from "../format.ts";
import { metricWords } from "../metrics.ts";
import { mppsOf, share } from "./arms.ts";
import { countWords, PARTS, partsOf } from "./flow-figure.ts";
import { isReadForTheEndOnly } from "./readings.ts";
import { trainingSentences } from "./training-methods.ts";

/** The paragraphs, each with its heading. */
export function methodsParagraphs(record: StudyRecord): (readonly [heading: string, text: string])[] {
  const { evaluation } = record;
  const paragraphs: (readonly [string, readonly string[]])[] = [
    ["Data", dataSentences(record)],
    ["Networks and resolutions", evaluation === null ? [] : networkSentences(evaluation)],
    ["Training", trainingSentences(record)],
    ["Choice of checkpoints and settings", choiceSentences(record)],
    ["Statistical analysis", evaluation === null ? [] : analysisSentences(evaluation)],
    ["Software and machine", machineSentences(record)],
  ];
  return paragraphs
    .filter(([, sentences]) => sentences.length > 0)
    .map(([heading, sentences]) => [heading, sentences.join(" ")]);
}

function dataSentences(record: StudyRecord): string[] {
  const { data, leaks } = record;
  const parts = partsOf(record).map(
    (name) =>
      `${(Object.hasOwn(PARTS, name) ? PARTS[name]![0] : name).toLowerCase()}: ${countWords(data.counts[name]!.images, data.counts[name]!.patients)}`,
  );
  const known = Object.entries(data.counts).every(
    ([name, { patients }]) => name === "unlabelled" || patients !== null,
  );
  const { lowest, highest, sources } = data.mpp;
  const range =
    lowest === highest
      ? formatMppNumber(lowest)
      : `${formatMppNumber(lowest)} to ${formatMppNumber(highest)}`;
  const from = sources.length === 0 ? "" : ` (stated by ${joinWords(sources)})`;
  const checks = leaks.map(({ name }) => name);
  return [
    `The data hold ${formatCount(data.classes.length)} classes (${joinWords(data.classes)}): ${parts.join("; ")}.`,
    ...patientSentence(
      known,
      leaks.some(({ name }) => name === "patients"),
    ),
    `Images are stored at ${range} µm/px${from}, with a median size of ${data.medianSize.map(formatCount).join(" x ")} px.`,
    ...data.preparation.map(sentence),
    ...(checks.length === 0
      ? []
      : [`Before anything was trained the splits were checked for leaks: ${joinWords(checks)}.`]),
  ];
}

/** Claims no more than what was checked. */
function patientSentence(known: boolean, checked: boolean): string[] {
  if (!known)
    return [
      "Patients are not known for all labelled images, so that images of one patient may stand in more than one split.",
    ];
  return checked ? ["No patient is in more than one split."] : [];
}

function networkSentences({ cells }: StudyEvaluation): string[] {
  const networks = new Map(
    cells.map(({ architecture, parameters, cost }) => [
      architecture,
      `${architecture} (${formatCount(parameters)} parameters, ${formatCount(cost.macsPerPixel)} multiply-accumulates per input pixel)`,
    ]),
  );
  const teachers = mppsOf(cells.filter(({ kind }) => kind === "teacher"));
  const students = mppsOf(cells.filter(({ kind }) => kind !== "teacher"));
  const at = (mpps: readonly number[]) => `${joinWords(mpps.map(formatMppNumber))} µm/px`;
  const roles = [
    teachers.length === 0 ? "" : `The teacher works at ${at(teachers)}`,
    students.length === 0
      ? ""
      : `${teachers.length === 0 ? "Networks work" : "students and baselines"} at ${at(students)}`,
  ].filter((words) => words !== "");
  return [
    `Network: ${joinWords([...networks.values()])}.`,
    `${roles.join(", ")}; images were brought to each resolution by averaging exactly over areas.`,
    "Cost is counted in multiply-accumulates (MACs) of one forward pass per mm² of tissue.",
  ];
}

function choiceSentences(record: StudyRecord): string[] {
  const { runs, choices } = record;
  const by = [
    ...new Set(runs.flatMap(({ options }) => (typeof options.select === "string" ? [options.select] : []))),
  ];
  const tried = runs.filter(({ candidate }) => candidate).length;
  return [
    by.length === 0
      ? ""
      : `Of each training the checkpoint with the best validation ${joinWords(by, "or")} was kept.`,
    choices.length === 0
      ? ""
      : `Settings under trial were chosen for ${formatCount(choices.length)} ${choices.length === 1 ? "network" : "networks"} on the validation split, by the mean over the seeds${tried === 0 ? "" : `; the ${formatCount(tried)} trainings of settings not chosen were not evaluated on the test split`}.`,
    isReadForTheEndOnly(record) ? "The test split was used for the final evaluation only." : "",
  ].filter((words) => words !== "");
}

function analysisSentences(evaluation: StudyEvaluation): string[] {
  const { cells, primary, margin, level, comparisons, images, patients, resampling, family } = evaluation;
  const methods = [...new Set(comparisons.flatMap(({ test }) => (test === null ? [] : [test.method])))];
  const differences = intervals(comparisons.map(({ difference }) => difference));
  const keeping = comparisons.some(({ nonInferiority }) => nonInferiority !== null);
  const alpha = Number((1 - level).toFixed(4));
  return [
    `The test split holds ${countWords(images, patients)}. The primary metric is ${metricWords(primary).name}.`,
    `Metrics are means over the seeds with ${share(level)} intervals (${[resampling, ...intervals(cells.flatMap(({ metrics }) => Object.values(metrics)))].join("; ")}); the standard deviation over the seeds is given beside them and is not part of the interval.`,
    ...(methods.length === 0
      ? []
      : [
          `Paired differences on the same images were tested by ${joinWords(methods)}${differences.length === 0 ? "" : `, with intervals by ${differences.join("; ")}`}.`,
        ]),
    ...(keeping
      ? [
          `A student keeps up with its teacher where its ${metricWords(primary).name} is shown not to be lower by ${formatFixed(margin, 3)} or more (non-inferiority, one-sided at ${Number(((1 - level) / 2).toFixed(4))}).`,
        ]
      : []),
    ...(comparisons.length === 0 ? [] : [`P-values were adjusted by Holm at ${alpha}. ${sentence(family)}`]),
  ];
}

/** How intervals were made, each way once. */
function intervals(estimates: readonly MetricEstimate[]): string[] {
  return [
    ...new Set(estimates.flatMap(({ interval }) => (interval === null ? [] : [interval.method]))),
  ].filter((method) => method !== "");
}

function machineSentences({ machine, lowmag, commit, versions, seconds }: StudyRecord): string[] {
  const parts = Object.entries(versions)
    .filter(([name]) => name !== "lowmag")
    .map(([name, version]) => `${name} ${version}`);
  const from =
    commit === null
      ? ""
      : `, commit ${commit.hash.slice(0, 12)}${commit.dirty ? " with uncommitted changes" : ""}`;
  return [
    `lowmag ${lowmag}${from}${parts.length === 0 ? "" : ` (${parts.join(", ")})`} on ${machine.cpu}, ${formatCount(machine.cores)} ${machine.cores === 1 ? "core" : "cores"}, ${Number(machine.memoryGiB.toFixed(1))} GiB of memory, ${machine.system}.`,
    `The study took ${formatDuration(seconds.taken)} of wall time${seconds.estimated === null ? "" : ` (estimated before the start: ${formatDuration(seconds.estimated)})`}.`,
  ];
}

function sentence(words: string): string {
  const trimmed = words.trim();
  return trimmed === "" || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
