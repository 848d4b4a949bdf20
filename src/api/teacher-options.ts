// What the options of a distillation ask of the teacher: which of them fit together, and where they depart from the paper.
import { fail } from "../base/index.ts";
import type { CompleteDistillOptions } from "./training-options.ts";

/**
 * Refuses to keep the outputs of a teacher whose images are drawn anew in every epoch.
 *
 * @throws LowmagError `invalid-argument`
 */
export function checkTeacherOutputs(options: CompleteDistillOptions): void {
  const { cacheTeacher, teacherPrecision, teacherArithmetic, jitterViews } = options;
  const jitter = jitterOf(options);
  if (cacheTeacher && jitter !== null && jitterViews === "pair")
    throw fail("invalid-argument", {
      where: "`cacheTeacher`",
      expected: "a teacher's image that is the same in every epoch",
      got: `${jitter} of both images of a pair`,
      fix: `Jitter the student's image alone with \`--jitter-views student\` (a deviation from the paper), or switch it off${options.jitter ? " with `--no-jitter`" : ": leave `--stain-jitter` out"}.`,
    });
  if (cacheTeacher && teacherArithmetic !== "float32")
    throw fail("invalid-argument", {
      where: "`teacherArithmetic`",
      expected: "a teacher that runs in every step",
      got: "cached outputs, which are computed once, on the CPU in float32",
      fix: "Leave `--teacher-arithmetic` or `--cache-teacher` out.",
    });
  if (!cacheTeacher && teacherPrecision !== "float32")
    throw fail("invalid-argument", {
      where: "`teacherPrecision`",
      expected: "cached outputs to apply it to",
      got: "none",
      fix: "Add `--cache-teacher`, or leave `--teacher-precision` out.",
    });
}

/** Where a distillation departs from the recipe of DiPalma et al. 2021, in sentences. */
export function deviationsOf(options: CompleteDistillOptions): readonly string[] {
  const jitter = jitterOf(options);
  const alone =
    jitter !== null && options.jitterViews === "student"
      ? [`${jitter} of the student's image alone; the paper jitters both images of a pair alike.`]
      : [];
  const half =
    options.teacherPrecision === "float16"
      ? ["the teacher's feature maps were kept in half precision (float16)."]
      : [];
  const arithmetic =
    options.teacherArithmetic === "float16" ? ["the teacher computed in half precision (float16)."] : [];
  return [...alone, ...half, ...arithmetic];
}

/** What changes colours, in words; `null` for nothing. */
function jitterOf({ jitter, stainJitter }: CompleteDistillOptions): string | null {
  if (stainJitter === undefined) return jitter ? "colour jitter" : null;
  return jitter ? "colour and stain jitter" : "stain jitter";
}
