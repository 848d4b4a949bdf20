// What the models room offers: architectures by name, and trained models in files.
export {
  type ArchitectureName,
  architectureName,
  architectureNames,
  buildNetwork,
  type FrozenNames,
  featureChannels,
  forwardCost,
  forwardMacs,
  frozenNetwork,
  imageInput,
  initialState,
  normalizesByBatch,
  parameterCount,
  parameterSpecs,
} from "./architectures.ts";
export { loadModel, loadWeights, type Model, type ModelDescription, saveModel } from "./model-file.ts";
export type { NetworkOutputs } from "./resnet.ts";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
