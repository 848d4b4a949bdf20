// All figures of a study, in the order of the page.
import type { StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { agreementFigure, costFigure } from "./arm-figures.ts";
import { calibrationFigure, confusionFigure, learningFigure } from "./cell-panels.ts";
import type { Figure } from "./figure.ts";
import { flowFigure } from "./flow-figure.ts";
import { forestFigure } from "./forest-panel.ts";
import type { StudyExample } from "./input.ts";
import { labelFigure } from "./label-figure.ts";
import { disagreementFigure } from "./tissue.ts";
import { tissueFigure } from "./tissue-figure.ts";

/** The figures that the study has data for. */
export function studyFigures(record: StudyRecord, examples: readonly StudyExample[]): Figure[] {
  const { evaluation } = record;
  const judged = evaluation === null || evaluation.cells.length === 0 ? [] : evaluated(evaluation, examples);
  return [...judged, flowFigure(record)].filter(({ panels }) => panels.length > 0);
}

function evaluated(evaluation: StudyEvaluation, examples: readonly StudyExample[]): Figure[] {
  return [
    costFigure(evaluation),
    tissueFigure(evaluation),
    labelFigure(evaluation),
    forestFigure(evaluation),
    agreementFigure(evaluation),
    disagreementFigure(evaluation, examples),
    calibrationFigure(evaluation),
    confusionFigure(evaluation),
    learningFigure(evaluation),
  ];
}
