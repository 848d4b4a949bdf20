// What the stain room offers: normalisation of a slide's stains, and changes of stain for training. Nothing needs Node.
export { jitterStains } from "./moments.ts";
export { estimateStain, normaliseStain, STAIN_TARGETS } from "./normalise.ts";
export {
  applyTemplate,
  TEMPLATE_SPACES,
  type Template,
  TemplateCollector,
  type TemplateStatistics,
  templateOf,
  tissueMoments,
} from "./templates.ts";
export type {
  ColourSpaceName,
  MacenkoEstimate,
  Moments,
  ReinhardEstimate,
  StainEstimate,
  StainMethod,
  Triple,
} from "./types.ts";
