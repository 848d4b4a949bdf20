// What the study room offers: a study file becomes a graph of runs, and the graph a schedule. It trains nothing itself.

export {
  type CellCost,
  describePlan,
  type PlanDescription,
  type PlanShares,
  planTasks,
} from "./describe-plan.ts";
export {
  amountKey,
  type GivenFacts,
  type ImageSetFacts,
  type SizeGroup,
  type StudyDataFacts,
  studyFacts,
} from "./facts.ts";
export { type PlanOptions, planStudy } from "./plan.ts";
export {
  presetStudyFile,
  STUDY_PRESETS,
  type StudyPreset,
  type StudyPresetName,
  studyPreset,
} from "./presets.ts";
export { parseStudyFile, readStudyFile, resolveStudyFile } from "./read-study-file.ts";
export { RECIPE_VERSION } from "./run-key.ts";
export { runSchedule } from "./schedule.ts";
export { scheduleLength } from "./schedule-length.ts";
export type {
  ExecuteTask,
  ScheduledTask,
  ScheduleEvent,
  ScheduleOptions,
  TaskContext,
  TaskOutcome,
} from "./schedule-types.ts";
export {
  fitMachineSpeed,
  fitPassSpeed,
  type MachineSpeed,
  type Measured,
  type MeasuredLoop,
  type PassSpeed,
  parseMachineSpeed,
  type SpeedMeasurements,
} from "./speed.ts";
export type { Budget, CompleteStudyFile, StudyArm, StudyFile } from "./study-file.ts";
export { studyTemplate } from "./template.ts";
export type {
  GivenTeacher,
  PlannedCandidate,
  PlannedCell,
  PlannedRun,
  RunCost,
  StudyPlan,
} from "./types.ts";
