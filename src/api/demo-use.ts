// What a student is for: slides that no network has seen are drawn, and the teacher and a student classify them, piece by
// piece, so that both can be looked at side by side.
import { join } from "node:path";
import type { StudyRecord } from "../evaluate/index.ts";
import type { OperationContext } from "./context.ts";
import { predict } from "./predict.ts";
import { synthesize } from "./synthesize.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** What is drawn and used. */
export interface DemoUse {
  /** Folder for the new slides. */
  readonly slides: string;
  /** Folder for a folder of results per network. */
  readonly results: string;
  /** Folder of the study's runs. */
  readonly runs: string;
  readonly patients: number;
  readonly imagesPerPatient: number;
  readonly size: number;
  /** Another than that of the study's slides. */
  readonly seed: number;
  readonly workers: number | undefined;
}

/** Draws the slides and has them classified; networks whose training failed are left out. */
export async function useStudents(
  { slides, results, runs, workers, ...set }: DemoUse,
  record: StudyRecord,
  context: OperationContext,
): Promise<void> {
  const share = withoutUndefined({ workers });
  await synthesize({ out: slides, slides: true, unlabelledPatients: 0, ...set, ...share }, context);
  const inputs = [join(slides, "slides.csv")];
  for (const { name, run } of networksOf(record))
    await predict({ run: join(runs, run), inputs, out: join(results, name), ...share }, context);
}

/** The teacher, and the student in the middle of the resolutions. */
function networksOf({ evaluation }: StudyRecord): { readonly name: string; readonly run: string }[] {
  const cells = evaluation?.cells ?? [];
  const students = cells.filter(({ kind }) => kind === "distilled").sort((a, b) => a.mpp - b.mpp);
  const student = students[Math.floor((students.length - 1) / 2)];
  const teacher = cells.find(({ kind }) => kind === "teacher");
  return [teacher, student].flatMap((cell) => {
    const run = cell?.seeds[0]?.run;
    return run === undefined
      ? []
      : [{ name: `${cell!.kind === "teacher" ? "teacher" : "student"}-${cell!.mpp}um`, run }];
  });
}
