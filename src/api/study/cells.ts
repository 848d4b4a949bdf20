// The cells of a study with what their chosen runs said, in the form that the evaluate room judges.

import { type DatasetReading, viewSize } from "../../dataset/index.ts";
import type { StudyCellFacts, StudyCellInput, StudySeedAnswers } from "../../evaluate/index.ts";
import type { ArchitectureName } from "../../models/index.ts";
import type { PlannedCell, StudyPlan } from "../../study/index.ts";
import { learningCurvePoint, meanMacs } from "../judged-models.ts";
import { countCost } from "../profile.ts";
import { imagesOf, type SplitAnswers } from "./answers.ts";
import type { FinishedStudyRun } from "./run-file.ts";

/** A finished run and what it said of both splits. */
export interface RunAnswers {
  readonly finished: FinishedStudyRun;
  readonly val: SplitAnswers;
  readonly test: SplitAnswers;
}

/** What the cells are made of. */
export interface CellSources {
  readonly plan: StudyPlan;
  readonly dataset: DatasetReading;
  /** Study's seeds: a teacher that was given stands beside the students of each. */
  readonly seeds: readonly number[];
  /** Cell -> keys of the runs that meet the test split. */
  readonly chosen: ReadonlyMap<string, readonly string[]>;
  /** By key of the run; a given teacher's by the hash of its model. */
  readonly answers: ReadonlyMap<string, RunAnswers>;
}

/** All cells of which at least one chosen run is finished, in the order of the plan. */
export function cellInputs(sources: CellSources): StudyCellInput[] {
  const seedOf = new Map(sources.plan.runs.map(({ key, seed }) => [key, seed]));
  const given = sources.answers.get(sources.plan.givenTeacher?.modelHash ?? "");
  return sources.plan.cells.flatMap((cell) => {
    const own = (sources.chosen.get(cell.id) ?? []).flatMap((key) => {
      const answers = sources.answers.get(key);
      return answers === undefined ? [] : [{ seed: seedOf.get(key)!, answers }];
    });
    if (cell.kind === "teacher" && given !== undefined)
      own.push(...sources.seeds.map((seed) => ({ seed, answers: given })));
    if (own.length === 0) return [];
    const facts = factsOf(
      cell,
      own.map(({ answers }) => answers),
      sources.dataset,
    );
    return [{ ...facts, seeds: own.map(({ seed, answers }) => seedAnswers(seed, answers)) }];
  });
}

function seedAnswers(seed: number, { finished, val, test }: RunAnswers): StudySeedAnswers {
  const { log, record, name } = finished;
  const listOf = ({ images, probabilities }: SplitAnswers) =>
    images.map(({ id, patient, label }, i) => ({
      image: id,
      patient,
      label: label!, // only labelled images are asked about
      probabilities: probabilities[i]!,
    }));
  return {
    seed,
    run: name,
    test: listOf(test),
    validation: listOf(val),
    learningCurve: log.map(learningCurvePoint),
    bestEpoch: record.bestEpoch ?? log.length,
  };
}

function factsOf(cell: PlannedCell, own: readonly RunAnswers[], dataset: DatasetReading): StudyCellFacts {
  const { id, arm, kind, mpp, labelFraction, unlabelledFraction, from } = cell;
  const architecture = cell.architecture as ArchitectureName;
  const { classes } = dataset;
  const { parameters, macsPerPixel, macsPerMm2 } = countCost({ architecture, classes, mpp });
  const sizes = imagesOf(dataset, "test").images.map((image) => {
    const [width, height] = viewSize(image, mpp);
    return { width, height };
  });
  const mean = (part: string) => {
    const counts = own.map(({ finished }) => finished.record.data.counts[part]?.images ?? 0);
    return counts.reduce((sum, count) => sum + count, 0) / counts.length;
  };
  const macsPerImageMean = meanMacs(architecture, classes.length, sizes);
  return {
    ...{ id, arm, kind, mpp, architecture, parameters, labelFraction, unlabelledFraction, from },
    images: { labelled: mean("train"), unlabelled: mean("train, unlabelled") },
    cost: { macsPerPixel, macsPerMm2, macsPerImageMean },
  };
}
