// Opens a study: its data are read once, searched for leaks, and planned. Nothing is trained and no folder of the study is
// written here.
import { dirname } from "node:path";
import { fail } from "../../base/index.ts";
import { type DatasetReading, findLeaks, refuseLeaks } from "../../dataset/index.ts";
import type { LeakCheck } from "../../evaluate/index.ts";
import { hashFile } from "../../machine/index.ts";
import {
  type CompleteStudyFile,
  type GivenTeacher,
  planStudy,
  type StudyFile,
  type StudyPlan,
  studyFacts,
} from "../../study/index.ts";
import { readRun } from "../../train/index.ts";
import type { OperationContext } from "../context.ts";
import { machineSpeed } from "../measure-speed.ts";
import { givenSplits, openData, withClassesOf, withSplits } from "../open-data.ts";
import { withoutUndefined } from "../without-undefined.ts";

/** A study that only has to be done. */
export interface OpenedStudy {
  readonly file: StudyFile;
  readonly dataset: DatasetReading;
  readonly leaks: readonly LeakCheck[];
  readonly plan: StudyPlan;
}

/**
 * Reads, checks and plans.
 *
 * @throws LowmagError what reading the data throws; `data-leak` naming pairs; `invalid-argument` where file and data
 *   contradict each other; `cancelled`.
 */
export async function openStudy(
  file: StudyFile,
  cacheFolder: string,
  context: OperationContext,
): Promise<OpenedStudy> {
  const { content, locate } = file;
  const teacher = await givenTeacher(content);
  const weights = await hashWeights(content);
  const read = await openData(content.data, { ...context, defaultCache: cacheFolder });
  const named = teacher === null ? read : withClassesOf(read, teacher.classes, `teacher ${teacher.path}`);
  const split = await givenSplits(named, content.data.splits);
  const leaks = await checkForLeaks(split, content, cacheFolder, context);
  const dataset = await withSplits(split, undefined, "test");
  await withSplits(split, undefined, "train");
  if (content.arms.some(({ choose }) => choose !== null)) checkValidation(dataset);
  const facts = studyFacts(dataset, content, { teacher, weights });
  planStudy(content, facts, { locate }); // what is wrong with a file is told before time is taken to measure
  const speed = await machineSpeed(cacheFolder, context);
  const plan = planStudy(content, facts, { speed, locate });
  return { file, dataset, leaks, plan };
}

async function givenTeacher({ teacher }: CompleteStudyFile): Promise<GivenTeacher | null> {
  if (teacher.run === undefined) return null;
  const { path, model, modelHash } = await readRun(teacher.run);
  const { architecture, mpp, classes } = model.description;
  return { path, modelHash, architecture, mpp, classes };
}

/** Hashes of all files of weights that the study file names. */
async function hashWeights(file: CompleteStudyFile): Promise<Record<string, string>> {
  const sections = [file.training, file.teacher, file.baseline, ...file.arms.map(({ options }) => options)];
  const named = sections.map((section) => (section as { weights?: unknown }).weights);
  const tried = file.arms.flatMap(({ choose }) => choose?.weights ?? []);
  const hashes: Record<string, string> = {};
  for (const path of [...named, ...tried])
    if (typeof path === "string")
      hashes[path] ??= await hashFile(path).catch((cause: unknown) => {
        throw fail("not-found", {
          where: path,
          expected: "a file of weights, as the study file says",
          got: String((cause as NodeJS.ErrnoException).code ?? cause),
          cause,
        });
      });
  return hashes;
}

async function checkForLeaks(
  dataset: DatasetReading,
  { leaks }: CompleteStudyFile,
  cacheFolder: string,
  context: OperationContext,
): Promise<readonly LeakCheck[]> {
  const report = await findLeaks(dataset, {
    cacheFolder,
    nearDuplicates: leaks.nearDuplicates,
    allow: leaks.allow.map(([first, second]) => [first!, second!] as const),
    ...withoutUndefined({ signal: context.signal, onProgress: context.onProgress }),
  });
  for (const note of report.notes) context.onNote?.(`note: ${note}`);
  refuseLeaks(
    report,
    "Where a pair is no copy, let it pass by name in the study file: `leaks: { allow: [[first.png, second.png]] }`.",
  );
  return report.checks;
}

function checkValidation(dataset: DatasetReading): void {
  if (dataset.images.some(({ split, label }) => split === "val" && label !== null)) return;
  throw fail("invalid-argument", {
    where: "split `val`",
    expected: "labelled images, as an arm chooses its settings on them",
    got: "none",
    fix: "Make splits with `lowmag split`, with a share above 0 for val.",
  });
}

/** The folder that a study file's own commands are relative to. */
export function baseOf({ path }: StudyFile): string {
  return dirname(path);
}
