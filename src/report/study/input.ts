// What a study's report is made from, and what comes out. Types, and the checks at the door.
import { fail } from "../../base/index.ts";
import type { StudyRecord } from "../../evaluate/index.ts";
import type { ExampleTissue, Report } from "../input.ts";

/** A test image on which a student and its teacher disagree; each view's `model` is a cell's id. */
export interface StudyExample extends ExampleTissue {
  /** The seed whose networks are shown. */
  readonly seed: number;
}

/** What the report of a study is made from. */
export interface StudyReportInput {
  readonly record: StudyRecord;
  /** Shown in this order; may be empty. */
  readonly examples: readonly StudyExample[];
}

/** The report of a study, not yet written: one page, its Markdown twin, figures and tables. */
export type StudyReport = Report;

/** Refuses what cannot be reported: two cells of one id, a matrix that does not fit the classes, a picture without size. */
export function checkStudyInput({ record, examples }: StudyReportInput): void {
  const where = "renderStudyReport";
  const { evaluation } = record;
  const ids = new Set<string>();
  for (const { id, confusion } of evaluation?.cells ?? []) {
    if (ids.has(id))
      throw fail("invalid-argument", {
        where,
        expected: "every cell to have its own id",
        got: `two called \`${id}\``,
      });
    ids.add(id);
    const { length } = evaluation!.classes;
    if (confusion.length !== length || confusion.some((row) => row.length !== length))
      throw fail("shape-mismatch", {
        where,
        expected: `the confusion matrix of \`${id}\` to be ${length} x ${length}, one row per class`,
        got: `${confusion.length} x ${confusion[0]?.length ?? 0}`,
      });
  }
  for (const { image, views } of examples)
    if (views.some(({ width, height, mpp }) => !(width > 0 && height > 0 && mpp > 0)))
      throw fail("invalid-argument", {
        where,
        expected: `views of \`${image}\` to have a positive size and mpp`,
        got: views.map(({ width, height, mpp }) => `${width} x ${height} at ${mpp} µm/px`).join(", "),
      });
}
