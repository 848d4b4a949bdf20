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

/** An epoch in one line for a person. */
export function epochText(
  { epoch, learningRate, train, validation, best, seconds }: EpochRecord,
  epochs: number,
): string {
  const partTexts = Object.entries(train.parts).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  const parts = partTexts.length === 0 ? "" : ` (${partTexts.join(", ")})`;
  const scores =
    validation === null ? "" : `; validation ${scoreText(validation)}${best ? ", best so far" : ""}`;
  return `epoch ${epoch}/${epochs}: loss ${train.loss.toFixed(4)}${parts}, rate ${Number(learningRate.toPrecision(3))}${scores}; ${seconds.toFixed(1)} s`;
}

function scoreText({ loss, accuracy, balancedAccuracy, auroc }: ValidationMetrics): string {
  const scores = [
    ["accuracy", accuracy],
    ["balanced accuracy", balancedAccuracy],
    ["AUROC", auroc],
  ] as const;
  const known = scores.flatMap(([name, value]) => (value === null ? [] : [`${name} ${value.toFixed(3)}`]));
  return [`loss ${loss.toFixed(4)}`, ...known].join(", ");
}
