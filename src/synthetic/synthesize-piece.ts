// One whole piece of a patient's mucosa with the glass around it, as it lies on a slide. Laying is cheap and painting is
// not, so a slide measures all its pieces first and paints each when its rows are due.
import type { RgbImage } from "../pixels/index.ts";
import type { Generator } from "../random/index.ts";
import { addPieceArtefacts } from "./artefacts.ts";
import { drawImageCues, type TissueCues } from "./classes.ts";
import { developImage } from "./develop.ts";
import { hullOf, type Point } from "./hull.ts";
import { type LaidWhole, layWholePiece } from "./lay-pieces.ts";
import type { SyntheticPatient } from "./patient.ts";
import { paintTissue, type TissueTruth } from "./synthesize-tissue.ts";

/** What one piece is to be. */
export interface PieceParameters {
  readonly patient: SyntheticPatient;
  /** About how long the piece is, px, 48..8192. */
  readonly side: number;
  /** µm per pixel, 0.25..2. */
  readonly mpp: number;
  /** Folds, tears and dust: 0 (none) to 1. */
  readonly artefacts: number;
  /** Out of focus. */
  readonly blurred: boolean;
}

/** Glass around a piece, µm: more than the lens blurs. */
const GLASS = 16;
/** Distance, µm, at which a pathologist's outline runs around a piece. */
const OUTLINE_DISTANCE = 12;
/** Blur of a piece out of focus, times the patient's. */
const DEFOCUS = 9;

/** A piece with its place still open: how large it is and how a pathologist would outline it. */
export interface LaidPiece {
  readonly parameters: PieceParameters;
  readonly cues: TissueCues;
  readonly laid: LaidWhole;
  readonly width: number;
  readonly height: number;
  /** A loose, convex outline in px of the piece. */
  readonly outline: readonly Point[];
}

/** Decides a piece's shape. Equal generators give equal pieces. */
export function layPiece(parameters: PieceParameters, generator: Generator): LaidPiece {
  const { patient, side, mpp } = parameters;
  const cues = drawImageCues(patient.cues, patient.difficulty, generator);
  const laid = layWholePiece({ patient, side, mpp, margin: GLASS }, cues, generator);
  const { width, height, contour } = laid;
  const outline = hullOf(contour.x, contour.y, OUTLINE_DISTANCE / mpp);
  return { parameters, cues, laid, width, height, outline };
}

/** Paints a laid piece: its pixels, glass included, and the truth about it. */
export function paintPiece(
  { parameters, cues, laid, width, height }: LaidPiece,
  generator: Generator,
): { image: RgbImage; truth: TissueTruth } {
  const { patient, mpp, artefacts, blurred } = parameters;
  const { canvas, truth } = paintTissue(laid, { patient, width, height, mpp }, cues, generator);
  addPieceArtefacts(canvas, artefacts, generator);
  const optics = { evenLight: true, defocus: blurred ? DEFOCUS : 1 };
  return { image: developImage(canvas, patient.staining, generator, optics), truth };
}
