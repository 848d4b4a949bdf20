// Learning-rate schedules: pure functions of where training stands.

/** How the rate changes over training. */
export type Schedule =
  | { readonly name: "constant" }
  /** Times `gamma` after every epoch. */
  | { readonly name: "exponential"; readonly gamma: number }
  /** Linear warm-up over `warmupSteps`, then a half cosine that would reach 0 one step after the last (Loshchilov & Hutter 2017). */
  | { readonly name: "cosine"; readonly warmupSteps: number };

/** Where training stands: optimiser steps done before this one, and how many there are in all. */
export interface TrainingPosition {
  readonly step: number;
  readonly epoch: number;
  readonly totalSteps: number;
}

/** The learning rate of the step about to be taken (`step` and `epoch` count from 0). */
export function learningRateAt(
  schedule: Schedule,
  base: number,
  { step, epoch, totalSteps }: TrainingPosition,
): number {
  if (schedule.name === "constant") return base;
  if (schedule.name === "exponential") return base * schedule.gamma ** epoch;
  const { warmupSteps } = schedule;
  if (step < warmupSteps) return (base * (step + 1)) / warmupSteps;
  const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return base * 0.5 * (1 + Math.cos(Math.PI * progress));
}
