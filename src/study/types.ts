// The nouns of the study room: a graph of runs, each known by the hash of everything that determines it. Plain data.
import type { ArmKind } from "../evaluate/index.ts";

/** One training of a study. */
export interface PlannedRun {
  /**
   * SHA-256 over operation, decisive options, data, the keys of what it needs and the version of the recipe. A run that
   * is already there is known by its key, whatever its folder is called.
   */
  readonly key: string;
  /** Readable and unique: "distilled-4um-l100-u50-seed2-1a2b3c4d"; the name of its folder below `runs/`. */
  readonly name: string;
  /** The first cell it belongs to ({@link PlannedCell}); cells that want the same training share it. */
  readonly cell: string;
  readonly seed: number;
  readonly kind: ArmKind;
  readonly operation: "train" | "distill";
  /**
   * Complete options of the operation that decide its result, with mpp, architecture, seed and fraction, and `epochs`
   * worked out where the file gives a budget in steps; without the data's own, paths of other runs, `out`, `resume` and
   * the machine's options.
   */
  readonly options: Readonly<Record<string, unknown>>;
  /** Keys of the runs it starts from. A distillation without `teacher` learns from {@link StudyPlan.givenTeacher}. */
  readonly needs: { readonly teacher?: string; readonly from?: string };
  /**
   * Settings under trial where every cell that wants this run is choosing; `null` where any cell wants it for itself.
   * Which settings stand for a run in which cell: {@link PlannedCell.candidates}.
   */
  readonly candidate: Readonly<Record<string, unknown>> | null;
  readonly cost: RunCost;
}

/** What a run costs, counted; seconds from a measured calibration. */
export interface RunCost {
  readonly epochs: number;
  readonly steps: number;
  /** Images learned from in one epoch. */
  readonly images: number;
  /** Multiply-accumulates of all forward and backward passes. */
  readonly macs: number;
  /** Estimated seconds of one thread; several threads share them. `null` without calibration. */
  readonly seconds: number | null;
  /** Estimated peak bytes of the process with one worker thread. */
  readonly peakBytes: number;
  /** Estimated bytes that each further worker thread adds. */
  readonly workerBytes: number;
}

/** Settings that a cell tries. */
export interface PlannedCandidate {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Keys of its runs, in the order of the seeds. */
  readonly runs: readonly string[];
}

/** A network of the study over all seeds. */
export interface PlannedCell {
  readonly id: string;
  readonly arm: string;
  readonly kind: ArmKind;
  readonly mpp: number;
  readonly architecture: string;
  readonly labelFraction: number;
  readonly unlabelledFraction: number;
  /** Id of the cell that a fine-tuned one starts from; else `null`. */
  readonly from: string | null;
  /** Keys of its runs in the order of the seeds; with candidates, those of every candidate; none for a given teacher. */
  readonly runs: readonly string[];
  /** Settings of which one is to be chosen on validation data; `null` where nothing is chosen. */
  readonly candidates: readonly PlannedCandidate[] | null;
}

/** A finished run that is the teacher. */
export interface GivenTeacher {
  /** Absolute. */
  readonly path: string;
  /** SHA-256 of its model. */
  readonly modelHash: string;
  readonly architecture: string;
  readonly mpp: number;
  readonly classes: readonly string[];
}

/** The whole graph: runs in an order in which each comes after what it needs. */
export interface StudyPlan {
  readonly cells: readonly PlannedCell[];
  readonly runs: readonly PlannedRun[];
  /** The teacher that `teacher.run` names, in whose cell no run is planned; else `null`. */
  readonly givenTeacher: GivenTeacher | null;
}
