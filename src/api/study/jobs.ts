// How many trainings run at a time, and in how much memory, where nobody said.
import { availableParallelism } from "node:os";
import { machineMemory } from "../../machine/index.ts";
import type { StudyPlan } from "../../study/index.ts";

/** What all trainings of a study share. */
export interface Shares {
  readonly jobs: number;
  /** Threads. */
  readonly workers: number;
  /** Bytes. */
  readonly memory: number;
}

/** What a caller may have said. */
export interface WantedShares {
  readonly jobs?: number | undefined;
  readonly workers?: number | undefined;
  /** GB. */
  readonly maxMemory?: number | undefined;
}

/**
 * By default as many trainings as can begin at once (the runs that wait for none), at most one per thread, and as many as
 * the memory holds of the largest: threads that are not used by one training more make each of them faster.
 */
export function sharesOf(plan: StudyPlan, { jobs, workers, maxMemory }: WantedShares): Shares {
  const memory = maxMemory === undefined ? 0.75 * machineMemory() : 1e9 * maxMemory;
  const threads = workers ?? availableParallelism();
  const first = plan.runs.filter(
    ({ needs }) => needs.teacher === undefined && needs.from === undefined,
  ).length;
  const largest = plan.runs.reduce((most, { cost }) => Math.max(most, cost.peakBytes), 1);
  const fitting = Math.max(1, Math.floor(memory / largest));
  return { jobs: jobs ?? Math.max(1, Math.min(threads, first, fitting)), workers: threads, memory };
}
