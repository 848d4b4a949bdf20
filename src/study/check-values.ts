// Checks that several sections of a study file share: values that may stand once, resolutions a student can have.
import { fail, type LowmagError } from "../base/index.ts";
import { type CompleteStudyFile, type KeyPath, keyText, type Locate } from "./study-file.ts";

/** Resolutions are the same when they differ by less than this share. */
const SAME_MPP = 1e-6;

/** @throws LowmagError `invalid-argument` for a number that stands twice. */
export function checkOnce(values: readonly number[], path: KeyPath, locate: Locate): void {
  const twice = values.findIndex((value, i) => values.indexOf(value) < i);
  if (twice >= 0) throw refuse(locate, path, `each of ${keyText(path)} once`, `${values[twice]} twice`);
}

/** @throws LowmagError `invalid-argument` for a resolution that stands twice or is finer than the teacher's. */
export function checkResolutions(
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

/** The error for a value that contradicts another. */
export function refuse(
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
