// What can be wrong with one arm of a study file: its name, what it starts from, options that its kind of training does not
// have, settings to choose among.
import { closestWord } from "../base/index.ts";
import { STUDY_TRAINING_KEYS } from "../options/index.ts";
import { candidatesOf } from "./candidates.ts";
import { checkOnce, checkResolutions, refuse } from "./check-values.ts";
import { inWords, unknownStudyKey } from "./refusal.ts";
import { slugOf } from "./run-names.ts";
import type { CompleteStudyFile, KeyPath, Locate, StudyArm } from "./study-file.ts";

/** Most combinations of settings that one arm may try. */
const MAXIMUM_CANDIDATES = 64;

/** @throws LowmagError `invalid-argument`. */
export function checkArm(arm: StudyArm, path: KeyPath, file: CompleteStudyFile, locate: Locate): void {
  checkName(arm, path, file, locate);
  checkFrom(arm, path, file, locate);
  if (arm.mpp !== undefined) checkResolutions(arm.mpp, [...path, "mpp"], file, locate);
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
