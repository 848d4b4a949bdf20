// The record of a run's epochs: one JSON line each.
import type { ValidationMetrics } from "./metrics.ts";

/** One epoch as it stands in `log.jsonl`. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Optimiser steps done in all. */
  readonly step: number;
  /** The rate of the epoch's last step. */
  readonly learningRate: number;
  /** Means over the epoch's images, as they were when each step was taken. */
  readonly train: { readonly loss: number; readonly parts: Readonly<Record<string, number>> };
  /** `null` where there are no validation images. */
  readonly validation: ValidationMetrics | null;
  /** True if this epoch was the best so far. */
  readonly best: boolean;
  /** Seconds of the epoch, validation included. */
  readonly seconds: number;
}

/** `log.jsonl` of some epochs. */
export function logText(records: readonly EpochRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

/** The epochs in a `log.jsonl`; a last line cut short by a crash is dropped. */
export function parseLog(text: string): EpochRecord[] {
  const complete = text.slice(0, text.lastIndexOf("\n") + 1);
  return complete
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EpochRecord);
}
