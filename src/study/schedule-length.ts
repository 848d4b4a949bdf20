// How long a schedule would take if every task took its estimated seconds: the same rules on a clock of their own.

import { longestPaths, mayStart } from "./schedule-order.ts";
import type { ScheduledTask } from "./schedule-types.ts";

/** A task that is under way, and when it will end. */
interface Underway {
  readonly task: ScheduledTask;
  readonly end: number;
}

/**
 * Seconds from the first start to the last end.
 *
 * @throws LowmagError `invalid-argument` as `runSchedule`.
 */
export function scheduleLength(
  tasks: readonly ScheduledTask[],
  { jobs, maxMemory = Number.POSITIVE_INFINITY }: { readonly jobs: number; readonly maxMemory?: number },
): number {
  const paths = longestPaths(tasks);
  const waiting = [...tasks].sort((a, b) => paths.get(b.key)! - paths.get(a.key)!);
  const done = new Set<string>();
  const running: Underway[] = [];
  let now = 0;
  while (waiting.length > 0 || running.length > 0) {
    for (const task of [...waiting]) {
      if (running.length >= jobs) break;
      const bytes = running.map((other) => other.task.bytes);
      if (!mayStart(task, (key) => done.has(key), bytes, maxMemory)) continue;
      waiting.splice(waiting.indexOf(task), 1);
      running.push({ task, end: now + task.seconds });
    }
    running.sort((a, b) => a.end - b.end);
    const first = running.shift()!;
    now = first.end;
    done.add(first.task.key);
  }
  return now;
}
