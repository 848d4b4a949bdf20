// A plan as a table of its cells, for a person who has to decide whether to spend it: trainings, epochs, multiply-
// accumulates, time and memory of each, and what all of it takes together.

import { scheduleLength } from "./schedule-length.ts";
import type { ScheduledTask } from "./schedule-types.ts";
import type { PlannedCell, PlannedRun, StudyPlan } from "./types.ts";

/** How the machine is shared. */
export interface PlanShares {
  /** Trainings at a time. */
  readonly jobs: number;
  /** Threads of all trainings together. */
  readonly workers: number;
  /** Bytes of all trainings together. */
  readonly memory: number;
}

/** What a cell takes. Runs that several cells share count in the first. */
export interface CellCost {
  readonly id: string;
  readonly kind: PlannedCell["kind"];
  /** Trainings that are to be done, that an earlier call has done, and that an earlier cell of the table has. */
  readonly runs: { readonly fresh: number; readonly reused: number; readonly shared: number };
  /** Of one training, least and most. */
  readonly epochs: readonly [number, number];
  readonly steps: readonly [number, number];
  /** Of all its trainings that are to be done. */
  readonly macs: number;
  /** Thread seconds; `null` without a measured speed. */
  readonly seconds: number | null;
  /** Of the largest training with its share of the threads. */
  readonly peakBytes: number;
}

/** A plan's table and its sums, of what is to be done. */
export interface PlanDescription {
  readonly cells: readonly CellCost[];
  readonly runs: number;
  readonly reused: number;
  readonly macs: number;
  /** Estimated wall seconds with these shares; `null` without a measured speed. */
  readonly wallSeconds: number | null;
  /** Of the largest training. */
  readonly peakBytes: number;
  /** Whether the largest training alone wants more than there is. */
  readonly exceedsMemory: boolean;
}

/**
 * Describes what is to be done.
 *
 * @param done keys of the runs that an earlier call has finished.
 */
export function describePlan(
  plan: StudyPlan,
  shares: PlanShares,
  done: ReadonlySet<string> = new Set(),
): PlanDescription {
  const byKey = new Map(plan.runs.map((run) => [run.key, run]));
  const seen = new Set<string>();
  const cells = plan.cells.map((cell) => {
    const all = [...new Set(cell.runs)].map((key) => byKey.get(key)!);
    const own = all.filter(({ key }) => !seen.has(key));
    for (const { key } of own) seen.add(key);
    return cellCost(cell, all, own, shares, done);
  });
  const left = plan.runs.filter(({ key }) => !done.has(key));
  const peakBytes = Math.max(0, ...left.map((run) => bytesOf(run, shares)));
  return {
    cells,
    runs: left.length,
    reused: plan.runs.length - left.length,
    macs: left.reduce((sum, { cost }) => sum + cost.macs, 0),
    wallSeconds: left.some(({ cost }) => cost.seconds === null)
      ? null
      : scheduleLength(planTasks(plan, shares, done), { jobs: shares.jobs, maxMemory: shares.memory }),
    peakBytes,
    exceedsMemory: peakBytes > shares.memory,
  };
}

/** The runs of a plan as tasks: seconds of wall time with a job's share of the threads, and bytes. */
export function planTasks(
  plan: StudyPlan,
  shares: PlanShares,
  done: ReadonlySet<string> = new Set(),
): readonly ScheduledTask[] {
  return plan.runs.map((run) => {
    const ready = done.has(run.key);
    const { teacher, from } = run.needs;
    return {
      key: run.key,
      needs: [teacher, from].filter((key) => key !== undefined),
      seconds: ready ? 0 : (run.cost.seconds ?? run.cost.macs) / threadsOf(shares),
      bytes: ready ? 0 : bytesOf(run, shares),
    };
  });
}

function cellCost(
  { id, kind }: PlannedCell,
  all: readonly PlannedRun[],
  own: readonly PlannedRun[],
  shares: PlanShares,
  done: ReadonlySet<string>,
): CellCost {
  const fresh = own.filter(({ key }) => !done.has(key));
  const seconds = fresh.map(({ cost }) => cost.seconds);
  return {
    ...{ id, kind },
    runs: { fresh: fresh.length, reused: own.length - fresh.length, shared: all.length - own.length },
    epochs: span(all.map(({ cost }) => cost.epochs)),
    steps: span(all.map(({ cost }) => cost.steps)),
    macs: fresh.reduce((sum, { cost }) => sum + cost.macs, 0),
    seconds: seconds.includes(null) ? null : seconds.reduce<number>((sum, one) => sum + one!, 0),
    peakBytes: Math.max(0, ...all.map((run) => bytesOf(run, shares))),
  };
}

function span(values: readonly number[]): readonly [number, number] {
  return values.length === 0 ? [0, 0] : [Math.min(...values), Math.max(...values)];
}

/** Threads of each training. */
function threadsOf({ workers, jobs }: PlanShares): number {
  return Math.max(1, Math.floor(workers / jobs));
}

function bytesOf({ cost }: PlannedRun, shares: PlanShares): number {
  return cost.peakBytes + (threadsOf(shares) - 1) * cost.workerBytes;
}
