// What a schema cannot say of a study file: sections that contradict each other, arms from arms that are not there,
// things said twice. Checked before any data is looked at.
import { closestWord, fail, type LowmagError } from "../base/index.ts";
import { STUDY_TRAINING_KEYS } from "../options/index.ts";
import { candidatesOf } from "./candidates.ts";
import { inWords, unknownStudyKey } from "./refusal.ts";
import { slugOf } from "./run-names.ts";
import { type CompleteStudyFile, type KeyPath, keyText, type Locate, type StudyArm } from "./study-file.ts";

/** Most combinations of settings that one arm may try. */
const MAXIMUM_CANDIDATES = 64;
/** Resolutions are the same when they differ by less than this share. */
const SAME_MPP = 1e-6;

/**
 * Checks a complete study file.
 *
 * @throws LowmagError `invalid-argument`, naming file, line and key.
 */
export function checkStudyFile(file: CompleteStudyFile, locate: Locate): void {
  checkLengths(file, locate);
  checkTeacher(file, locate);
  checkOnce(file.seeds, ["seeds"], locate);
  checkOnce(file.labelFractions, ["labelFractions"], locate);
  checkOnce(file.unlabelledFractions ?? [], ["unlabelledFractions"], locate);
  checkResolutions(file.students.mpp, ["students", "mpp"], file, locate);
  file.arms.forEach((arm, i) => {
    checkArm(arm, ["arms", i], file, locate);
  });
}

/** Steps and epochs in one breath: nobody could say which holds. */
function checkLengths(file: CompleteStudyFile, locate: Locate): void {
  const sections: readonly [KeyPath, unknown, unknown][] = [
    [["training", "epochs"], file.training.epochs, file.budget],
    [["teacher", "epochs"], file.teacher.epochs, file.teacher.budget],
    [["students", "epochs"], file.students.epochs, file.students.budget],
    [["baseline", "epochs"], file.baseline.epochs, file.baseline.budget],
    [["fineTuning", "epochs"], file.fineTuning.epochs, file.fineTuning.budget],
    ...file.arms.map((arm, i): [KeyPath, unknown, unknown] => [
      ["arms", i, "options", "epochs"],
      arm.options.epochs ?? arm.choose?.epochs,
      arm.budget,
    ]),
  ];
  for (const [path, epochs, budget] of sections)
    if (epochs !== undefined && budget !== undefined)
      throw refuse(locate, path, "one length of training", `both ${keyText(path)} and a \`budget\``, {
        fix: "Leave one of them out: a budget in steps works the epochs out, `epochs` says them.",
      });
}

function checkTeacher({ teacher, labelFractions }: CompleteStudyFile, locate: Locate): void {
  if (teacher.run === undefined) return;
  const { run, mpp, ...training } = teacher;
  const [other] = Object.keys(training).filter((key) => training[key as keyof typeof training] !== undefined);
  if (other !== undefined)
    throw refuse(locate, ["teacher", other], "no options of training beside `teacher.run`", `\`${other}\``, {
      fix: "A finished run is taken as it is: leave out the options, or leave out `run` to train a teacher.",
    });
  if (labelFractions.some((fraction) => fraction !== 1))
    throw refuse(locate, ["labelFractions"], "[1] beside `teacher.run`", inWords(labelFractions), {
      fix: "A finished teacher has learned from the labels it had: leave out `run` to train one for every fraction.",
    });
}

function checkOnce(values: readonly number[], path: KeyPath, locate: Locate): void {
  const twice = values.findIndex((value, i) => values.indexOf(value) < i);
  if (twice >= 0) throw refuse(locate, path, `each of ${keyText(path)} once`, `${values[twice]} twice`);
}

function checkResolutions(
  values: readonly number[],
  path: KeyPath,
  { teacher }: CompleteStudyFile,
  locate: Locate,
): void {
  const twice = values.findIndex((value, i) =>
    values.some((before, j) => j < i && Math.abs(before - value) <= SAME_MPP * value),
  );
  if (twice >= 0) throw refuse(locate, path, `each of ${keyText(path)} once`, `${values[twice]} µm/px twice`);
  const finer = values.find((value) => teacher.run === undefined && value < teacher.mpp * (1 - SAME_MPP));
  if (finer !== undefined)
    throw refuse(locate, path, `µm/px of at least the teacher's ${teacher.mpp}`, `${finer}`, {
      fix: "A student works at a lower magnification, that is at more µm per pixel.",
    });
}

function checkArm(arm: StudyArm, path: KeyPath, file: CompleteStudyFile, locate: Locate): void {
  checkName(arm, path, file, locate);
  checkFrom(arm, path, file, locate);
  if (arm.mpp !== undefined) checkArmResolutions(arm.mpp, [...path, "mpp"], file, locate);
  if (arm.unlabelledFractions !== undefined) {
    const key = [...path, "unlabelledFractions"];
    if (arm.kind === "baseline")
      throw refuse(locate, key, "none for a baseline", inWords(arm.unlabelledFractions), {
        fix: "A baseline learns from labels alone: unlabelled tissue is for distilled arms.",
      });
    checkOnce(arm.unlabelledFractions, key, locate);
  }
  checkKeys(arm, path, locate);
  const combinations = Object.values(arm.choose ?? {}).reduce(
    (product, values) => product * values.length,
    1,
  );
  if (combinations > MAXIMUM_CANDIDATES)
    throw refuse(
      locate,
      [...path, "choose"],
      `at most ${MAXIMUM_CANDIDATES} combinations`,
      `${combinations}`,
    );
  for (const [key, values] of Object.entries(arm.choose ?? {}))
    if (new Set(values.map((value) => JSON.stringify(value))).size < values.length)
      throw refuse(locate, [...path, "choose", key], "each value once", inWords(values));
  for (const settings of [arm.options, ...candidatesOf(arm).map((candidate) => candidate ?? {})])
    checkCaching({ ...file.training, ...file.students, ...arm.options, ...settings }, arm, path, locate);
}

function checkName(arm: StudyArm, path: KeyPath, { arms }: CompleteStudyFile, locate: Locate): void {
  if (slugOf(arm.name) === "teacher")
    throw refuse(locate, path, "a name of its own", "`teacher`, which is the teacher's", {});
  const same = arms.find((other) => other !== arm && slugOf(other.name) === slugOf(arm.name));
  if (same !== undefined && arms.indexOf(same) < arms.indexOf(arm))
    throw refuse(locate, path, "a name of its own for every arm", `\`${arm.name}\` twice`, {
      fix: "Names may not differ in case, spaces or punctuation alone: give one of them another `name`.",
    });
}

function checkFrom(arm: StudyArm, path: KeyPath, { arms }: CompleteStudyFile, locate: Locate): void {
  if (arm.from === null) return;
  const key = [...path, "from"];
  if (arm.kind !== "fine-tuned")
    throw refuse(locate, key, "`from` only in a fine-tuned arm", `it in \`${arm.name}\` (${arm.kind})`);
  const from = arms.find(({ name }) => name === arm.from);
  const distilled = arms.filter(({ kind, choose }) => kind === "distilled" && choose === null);
  const names = distilled.map(({ name }) => name);
  const closest = closestWord(arm.from, names);
  const known = names.length === 0 ? "There is none: add one." : `Distilled arms: ${names.join(", ")}.`;
  if (from === undefined)
    throw refuse(locate, key, "the name of a distilled arm", `\`${arm.from}\``, {
      fix: closest === undefined ? known : `Did you mean \`${closest}\`?`,
    });
  if (from.kind !== "distilled")
    throw refuse(locate, key, "a distilled arm to start from", `\`${arm.from}\`, which is ${from.kind}`, {
      fix: known,
    });
  if (from.choose !== null)
    throw refuse(
      locate,
      key,
      "an arm whose settings are fixed",
      `\`${arm.from}\`, which chooses among several`,
      {
        fix: "First let it choose; then give what it chose to an arm of its own (`options`) and fine-tune that.",
      },
    );
}

function checkArmResolutions(
  values: readonly number[],
  path: KeyPath,
  file: CompleteStudyFile,
  locate: Locate,
): void {
  checkResolutions(values, path, file, locate);
}

/** Options that the arm's kind of training does not have. */
function checkKeys(arm: StudyArm, path: KeyPath, locate: Locate): void {
  const operation = operationOf(arm);
  const known = STUDY_TRAINING_KEYS[operation];
  const parts = [
    ["options", arm.options],
    ["choose", arm.choose ?? {}],
  ] as const;
  for (const [part, options] of parts)
    for (const key of Object.keys(options))
      if (options[key] !== undefined && !known.includes(key))
        throw unknownStudyKey(
          [...path, part],
          key,
          known,
          locate,
          `\`${arm.name}\` is ${arm.kind}: it takes the options of \`${operation === "distill" ? "distill" : "train"}\`.`,
        );
}

function operationOf({ kind }: StudyArm): keyof typeof STUDY_TRAINING_KEYS {
  if (kind === "distilled") return "distill";
  return kind === "fine-tuned" ? "fine-tune" : "train";
}

/** A teacher's image that is jittered anew in every epoch has nothing to keep. */
function checkCaching(
  options: Readonly<Record<string, unknown>>,
  arm: StudyArm,
  path: KeyPath,
  locate: Locate,
): void {
  if (arm.kind !== "distilled" || options.cacheTeacher !== true) return;
  const jittered = options.jitter !== false || options.stainJitter !== undefined;
  if (!jittered || options.jitterViews === "student") return;
  const key = [...path, "options", "cacheTeacher"];
  throw refuse(
    locate,
    key,
    "a teacher's image that is never jittered",
    "`cacheTeacher` with jitter of the pair",
    {
      fix: "Add `jitterViews: student` (a deviation from the paper), or `jitter: false`.",
    },
  );
}

function refuse(
  locate: Locate,
  path: KeyPath,
  expected: string,
  got: string,
  { fix }: { readonly fix?: string } = {},
): LowmagError {
  return fail("invalid-argument", {
    where: locate(path),
    expected,
    got,
    ...(fix === undefined ? {} : { fix }),
  });
}
