// What the synthetic room offers: seeded H&E-like tissue with known labels, for demonstrations, tests and experiments.
export {
  CUE_DISTRIBUTIONS,
  type CueDistribution,
  cueMedian,
  SYNTHETIC_CLASSES,
  type SyntheticClass,
  type TissueCues,
} from "./classes.ts";
export { type Biology, drawPatient, type Staining, type SyntheticPatient } from "./patient.ts";
export { SYNTHESIS_VERSION, type SynthesisParameters, type SynthesisRequest } from "./plan.ts";
export type { SynthesisRun } from "./run-synthesis.ts";
export { type DatasetRequest, type DatasetSummary, synthesizeDataset } from "./synthesize-dataset.ts";
export { type SlideSetSummary, synthesizeSlides } from "./synthesize-slides.ts";
export {
  type SyntheticTissue,
  synthesizeTissue,
  type TissueParameters,
  type TissueTruth,
} from "./synthesize-tissue.ts";
