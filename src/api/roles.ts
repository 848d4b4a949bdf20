// What each run is in a comparison, read from how the runs stand to each other.
import type { ModelRole } from "../evaluate/index.ts";
import type { FinishedRun } from "../train/index.ts";

/**
 * The role of every run: a distilled run is a student; a run tuned from another is fine-tuned; a run trained from labels
 * is a teacher when a student here learned from it, a baseline when a student here has its resolution (or a coarser run
 * is compared with a teacher), and otherwise just a model.
 */
export function rolesOf(runs: readonly FinishedRun[]): ModelRole[] {
  const teachers = new Set(
    runs.flatMap(({ record }) =>
      record.kind === "distillation" && record.origin ? [record.origin.modelHash] : [],
    ),
  );
  const teacherMpp = runs
    .filter(({ modelHash }) => teachers.has(modelHash))
    .map(({ model }) => model.description.mpp);
  const students = runs.filter(({ record }) => record.kind === "distillation");
  return runs.map((run) => {
    if (run.record.kind === "distillation") return "student";
    if (teachers.has(run.modelHash)) return "teacher";
    if (run.record.kind === "fine-tuning") return "fine-tuned";
    const { mpp } = run.model.description;
    const besideStudent = students.some((student) => sameMpp(student.model.description.mpp, mpp));
    const coarserThanTeacher = teacherMpp.some((finer) => finer < mpp && !sameMpp(finer, mpp));
    return besideStudent || coarserThanTeacher ? "baseline" : "model";
  });
}

function sameMpp(first: number, second: number): boolean {
  return Math.abs(first - second) <= 1e-3 * second;
}
