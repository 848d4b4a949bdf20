// Which runs of a plan an earlier call has finished.
import { join } from "node:path";
import type { StudyPlan } from "../../study/index.ts";
import { foldersByKey, shareDone } from "./run-file.ts";

/** Keys of the finished runs in a study's folder; none where there is no folder. Nothing is written. */
export async function doneKeys(plan: StudyPlan, out: string): Promise<ReadonlySet<string>> {
  const folder = join(out, "runs");
  const folders = await foldersByKey(folder);
  const done = new Set<string>();
  for (const run of plan.runs) {
    const own = folders.get(run.key);
    if (own !== undefined && (await shareDone(own, run)) === 1) done.add(run.key);
  }
  return done;
}
