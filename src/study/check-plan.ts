// What can be wrong between a study file and its data, found before anything is spent.
import { fail } from "../base/index.ts";
import { architectureName, featureChannels } from "../models/index.ts";
import { ARCHITECTURES } from "../options/index.ts";
import { candidatesOf } from "./candidates.ts";
import { checkSizes } from "./check-sizes.ts";
import { type ImageSetFacts, type SizeGroup, type StudyDataFacts, unlabelledFractionsOf } from "./facts.ts";
import type { CompleteStudyFile, KeyPath, Locate, StudyArm } from "./study-file.ts";
import { layersOf, settingOf } from "./training-settings.ts";

/** @throws LowmagError `invalid-argument`. */
export function checkPlan(file: CompleteStudyFile, facts: StudyDataFacts, locate: Locate): void {
  checkUnlabelled(file, facts, locate);
  checkGivenTeacher(file, facts, locate);
  file.arms.forEach((arm, i) => {
    if (arm.kind === "distilled") checkWidth(file, facts, arm, ["arms", i], locate);
  });
  checkResolutions(file, facts, locate);
}

function checkUnlabelled(file: CompleteStudyFile, facts: StudyDataFacts, locate: Locate): void {
  if (facts.unlabelledImages > 0) return;
  const wanted: [KeyPath, readonly number[]][] = [
    [["unlabelledFractions"], unlabelledFractionsOf(file, 0)],
    ...file.arms.map((arm, i): [KeyPath, readonly number[]] => [
      ["arms", i, "unlabelledFractions"],
      arm.unlabelledFractions ?? [],
    ]),
  ];
  for (const [path, fractions] of wanted)
    if (fractions.some((fraction) => fraction > 0))
      throw fail("invalid-argument", {
        where: locate(path),
        expected: "[0], as the data hold no tissue without labels",
        got: JSON.stringify(fractions),
        fix: "Name folders or manifests of such tissue under `data.unlabelled`, or leave the fractions out.",
      });
}

function checkGivenTeacher(
  file: CompleteStudyFile,
  { teacher, classes }: StudyDataFacts,
  locate: Locate,
): void {
  if (teacher === null) return;
  const path = ["teacher", "run"];
  const same =
    teacher.classes.length === classes.length && classes.every((name) => teacher.classes.includes(name));
  if (!same)
    throw fail("invalid-argument", {
      where: locate(path),
      expected: `a teacher of the classes ${classes.join(", ")}`,
      got: teacher.classes.join(", "),
      fix: "Take a teacher of the same classes; `data.classes` chooses among the classes of the data.",
    });
  const all = [...file.students.mpp, ...file.arms.flatMap(({ mpp }) => mpp ?? [])];
  const finer = all.find((mpp) => mpp < teacher.mpp * (1 - 1e-6));
  if (finer !== undefined)
    throw fail("invalid-argument", {
      where: locate(["students", "mpp"]),
      expected: `µm/px of at least the teacher's ${teacher.mpp}`,
      got: `${finer}`,
      fix: "A student works at a lower magnification, that is at more µm per pixel.",
    });
}

/** Maps are compared channel by channel. */
function checkWidth(
  file: CompleteStudyFile,
  { teacher }: StudyDataFacts,
  arm: StudyArm,
  path: KeyPath,
  locate: Locate,
): void {
  const named = settingOf(layersOf(file, "teacher"), "architecture") ?? ARCHITECTURES[0];
  const teachers = architectureName(teacher?.architecture ?? String(named));
  for (const candidate of candidatesOf(arm)) {
    const own = settingOf(layersOf(file, "students", arm, candidate), "architecture");
    const students = architectureName(String(own ?? teachers));
    if (featureChannels(students) !== featureChannels(teachers))
      throw fail("invalid-argument", {
        where: locate([...path, "options", "architecture"]),
        expected: `a feature map of the teacher's ${featureChannels(teachers)} channels (${teachers})`,
        got: `${featureChannels(students)} (${students}) in arm \`${arm.name}\``,
        fix: "Maps are compared channel by channel: choose an architecture of the same width.",
      });
  }
}

function checkResolutions(file: CompleteStudyFile, facts: StudyDataFacts, locate: Locate): void {
  const measured = [facts.validation, facts.test];
  const labelled = together(Object.values(facts.labelled));
  const tissue = together(Object.values(facts.tissue));
  const distills = file.arms.some(({ kind }) => kind !== "baseline");
  const teacherPath = facts.teacher === null ? ["teacher", "mpp"] : ["teacher", "run"];
  checkSizes(
    [distills ? tissue : labelled, ...measured],
    facts.teacher?.mpp ?? file.teacher.mpp,
    teacherPath,
    locate,
  );
  file.arms.forEach((arm, i) => {
    const path = arm.mpp === undefined ? ["students", "mpp"] : ["arms", i, "mpp"];
    const learned = arm.kind === "baseline" ? labelled : tissue;
    for (const mpp of arm.mpp ?? file.students.mpp) checkSizes([learned, ...measured], mpp, path, locate);
  });
}

/** The sizes of overlapping sets: of each as many as the set with most of it has. */
function together(sets: readonly ImageSetFacts[]): Pick<ImageSetFacts, "sizes"> {
  const most = new Map<string, SizeGroup>();
  for (const group of sets.flatMap(({ sizes }) => sizes)) {
    const key = `${group.width} ${group.height} ${group.mpp}`;
    if (group.count > (most.get(key)?.count ?? 0)) most.set(key, group);
  }
  return { sizes: [...most.values()] };
}
