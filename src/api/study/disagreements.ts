// Tissue on which a student and its teacher disagree, for a reader's own eyes: as many where the teacher is right as where
// the student is, from the finest of the students that the study's answer is about.
import { type DatasetReading, PixelCache } from "../../dataset/index.ts";
import type { Answer, StudyCellInput } from "../../evaluate/index.ts";
import type { ExampleView, StudyExample } from "../../report/index.ts";
import { shownField, tissuePicture } from "../examples.ts";

/** Two networks of one seed, and a test image that they sort into different classes. */
interface Disagreement {
  readonly teacher: StudyCellInput;
  readonly student: StudyCellInput;
  readonly seed: number;
  /** Index into the answers on the test split. */
  readonly image: number;
  readonly right: "teacher" | "student" | "neither";
}

/** Up to `count` test images with the pictures that both saw. The same every time. */
export async function disagreementExamples(
  cells: readonly StudyCellInput[],
  dataset: DatasetReading,
  count: number,
  cacheFolder: string,
): Promise<StudyExample[]> {
  const cache = new PixelCache(cacheFolder);
  const images = new Map(dataset.images.map((image) => [image.id, image]));
  const examples: StudyExample[] = [];
  for (const { teacher, student, seed, image } of chooseDisagreements(cells, dataset.classes, count)) {
    const field = shownField([teacher.mpp, student.mpp]);
    const views: ExampleView[] = [];
    for (const cell of [teacher, student]) {
      const { image: id, probabilities } = answersOf(cell, seed)![image]!;
      const picture = await tissuePicture(cache, images.get(id)!, cell.mpp, field);
      const predicted = predictedBy(probabilities, dataset.classes);
      views.push({ model: cell.id, mpp: cell.mpp, ...picture, predicted, probabilities });
    }
    const { image: id, label, patient } = answersOf(teacher, seed)![image]!;
    examples.push({ image: id, label, patient, seed, views });
  }
  return examples;
}

/** In turns: the teacher is right, the student is right, neither; no image twice. */
export function chooseDisagreements(
  cells: readonly StudyCellInput[],
  classes: readonly string[],
  count: number,
): Disagreement[] {
  const all = pairsOf(cells).flatMap((pair) => disagreementsOf(pair, classes));
  const queues = (["teacher", "student", "neither"] as const).map((right) =>
    all.filter((one) => one.right === right),
  );
  const chosen: Disagreement[] = [];
  const seen = new Set<string>();
  while (chosen.length < count && queues.some(({ length }) => length > 0))
    for (const queue of queues) {
      const next = queue.findIndex((one) => !seen.has(nameOf(one)));
      if (next < 0) queue.length = 0;
      else if (chosen.length < count) {
        const [one] = queue.splice(0, next + 1).slice(-1);
        seen.add(nameOf(one!));
        chosen.push(one!);
      }
    }
  return chosen;
}

function nameOf({ teacher, seed, image }: Disagreement): string {
  return answersOf(teacher, seed)![image]!.image;
}

/**
 * The students that the study's answer is about (the first distilled arm, most labels, most unlabelled tissue) with the
 * teacher of the same labels, the finest first.
 */
function pairsOf(cells: readonly StudyCellInput[]): { teacher: StudyCellInput; student: StudyCellInput }[] {
  const teachers = cells.filter(({ kind }) => kind === "teacher");
  const distilled = cells.filter(({ kind }) => kind === "distilled");
  const first = distilled.filter(({ arm }) => arm === distilled[0]?.arm);
  const most = (of: "labelFraction" | "unlabelledFraction") => Math.max(...first.map((cell) => cell[of]));
  const [labels, unlabelled] = [most("labelFraction"), most("unlabelledFraction")];
  return first
    .filter((cell) => cell.labelFraction === labels && cell.unlabelledFraction === unlabelled)
    .sort((a, b) => a.mpp - b.mpp)
    .flatMap((student) => {
      const teacher =
        teachers.find(({ labelFraction }) => labelFraction === student.labelFraction) ?? teachers[0];
      return teacher === undefined ? [] : [{ teacher, student }];
    });
}

function disagreementsOf(
  { teacher, student }: { teacher: StudyCellInput; student: StudyCellInput },
  classes: readonly string[],
): Disagreement[] {
  return student.seeds.flatMap(({ seed, test }) =>
    (answersOf(teacher, seed) ?? []).flatMap((answer, image) => {
      const taught = predictedBy(answer.probabilities, classes);
      const learned = predictedBy(test[image]!.probabilities, classes);
      if (taught === learned) return [];
      const right = taught === answer.label ? "teacher" : learned === answer.label ? "student" : "neither";
      return [{ teacher, student, seed, image, right }];
    }),
  );
}

function answersOf({ seeds }: StudyCellInput, seed: number): readonly Answer[] | undefined {
  return seeds.find((own) => own.seed === seed)?.test;
}

function predictedBy(probabilities: readonly number[], classes: readonly string[]): string {
  return classes[probabilities.indexOf(Math.max(...probabilities))]!;
}
