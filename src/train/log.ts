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
  /**
   * Share of these seconds, 0 to 1, in which a worker had nothing to do because no micro-batch was loaded. Absent in logs
   * of earlier versions.
   */
  readonly waitingShare?: number;
  /** Where a process began in this epoch: seconds from its start until its first step began, and until it was done. */
  readonly firstStep?: { readonly began: number; readonly done: number };
}

/** Where a run's time went besides computing. */
export interface RunTiming {
  /** Seconds from the command's start until the first step began; `null` where no epoch tells. After resuming the last start's. */
  readonly firstStepSeconds: number | null;
  /** Share of all epochs' time, 0 to 1, in which a worker waited for images. */
  readonly waitingShare: number;
}

/** What a log says of a run's time. */
export function timingOf(log: readonly EpochRecord[]): RunTiming {
  const seconds = log.reduce((sum, record) => sum + record.seconds, 0);
  const waited = log.reduce((sum, record) => sum + record.seconds * (record.waitingShare ?? 0), 0);
  return {
    firstStepSeconds: log.findLast(({ firstStep }) => firstStep !== undefined)?.firstStep?.began ?? null,
    waitingShare: seconds === 0 ? 0 : Number((waited / seconds).toFixed(4)),
  };
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

/** Share of an epoch's time from which on waiting for images is worth a word. */
const MUCH_WAITING = 0.1;

/** An epoch in one line for a person. */
export function epochText(
  { epoch, learningRate, train, validation, best, seconds, waitingShare = 0 }: EpochRecord,
  epochs: number,
): string {
  const partTexts = Object.entries(train.parts).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  const parts = partTexts.length === 0 ? "" : ` (${partTexts.join(", ")})`;
  const scores =
    validation === null ? "" : `; validation ${scoreText(validation)}${best ? ", best so far" : ""}`;
  return `epoch ${epoch}/${epochs}: loss ${train.loss.toFixed(4)}${parts}, rate ${Number(learningRate.toPrecision(3))}${scores}; ${seconds.toFixed(1)} s${waitingShare > MUCH_WAITING ? `, ${Math.round(100 * waitingShare)}% of it waiting for images` : ""}`;
}

/**
 * What helps against much waiting, in a sentence; `null` where there is little. A first epoch fills caches: it says nothing.
 */
export function waitingAdvice({ epoch, waitingShare = 0 }: EpochRecord): string | null {
  if (epoch === 1 || waitingShare <= MUCH_WAITING) return null;
  return `note: ${Math.round(100 * waitingShare)}% of epoch ${epoch} went into waiting for images. A --cache on a local disk helps, and so does training without --stain-jitter; more --workers do not.`;
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
