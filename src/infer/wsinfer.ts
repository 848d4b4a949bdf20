// A model in the terms of the WSInfer model zoo (Kaczmarzyk et al. 2024): the `config.json` of its schema, version 1.0.
// WSInfer runs TorchScript on square tiles; what of a model that goes beyond that is told in docs/export.md.
import type { FinishedRun } from "../train/index.ts";
import { modelFacts } from "./model-facts.ts";

/** `config.json` as the zoo's model-config.schema.json wants it. */
export interface WsinferConfig {
  readonly spec_version: "1.0";
  readonly architecture: string;
  readonly num_classes: number;
  readonly class_names: readonly string[];
  readonly patch_size_pixels: number;
  readonly spacing_um_px: number;
  readonly transform: readonly { readonly name: string; readonly arguments?: object }[];
}

/** Side of tiles for a model of whole pieces of tissue, which has none of its own. */
const USUAL_PATCH = 224;

/**
 * The configuration of a run's model.
 *
 * @param patch side of tiles in pixels at the model's µm/px. Default: that of the grid its images were cut on, else 224.
 */
export function wsinferConfig(run: FinishedRun, patch?: number): WsinferConfig {
  const { architecture, classes, mpp, mean, std } = run.model.description;
  const { rules } = modelFacts(run);
  const grid = rules?.grid == null ? USUAL_PATCH : Math.round((rules.grid * rules.stepMpp) / mpp);
  const size = patch ?? grid;
  return {
    spec_version: "1.0",
    architecture,
    num_classes: classes.length,
    class_names: classes,
    patch_size_pixels: size,
    spacing_um_px: mpp,
    // WSInfer reads tiles at the slide's own resolution; `Resize` is what brings them to the model's.
    transform: [
      { name: "Resize", arguments: { size } },
      { name: "ToTensor" },
      { name: "Normalize", arguments: { mean, std } },
    ],
  };
}
