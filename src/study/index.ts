// What the study room offers: a study file becomes a graph of runs, and the graph a schedule. It trains nothing itself.
export type { PlannedCell, PlannedRun, RunCost, StudyPlan } from "./types.ts";
