// The combinations of settings that an arm tries.
import type { StudyArm } from "./study-file.ts";

/** Every combination of the values to choose from, in the order of the file; `[null]` where nothing is chosen. */
export function candidatesOf({ choose }: StudyArm): readonly (Readonly<Record<string, unknown>> | null)[] {
  if (choose === null) return [null];
  return Object.entries(choose).reduce<readonly Readonly<Record<string, unknown>>[]>(
    (before, [key, values]) =>
      before.flatMap((settings) => values.map((value) => ({ ...settings, [key]: value }))),
    [{}],
  );
}
