// In what order tasks should begin, and which may begin now: shared by the schedule and by the estimate of its length.
import { fail } from "../base/index.ts";
import type { ScheduledTask } from "./schedule-types.ts";

/**
 * Seconds from the beginning of each task to the end of the longest chain of tasks that wait for it, itself included.
 *
 * @throws LowmagError `invalid-argument` for unknown or repeated keys, and for tasks that wait for each other.
 */
export function longestPaths(tasks: readonly ScheduledTask[]): ReadonlyMap<string, number> {
  const order = inOrder(tasks);
  const seconds = new Map(tasks.map((task) => [task.key, task.seconds]));
  const paths = new Map(seconds);
  for (const { key, needs } of order.reverse())
    for (const need of needs)
      paths.set(need, Math.max(paths.get(need)!, seconds.get(need)! + paths.get(key)!));
  return paths;
}

/** Each task after all that it needs. */
function inOrder(tasks: readonly ScheduledTask[]): ScheduledTask[] {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  if (byKey.size < tasks.length) throw refuse("every key once", "a key twice");
  const missing = tasks.flatMap(({ needs }) => needs).find((need) => !byKey.has(need));
  if (missing !== undefined) throw refuse("to need tasks of the schedule", `\`${missing}\``);
  const left = new Map(tasks.map(({ key, needs }) => [key, new Set(needs).size]));
  const waiting = new Map<string, ScheduledTask[]>();
  for (const task of tasks)
    for (const need of new Set(task.needs)) waiting.set(need, [...(waiting.get(need) ?? []), task]);
  const order = tasks.filter(({ needs }) => needs.length === 0);
  for (const { key } of order)
    for (const task of waiting.get(key) ?? []) {
      left.set(task.key, left.get(task.key)! - 1);
      if (left.get(task.key) === 0) order.push(task);
    }
  if (order.length < tasks.length) throw refuse("no task that waits for itself", "a circle");
  return order;
}

function refuse(expected: string, got: string): Error {
  return fail("invalid-argument", { where: "schedule", expected, got });
}

/**
 * Whether a task may begin.
 *
 * @param running bytes of the tasks that run; with none, any task may begin, however much memory it wants.
 */
export function mayStart(
  { needs, bytes }: ScheduledTask,
  isDone: (key: string) => boolean,
  running: readonly number[],
  maxMemory: number,
): boolean {
  if (!needs.every(isDone)) return false;
  return running.length === 0 || running.reduce((sum, one) => sum + one, bytes) <= maxMemory;
}
