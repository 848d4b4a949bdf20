// From a study file and facts of its data to the graph of its runs. Pure: equal files and facts give equal plans.
import { fail } from "../base/index.ts";
import { ARCHITECTURES } from "../options/index.ts";
import { candidatesOf } from "./candidates.ts";
import { checkPlan } from "./check-plan.ts";
import type { StudyDataFacts } from "./facts.ts";
import { PlanBuilder, type Training } from "./plan-builder.ts";
import type { MachineSpeed } from "./speed.ts";
import { type CompleteStudyFile, type Locate, locateByKey, type StudyArm } from "./study-file.ts";
import { type Layer, layersOf, settingOf } from "./training-settings.ts";
import type { StudyPlan } from "./types.ts";

/** What a plan may take besides file and facts. */
export interface PlanOptions {
  /** How fast this machine is; without it runs have no `seconds`. */
  readonly speed?: MachineSpeed | null;
  /** Says where a key stands, for messages. */
  readonly locate?: Locate;
}

/**
 * Plans all runs: a teacher per seed and share of labels, baselines per resolution, students per resolution and share of
 * unlabelled tissue, fine-tuned networks per cell of the arm that they start from. Runs that are the same are one run.
 *
 * @throws LowmagError `invalid-argument` where file and data contradict each other: unlabelled tissue that is not there,
 *   images too small for a resolution, a teacher of other classes.
 */
export function planStudy(
  file: CompleteStudyFile,
  facts: StudyDataFacts,
  { speed = null, locate = locateByKey }: PlanOptions = {},
): StudyPlan {
  checkPlan(file, facts, locate);
  const builder = new PlanBuilder(file, facts, speed);
  addTeachers(builder);
  // In the order of the file, but what others start from first.
  const arms = [...file.arms].sort(
    (a, b) => Number(a.kind === "fine-tuned") - Number(b.kind === "fine-tuned"),
  );
  for (const arm of arms)
    if (arm.kind === "baseline") addBaselines(builder, arm);
    else if (arm.kind === "distilled") addDistilled(builder, arm);
    else addFineTuned(builder, arm);
  return builder.plan();
}

function addTeachers(builder: PlanBuilder): void {
  const { file, facts } = builder;
  const layers = layersOf(file, "teacher");
  for (const labelFraction of file.labelFractions)
    builder.addCell({
      arm: "teacher",
      kind: "teacher",
      mpp: facts.teacher?.mpp ?? file.teacher.mpp,
      architecture: facts.teacher?.architecture ?? architectureOf(layers),
      labelFraction,
      unlabelledFraction: 0,
      from: null,
      candidates: facts.teacher === null ? [{ settings: null, layers, operation: "train" }] : [],
    });
}

function addBaselines(builder: PlanBuilder, arm: StudyArm): void {
  const { file } = builder;
  for (const mpp of arm.mpp ?? file.students.mpp)
    for (const labelFraction of file.labelFractions)
      builder.addCell({
        arm: arm.name,
        kind: "baseline",
        mpp,
        architecture: architectureOf(layersOf(file, "baseline", arm)),
        labelFraction,
        unlabelledFraction: 0,
        from: null,
        candidates: candidates(builder, arm, "baseline", "train"),
      });
}

function addDistilled(builder: PlanBuilder, arm: StudyArm): void {
  const { file } = builder;
  for (const mpp of arm.mpp ?? file.students.mpp)
    for (const labelFraction of file.labelFractions)
      for (const unlabelledFraction of builder.unlabelledFractions(arm))
        builder.addCell({
          arm: arm.name,
          kind: "distilled",
          mpp,
          architecture: studentArchitecture(builder, arm),
          labelFraction,
          unlabelledFraction,
          from: null,
          candidates: candidates(builder, arm, "students", "distill"),
        });
}

/** One for every cell of the arm it starts from, where its own resolutions and shares do not leave some out. */
function addFineTuned(builder: PlanBuilder, arm: StudyArm): void {
  const starts = builder.cells.filter(({ arm: name, kind }) => kind === "distilled" && name === arm.from);
  const kept = starts.filter(
    ({ mpp, unlabelledFraction }) =>
      (arm.mpp?.includes(mpp) ?? true) && (arm.unlabelledFractions?.includes(unlabelledFraction) ?? true),
  );
  if (kept.length === 0)
    throw fail("invalid-argument", {
      where: `study file, arm \`${arm.name}\``,
      expected: `resolutions and shares of the arm \`${arm.from}\``,
      got: "none that it has",
    });
  for (const start of kept) {
    const { mpp, architecture, labelFraction, unlabelledFraction } = start;
    builder.addCell({
      arm: arm.name,
      kind: "fine-tuned",
      ...{ mpp, architecture, labelFraction, unlabelledFraction },
      from: start.id,
      candidates: candidates(builder, arm, "fineTuning", "fine-tune"),
    });
  }
}

function candidates(
  { file }: PlanBuilder,
  arm: StudyArm,
  section: "baseline" | "students" | "fineTuning",
  operation: Training["operation"],
): readonly Training[] {
  return candidatesOf(arm).map((settings) => ({
    settings,
    layers: layersOf(file, section, arm, settings),
    operation,
  }));
}

/** The network of `train` where no section names one. */
function architectureOf(layers: readonly Layer[]): string {
  return String(settingOf(layers, "architecture") ?? ARCHITECTURES[0]);
}

/** A student's network is its teacher's where no section names one. */
function studentArchitecture({ file, facts }: PlanBuilder, arm: StudyArm): string {
  const own = settingOf(layersOf(file, "students", arm), "architecture");
  return String(own ?? facts.teacher?.architecture ?? architectureOf(layersOf(file, "teacher")));
}
