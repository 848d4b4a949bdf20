// One planned image from its name to its file: the unit of work of a worker.
import { join } from "node:path";
import { encodePng } from "../image/index.ts";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";
import { Generator } from "../random/index.ts";
import { drawSide, type PlannedImage, patientOf, type SynthesisParameters } from "./plan.ts";
import { type SyntheticTissue, synthesizeTissue, type TissueTruth } from "./synthesize-tissue.ts";

/** What is remembered of a written image. */
export interface RenderedImage {
  readonly file: string;
  readonly sha256: string;
  readonly truth: TissueTruth;
}

/** Draws a planned image; equal plans give equal pixels. */
export function drawPlannedImage(planned: PlannedImage, parameters: SynthesisParameters): SyntheticTissue {
  const generator = Generator.derive(parameters.seed, "synthetic", "image", planned.patient, planned.number);
  const width = drawSide(parameters.size, generator);
  const height = drawSide(parameters.size, generator);
  const { mpp, artefacts } = parameters;
  return synthesizeTissue(
    { patient: patientOf(planned, parameters), width, height, mpp, artefacts },
    generator,
  );
}

/** Draws a planned image and writes it as PNG below `out`, its µm per pixel stated in the file. */
export async function renderImage(
  out: string,
  planned: PlannedImage,
  parameters: SynthesisParameters,
): Promise<RenderedImage> {
  const tissue = drawPlannedImage(planned, parameters);
  const png = await encodePng(tissue.image, parameters.mpp);
  await writeFileAtomically(join(out, ...planned.file.split("/")), png);
  return { file: planned.file, sha256: hashBytes(png), truth: tissue.truth };
}
