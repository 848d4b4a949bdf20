// Runs experiments, the sides of each in turns, and tells after each what is done and how long the rest will take.
import type { Experiment, Side } from "./experiments.ts";
import type { Round } from "./figures.ts";
import type { Measured } from "./lowmag/work.ts";
import type { Outcome } from "./record.ts";
import { NotHere } from "./run-program.ts";

/** What running needs to know. */
export interface InTurns {
  readonly experiments: readonly Experiment[];
  readonly rounds: number;
  /** Outcomes of a run that was broken off: these are not run again. */
  readonly known: readonly Outcome[];
  readonly runSide: (side: Side) => Promise<Measured>;
  readonly onOutcome: (outcome: Outcome, all: readonly Outcome[]) => Promise<void>;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Runs what is not known yet. Stops at an interruption; what was finished has been handed to `onOutcome`. */
export async function inTurns(options: InTurns): Promise<readonly Outcome[]> {
  const { experiments, known, onOutcome, onProgress, signal } = options;
  const ids = new Set(known.map(({ id }) => id));
  const left = experiments.filter(({ id }) => !ids.has(id));
  const outcomes = [...known];
  const clock = new RemainingTime(left, options.rounds);
  for (const [number, experiment] of left.entries()) {
    onProgress(`${number + 1} of ${left.length}: ${experiment.id}, ${clock.text()}`);
    const outcome = await runExperiment(experiment, options);
    if (outcome === null || signal.aborted) break;
    clock.done(experiment);
    outcomes.push(outcome);
    await onOutcome(outcome, outcomes);
  }
  return outcomes;
}

/** The rounds of one experiment; `null` when it was interrupted. */
async function runExperiment(experiment: Experiment, options: InTurns): Promise<Outcome | null> {
  const { id, sides, rounds: count = options.rounds } = experiment;
  const rounds: Round[] = [];
  const absent: Record<string, string> = {};
  try {
    for (let i = 0; i < count; i++) {
      // The side that begins changes from round to round, so that neither always runs on the warmer machine.
      const order = i % 2 === 0 ? sides : [...sides].reverse();
      rounds.push(await runRound(order, absent, options.runSide));
    }
  } catch (error) {
    return options.signal.aborted ? null : { id, skipped: (error as Error).message };
  }
  const reasons = Object.values(absent);
  if (reasons.length === sides.length) return { id, skipped: reasons[0]! };
  return { id, rounds, ...(reasons.length === 0 ? {} : { absent }) };
}

/** One round of the sides that can run here; those that cannot are put into `absent`. */
async function runRound(
  sides: readonly Side[],
  absent: Record<string, string>,
  runSide: InTurns["runSide"],
): Promise<Round> {
  const round: Record<string, Measured> = {};
  for (const side of sides) {
    if (side.name in absent) continue;
    try {
      round[side.name] = await runSide(side);
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
      absent[side.name] = error.message;
    }
  }
  return round;
}

/** Scales what was expected by what it took so far. */
class RemainingTime {
  readonly #started = performance.now();
  #expectedDone = 0;
  #expectedLeft: number;

  constructor(
    experiments: readonly Experiment[],
    readonly rounds: number,
  ) {
    this.#expectedLeft = experiments.reduce((sum, experiment) => sum + this.#secondsOf(experiment), 0);
  }

  done(experiment: Experiment): void {
    this.#expectedDone += this.#secondsOf(experiment);
    this.#expectedLeft -= this.#secondsOf(experiment);
  }

  #secondsOf({ seconds, rounds = this.rounds }: Experiment): number {
    return rounds * seconds;
  }

  text(): string {
    const elapsed = (performance.now() - this.#started) / 1000;
    const scale = this.#expectedDone === 0 ? 1 : elapsed / this.#expectedDone;
    const seconds = Math.ceil(scale * this.#expectedLeft);
    return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`;
  }
}
