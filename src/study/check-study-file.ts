// What a schema cannot say of a study file: sections that contradict each other, things said twice. Checked before any data
// is looked at.
import { checkArm } from "./check-arm.ts";
import { checkOnce, checkResolutions, refuse } from "./check-values.ts";
import { inWords } from "./refusal.ts";
import { type CompleteStudyFile, type KeyPath, keyText, type Locate } from "./study-file.ts";

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
