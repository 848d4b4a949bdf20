// What a report is made from, and what comes out. Types only, and the checks at the door.
import { fail } from "../base/index.ts";
import type { EvaluationRecord } from "../evaluate/index.ts";

/** What one model saw and said of an example. */
export interface ExampleView {
  /** The model's name in the record. */
  readonly model: string;
  /** µm per pixel of the picture below. */
  readonly mpp: number;
  /** The image at this mpp, as a JPEG. */
  readonly jpeg: Uint8Array;
  /** Size of that JPEG in px. */
  readonly width: number;
  readonly height: number;
  readonly predicted: string;
  /** One per class, in the record's class order. */
  readonly probabilities: readonly number[];
}

/** One tissue image, shown as each model sees it; all views cover the same field. */
export interface ExampleTissue {
  readonly image: string;
  readonly label: string;
  readonly patient: string | null;
  readonly views: readonly ExampleView[];
}

/** A fact of a run, as it is printed. */
export type Fact = string | number | boolean | null;

/** How the models came to be, for the reader who wants to repeat it. */
export interface RunFacts {
  /** Training settings per model, by the model's name: { "student-4": { epochs: 100, … } }. */
  readonly models?: Readonly<Record<string, Readonly<Record<string, Fact>>>>;
  /** About the data: root, images per split, hash of the splits file, … */
  readonly data?: Readonly<Record<string, Fact>>;
  /** The commands that were run, in order. */
  readonly commands?: readonly string[];
}

/** What a report is made from. */
export interface ReportInput {
  readonly record: EvaluationRecord;
  /** Shown in this order; may be empty. */
  readonly examples: readonly ExampleTissue[];
  readonly settings?: RunFacts;
  /** Default "Accuracy against cost". */
  readonly title?: string;
}

/** A figure as files: a drawing that stands alone and the numbers behind it. */
export interface ReportFigure {
  /** A file name without extension, of lower-case letters and hyphens. */
  readonly name: string;
  readonly svg: string;
  readonly csv: string;
}

/** A table as a file. */
export interface ReportTable {
  readonly name: string;
  readonly csv: string;
}

/** A report, not yet written. */
export interface Report {
  /** One page that needs nothing else. */
  readonly html: string;
  readonly markdown: string;
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly ReportTable[];
}

/** Refuses what cannot be reported: no model, names that are not unique, matrices that do not fit the classes. */
export function checkInput({ record, examples }: ReportInput): void {
  const where = "renderReport";
  if (record.models.length === 0)
    throw fail("invalid-argument", { where, expected: "a record of at least one model", got: "none" });
  const names = new Set<string>();
  for (const model of record.models) {
    if (names.has(model.name))
      throw fail("invalid-argument", {
        where,
        expected: "every model to have its own name",
        got: `two called \`${model.name}\``,
        fix: "Rename one of the run folders.",
      });
    names.add(model.name);
    const { length } = record.classes;
    if (model.confusion.length !== length || model.confusion.some((row) => row.length !== length))
      throw fail("shape-mismatch", {
        where,
        expected: `the confusion matrix of \`${model.name}\` to be ${length} x ${length}, one row per class`,
        got: `${model.confusion.length} x ${model.confusion[0]?.length ?? 0}`,
      });
  }
  for (const example of examples)
    for (const view of example.views)
      if (!(view.width > 0 && view.height > 0 && view.mpp > 0))
        throw fail("invalid-argument", {
          where,
          expected: `views of \`${example.image}\` to have a positive size and mpp`,
          got: `${view.width} x ${view.height} at ${view.mpp} µm/px`,
        });
}
