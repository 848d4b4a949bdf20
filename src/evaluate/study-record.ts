// The study record: everything a report needs to know about a whole study, as plain JSON-serialisable data. A number that
// is not defined is `null`, never NaN. `evaluate-study.ts` fills the evaluation; the rest is filled by whoever ran the study.
import type { Answer } from "./evaluation-input.ts";
import type { LearningCurvePoint, MetricEstimate, ReliabilityBin } from "./record.ts";

/** What a network of the study learned from. */
export type ArmKind = "teacher" | "baseline" | "distilled" | "fine-tuned";

/** A network of the study: an arm at one µm/px, with one amount of labels and of unlabelled tissue, over all seeds. */
export interface StudyCellFacts {
  /** Unique: "distilled-4um-l100-u50". */
  readonly id: string;
  /** The arm's name in the study file; "teacher" for teachers. */
  readonly arm: string;
  readonly kind: ArmKind;
  /** µm per pixel of the network's input. */
  readonly mpp: number;
  readonly architecture: string;
  readonly parameters: number;
  /** Share of the training labels that were used, (0, 1]. */
  readonly labelFraction: number;
  /** Share of the unlabelled tissue that was used, [0, 1]. */
  readonly unlabelledFraction: number;
  /** Id of the cell it was fine-tuned from; `null` for every other kind. */
  readonly from: string | null;
  /** Images learned from, mean over the seeds. */
  readonly images: { readonly labelled: number; readonly unlabelled: number };
  /** MACs are multiply-accumulates of one forward pass (FLOPs = 2 MACs). */
  readonly cost: {
    readonly macsPerPixel: number;
    readonly macsPerMm2: number;
    readonly macsPerImageMean: number;
  };
}

/** What one training of a cell said. */
export interface StudySeedAnswers {
  readonly seed: number;
  /** Name of the run's folder. */
  readonly run: string;
  /** Answers on the test split; the same images in the same order for every cell and seed. */
  readonly test: readonly Answer[];
  /** Answers on the validation split, by which the temperature is fitted; likewise. May be empty. */
  readonly validation: readonly Answer[];
  readonly learningCurve: readonly LearningCurvePoint[];
  /** Epoch whose weights were kept, counted from 1. */
  readonly bestEpoch: number;
}

/** A cell with what its trainings said. */
export interface StudyCellInput extends StudyCellFacts {
  /** At least one; a seed whose training failed is absent. */
  readonly seeds: readonly StudySeedAnswers[];
}

/** A metric over seeds. `interval`: of the mean over seeds, by patient; it does not hold the spread between seeds. */
export interface SeedsEstimate extends MetricEstimate {
  /** One per seed, in the order of `seeds`. */
  readonly perSeed: readonly (number | null)[];
  /** Sample standard deviation over seeds; `null` with fewer than two. */
  readonly standardDeviation: number | null;
}

/** How well probabilities are calibrated, pooled over the seeds, before and after temperature scaling fitted on validation data. */
export interface StudyCalibration {
  /** One per seed; `null` where it could not be fitted. */
  readonly temperatures: readonly (number | null)[];
  readonly before: { readonly error: SeedsEstimate; readonly bins: readonly ReliabilityBin[] };
  /** `null` without validation answers. */
  readonly after: { readonly error: SeedsEstimate; readonly bins: readonly ReliabilityBin[] } | null;
}

/** A network of the study, judged. */
export interface StudyCell extends StudyCellFacts {
  readonly seeds: readonly {
    readonly seed: number;
    readonly run: string;
    readonly bestEpoch: number;
    readonly learningCurve: readonly LearningCurvePoint[];
  }[];
  /** By name, as in `ModelEvaluation.metrics`. */
  readonly metrics: Readonly<Record<string, SeedsEstimate>>;
  /** Class -> metric -> estimate, as in `ModelEvaluation.perClass`. */
  readonly perClass: Readonly<Record<string, Readonly<Record<string, SeedsEstimate>>>>;
  /** Counts summed over the seeds, [true class][predicted class]. */
  readonly confusion: readonly (readonly number[])[];
  readonly calibration: StudyCalibration;
  /**
   * With the teacher of the same seed and labels: share of test images given the same class, and Cohen's kappa of the
   * two; `null` for teachers and where the teacher is missing.
   */
  readonly agreement: { readonly share: SeedsEstimate; readonly kappa: SeedsEstimate } | null;
}

/** What a comparison asks. */
export type StudyQuestion =
  /** Does the student keep up with its teacher? */
  | "student-teacher"
  /** Does it beat the network trained from the same labels at the same µm/px? */
  | "student-baseline"
  /** Does fine-tuning on labels add to the student it started from? */
  | "fine-tuned-student"
  /** Does unlabelled tissue add to the same arm without any (or with the least)? */
  | "unlabelled-none"
  /** Does a variant of the loss differ from the first distilled arm at the same µm/px and tissue? */
  | "variant-reference";

/** Two cells on the same images and patients, means over the seeds both have: `difference` is first minus second. */
export interface StudyComparison {
  readonly question: StudyQuestion;
  readonly first: string;
  readonly second: string;
  readonly metric: string;
  /** The seeds that both cells have, in the order of the first's; `difference.perSeed` follows them. */
  readonly seeds: readonly number[];
  readonly difference: SeedsEstimate;
  /** Of no difference, two-sided. `adjusted` by Holm over the family of the metric. */
  readonly test: StudyTest | null;
  /** Of "the first is worse by the margin or more", one-sided; only for `student-teacher`. */
  readonly nonInferiority:
    | (StudyTest & {
        readonly margin: number;
        /** True when `adjusted` is below 1 - level. */
        readonly shown: boolean;
      })
    | null;
}

/** A p-value with how it came about. */
export interface StudyTest {
  /** Of this test alone: two-sided for a difference, one-sided for non-inferiority. */
  readonly pValue: number;
  /**
   * By Holm over the family, to be held against 1 - level for both kinds of test: the one-sided p-values of non-inferiority
   * enter doubled, so that non-inferiority is tested at (1 - level) / 2 and agrees with the interval's lower end.
   */
  readonly adjusted: number;
  /** "DeLong by patient", "paired bootstrap by patient", … */
  readonly method: string;
}

/** What is to be evaluated. */
export interface StudyEvaluationInput {
  readonly classes: readonly string[];
  readonly cells: readonly StudyCellInput[];
  /** The metric that claims are made of, by default macroAuroc. */
  readonly primary: string;
  /** Non-inferiority margin in units of the metric, e.g. 0.05. */
  readonly margin: number;
  /** Nominal coverage of the intervals, by default 0.95; tests are at 1 - level. */
  readonly level: number;
  /** Bootstrap draws, by default 10,000. */
  readonly draws: number;
  readonly seed: number;
}

/** The result of `evaluateStudy`. */
export interface StudyEvaluation {
  readonly classes: readonly string[];
  readonly primary: string;
  readonly margin: number;
  readonly level: number;
  /** Test images and patients (`null` where any patient is unknown). */
  readonly images: number;
  readonly patients: number | null;
  /** Test images and patients of each class. */
  readonly support: Readonly<Record<string, { readonly images: number; readonly patients: number | null }>>;
  /** For a reader: "10,000 bootstrap draws by patient". */
  readonly resampling: string;
  readonly cells: readonly StudyCell[];
  readonly comparisons: readonly StudyComparison[];
  /** What the families of tests are, in one sentence. */
  readonly family: string;
  /** Caveats in whole sentences, drawn from the data. */
  readonly notes: readonly string[];
}

/** One training of the study, finished or not. */
export interface StudyRun {
  readonly name: string;
  /** SHA-256 of all that determines it. */
  readonly key: string;
  readonly cell: string;
  readonly seed: number;
  readonly kind: ArmKind;
  readonly state: "done" | "failed" | "skipped" | "missing";
  /** Why it failed or was skipped (what it needs failed). */
  readonly reason: string | null;
  /** True where an earlier call had done it already. */
  readonly reused: boolean;
  /** Wall seconds of the training, over all interruptions. */
  readonly seconds: number | null;
  readonly epochs: number;
  readonly steps: number;
  /** Complete options of the training as plain facts, without paths. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly modelHash: string | null;
  /** A setting that was tried and not chosen on validation data: it never met the test split. */
  readonly candidate: boolean;
}

/** One reading of the test split. */
export interface TestReading {
  /** ISO 8601. */
  readonly at: string;
  readonly run: string;
  readonly modelHash: string;
  /** Over contents, labels and patients of the test images. */
  readonly testHash: string;
  readonly images: number;
  /** True where the run was planned or trained after the test split had first been read: its result is exploratory. */
  readonly afterFirstReading: boolean;
}

/** One check for leaks. */
export interface LeakCheck {
  /** "patients", "identical files", "near-duplicates", "slides cut twice". */
  readonly name: string;
  /** What was compared, in words: "4,321 images, 1.2 million pairs". */
  readonly compared: string;
  /** Pairs found that were let pass by name in the study file. */
  readonly allowed: number;
  readonly seconds: number;
}

/** A step of the flow of exclusions: what was left out, how much of it, and why. */
export interface Exclusion {
  /** "images", "patients", "slides". */
  readonly unit: string;
  readonly count: number;
  readonly reason: string;
  /** A few names. */
  readonly examples: readonly string[];
}

/** A choice made on validation data. */
export interface ValidationChoice {
  readonly cell: string;
  /** Metric by which, and whether higher is better. */
  readonly metric: string;
  /** Mean over seeds for each candidate's settings, the chosen one first. */
  readonly candidates: readonly {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly value: number | null;
  }[];
}

/** A study with all that was done and found. */
export interface StudyRecord {
  readonly format: "lowmag-study-1";
  readonly title: string;
  /** Version of lowmag, and the commit it runs from where it is a working tree. */
  readonly lowmag: string;
  readonly commit: { readonly hash: string; readonly dirty: boolean } | null;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly system: string;
  };
  readonly createdAt: string;
  /** The study file as it was read, and its complete form. */
  readonly file: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly commands: readonly string[];
  readonly data: {
    readonly hash: string;
    readonly classes: readonly string[];
    /** Of each of train, val, test, unlabelled: images, patients, images per class. */
    readonly counts: Readonly<
      Record<
        string,
        {
          readonly images: number;
          readonly patients: number | null;
          readonly byClass: Readonly<Record<string, number>>;
        }
      >
    >;
    /** Stored µm per pixel, lowest and highest, and where it came from. */
    readonly mpp: { readonly lowest: number; readonly highest: number; readonly sources: readonly string[] };
    /** Pixels of the stored images: median [width, height]. */
    readonly medianSize: readonly [number, number];
    /** By which rules the images were cut from slides, in sentences. */
    readonly preparation: readonly string[];
    readonly exclusions: readonly Exclusion[];
  };
  readonly leaks: readonly LeakCheck[];
  readonly runs: readonly StudyRun[];
  readonly choices: readonly ValidationChoice[];
  readonly testReadings: readonly TestReading[];
  /** `null` when nothing could be evaluated. */
  readonly evaluation: StudyEvaluation | null;
  /** Wall seconds of all calls, estimated before the start and taken. */
  readonly seconds: { readonly estimated: number | null; readonly taken: number };
}
