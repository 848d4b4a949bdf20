// Several operations as one piece of work: one progress report over all of them, with the time that remains.
import { type Progress, throwIfCancelled } from "../base/index.ts";
import type { OperationContext } from "./context.ts";

/** One leg of the journey. */
export interface Leg {
  readonly name: string;
  /** Expected work in any unit that is the same for all legs. */
  readonly work: number;
  /** The activity whose progress counts as the leg's. */
  readonly activity: string;
  run(context: OperationContext): Promise<void>;
}

/** A leg that takes less than this share of its expected time was found done from before, and says nothing about the rate. */
const SKIPPED_SECONDS = 1;

/** Runs the legs in order and reports progress over all of them, as a share from 0 to 1 of the expected work. */
export async function runJourney(
  activity: string,
  legs: readonly Leg[],
  context: OperationContext,
): Promise<void> {
  const total = legs.reduce((sum, { work }) => sum + work, 0);
  const started = performance.now();
  let before = 0;
  let skippedWork = 0;
  for (const [i, leg] of legs.entries()) {
    throwIfCancelled(context.signal, activity);
    const legStarted = performance.now();
    const report = (fraction: number, note: string) => {
      const done = (before + leg.work * fraction) / total;
      const elapsedSeconds = (performance.now() - started) / 1000;
      const fresh = done - skippedWork / total;
      const remainingSeconds = fresh > 0.01 ? (elapsedSeconds / fresh) * (1 - done) : null;
      context.onProgress?.({ activity, done, total: 1, elapsedSeconds, remainingSeconds, note });
    };
    const title = `${i + 1}/${legs.length} ${leg.name}`;
    report(0, title);
    const onProgress = (progress: Progress) => {
      if (progress.activity !== leg.activity) return;
      const detail = progress.note === undefined ? "" : ` · ${progress.note}`;
      report(progress.done / progress.total, `${title}${detail}`);
    };
    await leg.run({ ...context, onProgress });
    before += leg.work;
    if (performance.now() - legStarted < 1000 * SKIPPED_SECONDS) skippedWork += leg.work;
  }
}
