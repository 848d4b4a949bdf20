// The nouns of the study room: a graph of runs, each known by the hash of everything that determines it. Plain data.
import type { ArmKind } from "../evaluate/index.ts";

/** One training of a study. */
export interface PlannedRun {
  /** SHA-256 over operation, decisive options, data, the keys of what it needs and the version of the recipe. */
  readonly key: string;
  /** Readable and unique: "distilled-4um-l100-u50-seed2-1a2b3c4d"; the name of its folder below `runs/`. */
  readonly name: string;
  /** The cell it belongs to ({@link PlannedCell}). */
  readonly cell: string;
  readonly seed: number;
  readonly kind: ArmKind;
  readonly operation: "train" | "distill";
  /**
   * Options of the operation that decide its result, without paths of other runs, `out`, `resume` and the machine's
   * options; `epochs` is worked out where the file gives a budget in steps.
   */
  readonly options: Readonly<Record<string, unknown>>;
  /** Keys of the runs it starts from. */
  readonly needs: { readonly teacher?: string; readonly from?: string };
  /** Settings under trial, where one candidate of several is to be chosen on validation data; else `null`. */
  readonly candidate: Readonly<Record<string, unknown>> | null;
  readonly cost: RunCost;
}

/** What a run costs, counted; seconds and bytes from a measured calibration. */
export interface RunCost {
  readonly epochs: number;
  readonly steps: number;
  /** Images learned from in one epoch. */
  readonly images: number;
  /** Multiply-accumulates of all forward and backward passes. */
  readonly macs: number;
  /** Estimated wall seconds on one worker thread; `null` without calibration. */
  readonly seconds: number | null;
  /** Estimated peak bytes of the process with one worker thread. */
  readonly peakBytes: number;
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
  /** Keys of its runs; with candidates, those of every candidate. */
  readonly runs: readonly string[];
}

/** The whole graph: runs in an order in which each comes after what it needs. */
export interface StudyPlan {
  readonly cells: readonly PlannedCell[];
  readonly runs: readonly PlannedRun[];
}
