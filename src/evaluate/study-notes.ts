// The caveats of a study, in whole sentences, found in its answers.
import { metricNotes, schemeNotes, splitNotes } from "./notes.ts";
import type { ResamplingChoice } from "./resampling-choice.ts";
import { isStudent, type StudyPair } from "./study-questions.ts";
import type { StudyCell, StudyComparison, StudyEvaluationInput } from "./study-record.ts";
import type { PreparedCell } from "./study-seeds.ts";

/** What the notes are drawn from. */
export interface StudyFindings {
  readonly labels: readonly number[];
  readonly choice: ResamplingChoice;
  readonly prepared: readonly PreparedCell[];
  readonly cells: readonly StudyCell[];
  readonly pairs: readonly StudyPair[];
  readonly comparisons: readonly StudyComparison[];
}

/** The notes, most important first. */
export function studyNotes(input: StudyEvaluationInput, findings: StudyFindings): string[] {
  const { labels, choice } = findings;
  return [
    ...splitNotes(input.classes, labels, choice),
    ...loneClassNotes(input.classes, labels, choice),
    ...schemeNotes(choice),
    ...seedNotes(input, findings),
    ...missingNotes(findings),
    ...perfectNotes(findings),
    ...temperatureNotes(findings),
    ...metricNotes(input.classes, labels.length),
  ];
}

/** DeLong knows nothing of how patients of a class vary when there is one. */
function loneClassNotes(
  classes: readonly string[],
  labels: readonly number[],
  { resampler, scheme }: ResamplingChoice,
): string[] {
  const unit = scheme === "patients" ? "patient" : "image";
  const lone = classes.filter(
    (_, c) => new Set(resampler.unitOf.filter((_, image) => labels[image] === c)).size === 1,
  );
  return lone.map(
    (name) =>
      `Class "${name}" comes from one ${unit} alone: differences in AUROC have no interval and no test.`,
  );
}

function seedNotes(input: StudyEvaluationInput, { choice }: StudyFindings): string[] {
  const unit = choice.scheme === "patients" ? "patients" : "images";
  const most = Math.max(...input.cells.map(({ seeds }) => seeds.length));
  const spread =
    most < 2
      ? "Every network was trained once: how much another training would differ is not known."
      : `Intervals and tests are of the mean over these trainings on other ${unit}; how much trainings with other seeds differ is shown apart, as the standard deviation over seeds.`;
  const fewer = input.cells.filter(({ seeds }) => seeds.length < most).map(({ id }) => id);
  return fewer.length === 0
    ? [spread]
    : [
        spread,
        `Fewer than ${most} seeds: ${fewer.join(", ")}. Comparisons are over the seeds both networks have.`,
      ];
}

function missingNotes({ cells, pairs, comparisons }: StudyFindings): string[] {
  const without = cells
    .filter((cell) => isStudent(cell))
    .filter(({ id }) => !pairs.some(({ question, first }) => question === "student-teacher" && first === id));
  const unpaired = pairs.filter(
    ({ question, first, second }) =>
      !comparisons.some((one) => one.question === question && one.first === first && one.second === second),
  );
  return [
    ...(without.length === 0
      ? []
      : [`No teacher of the same labels to compare with: ${without.map(({ id }) => id).join(", ")}.`]),
    ...unpaired.map(
      ({ first, second }) => `${first} and ${second} have no seed in common and are not compared.`,
    ),
  ];
}

function perfectNotes({ cells }: StudyFindings): string[] {
  const perfect = cells.filter(({ metrics }) => metrics.accuracy!.perSeed.every((value) => value === 1));
  if (perfect.length === 0) return [];
  return [
    `No errors at all: ${perfect.map(({ id }) => id).join(", ")}. Resampling cannot tell how far such a result may be from the truth; the intervals given are exact binomial bounds.`,
  ];
}

function temperatureNotes({ prepared }: StudyFindings): string[] {
  const seeds = prepared.flatMap(({ cell, seeds: ofCell }) =>
    ofCell.map(({ temperature }, i) => ({
      id: cell.id,
      temperature,
      answers: cell.seeds[i]!.validation.length,
    })),
  );
  const silent = new Set(seeds.filter(({ answers }) => answers === 0).map(({ id }) => id));
  const certain = new Set(
    seeds.filter(({ temperature, answers }) => temperature === null && answers > 0).map(({ id }) => id),
  );
  const notes = [];
  if (silent.size > 0)
    notes.push(`No temperature scaling for want of validation answers: ${[...silent].join(", ")}.`);
  if (certain.size > 0)
    notes.push(
      `No temperature scaling because the validation answers ask for full certainty or for none (every answer right, or none better than chance): ${[...certain].join(", ")}.`,
    );
  if (silent.size + certain.size < prepared.length)
    notes.push(
      "Temperatures are fitted on the validation split; intervals of the calibration error after scaling take them as given.",
    );
  return notes;
}
