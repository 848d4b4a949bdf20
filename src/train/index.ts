// What the train room offers: a loop that trains any task, with checkpoints that make a resumed run equal an uninterrupted one.
export { type Checkpoint, loadCheckpoint, type RunPosition, saveCheckpoint } from "./checkpoint.ts";
export { type ClassificationTaskOptions, classificationTask } from "./classification.ts";
export { type EpochRecord, epochText, logText, parseLog, waitingAdvice } from "./log.ts";
export { runLoop } from "./loop.ts";
export type { LoopOptions, LoopResult } from "./loop-options.ts";
export { type MemoryPlan, type MemoryQuestion, planMemory } from "./memory-plan.ts";
export type { SelectionMetric, ValidationMetrics } from "./metrics.ts";
export { type MicroBatchChoice, microBatchSize } from "./micro-batch.ts";
export { type ModelCard, modelCard } from "./model-card.ts";
export { modelCardText } from "./model-card-text.ts";
export {
  type FinishedRun,
  modelPath,
  type OpenRunOptions,
  RunFolder,
  type RunRecord,
  type RunReference,
  readRecord,
  readRun,
  type TrainingKind,
} from "./run-folder.ts";
export { forwardBytes, type Pass, stepBytes, type TrainingMemory, trainingBytes } from "./step-memory.ts";
export {
  type CompiledTask,
  compileTask,
  encodeFrozen,
  perImageInput,
  type TaskOutputs,
  type TrainingTask,
} from "./task.ts";
