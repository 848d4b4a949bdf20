// One synthetic tissue image from a patient: lays pieces of mucosa into the field, maps the tissue, draws its cells,
// spoils it a little and takes the picture. Everything is drawn from the generator it is given.
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import type { Generator } from "../random/index.ts";
import { addArtefacts } from "./artefacts.ts";
import type { Canvas } from "./canvas.ts";
import { drawImageCues, type SyntheticClass, type TissueCues } from "./classes.ts";
import { developImage } from "./develop.ts";
import { type LaidPieces, layPieces } from "./lay-pieces.ts";
import { LiningPainter } from "./lining-cells.ts";
import { LiningSites } from "./lining-sites.ts";
import type { SyntheticPatient } from "./patient.ts";
import { paintStroma } from "./stroma-cells.ts";
import { mapTissue, stainTissue } from "./tissue-map.ts";

/** What one image is to show. */
export interface TissueParameters {
  readonly patient: SyntheticPatient;
  /** Size in px, each side 48..8192. */
  readonly width: number;
  readonly height: number;
  /** µm per pixel, 0.25..2. Coarser images are made by resampling a finer one, as a scanner's pyramid is. */
  readonly mpp: number;
  /** Folds, tears and dust: 0 (none) to 1. Default 0.4. */
  readonly artefacts?: number;
}

/** What is really in an image. Lengths in µm as drawn. */
export interface TissueTruth {
  readonly villusHeight: number;
  readonly cryptDepth: number;
  readonly villusCryptRatio: number;
  /** Intraepithelial lymphocytes per 100 villus enterocytes, counted. */
  readonly lymphocytesPer100Enterocytes: number;
  readonly gobletCellsPer100Enterocytes: number;
  /** Counts inside the image (villus lining only). */
  readonly enterocytes: number;
  readonly lymphocytes: number;
  readonly gobletCells: number;
  /** Cells of the lamina propria inside the image. */
  readonly laminaCells: number;
  /** Factor by which architecture was shrunk to fit the field; divide lengths by it for life-size ones. */
  readonly architectureScale: number;
}

/** A synthetic image with what is known of it. */
export interface SyntheticTissue {
  readonly image: RgbImage;
  readonly mpp: number;
  readonly label: SyntheticClass;
  readonly patient: string;
  readonly truth: TissueTruth;
}

/**
 * Draws one image of a patient's duodenal mucosa.
 *
 * @throws LowmagError `invalid-argument` for sizes or µm/px out of range.
 */
export function synthesizeTissue(parameters: TissueParameters, generator: Generator): SyntheticTissue {
  checkParameters(parameters);
  const { patient, width, height, mpp, artefacts = 0.4 } = parameters;
  const cues = drawImageCues(patient.cues, patient.difficulty, generator);
  const laid = layPieces(parameters, cues, generator);
  const { canvas, truth } = paintTissue(laid, { patient, width, height, mpp }, cues, generator);
  addArtefacts(canvas, artefacts, generator);
  const image = developImage(canvas, patient.staining, generator);
  return { image, mpp, label: patient.label, patient: patient.id, truth };
}

/** Maps, stains and fills with cells what was laid; the canvas is still without artefacts and light. */
export function paintTissue(
  laid: LaidPieces,
  { patient, width, height, mpp }: Pick<TissueParameters, "patient" | "width" | "height" | "mpp">,
  cues: TissueCues,
  generator: Generator,
): { canvas: Canvas; truth: TissueTruth } {
  const { pieces } = laid;
  const { canvas, contour } = mapTissue(laid.contour, pieces, width, height, mpp);
  stainTissue(canvas, contour, pieces, patient.biology, generator);
  const laminaCells = paintStroma(canvas, contour, pieces, cues, patient.biology, generator);
  const sites = new LiningSites(canvas, contour, pieces);
  const counts = new LiningPainter(canvas, sites, cues, patient.biology, generator).paint(contour);
  const per100 = (count: number) => (100 * count) / Math.max(1, counts.enterocytes);
  const truth = {
    villusHeight: laid.villusHeight,
    cryptDepth: laid.cryptDepth,
    villusCryptRatio: laid.villusHeight / laid.cryptDepth,
    lymphocytesPer100Enterocytes: per100(counts.lymphocytes),
    gobletCellsPer100Enterocytes: per100(counts.gobletCells),
    ...counts,
    laminaCells,
    architectureScale: laid.scale,
  };
  return { canvas, truth };
}

function checkParameters({ width, height, mpp, artefacts = 0 }: TissueParameters): void {
  const check = (ok: boolean, name: string, expected: string, got: unknown) => {
    if (!ok) throw fail("invalid-argument", { where: `synthesizeTissue: ${name}`, expected, got: `${got}` });
  };
  const isSize = (size: number) => Number.isInteger(size) && size >= 48 && size <= 8192;
  check(isSize(width), "width", "a whole number of pixels from 48 to 8192", width);
  check(isSize(height), "height", "a whole number of pixels from 48 to 8192", height);
  check(mpp >= 0.25 && mpp <= 2, "mpp", "0.25 to 2 µm per pixel", mpp);
  check(artefacts >= 0 && artefacts <= 1, "artefacts", "0 to 1", artefacts);
}
