// What the distill room offers: the method, as a task for the training loop.
export {
  checkResolutions,
  type DistillationLoss,
  type DistillationTaskOptions,
  defaultDistillationLoss,
  distillationTask,
  type Teacher,
} from "./distillation.ts";
