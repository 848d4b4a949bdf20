// What the distill room offers: the method, as a task for the training loop.
export {
  checkResolutions,
  type DistillationLoss,
  type DistillationTaskOptions,
  defaultDistillationLoss,
  distillationTask,
} from "./distillation.ts";
export type { Teacher } from "./teacher.ts";
export { type TeacherOutputsOptions, withTeacherOutputs } from "./teacher-outputs.ts";
