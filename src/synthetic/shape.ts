// The measures of one piece of mucosa in one image, all in µm as drawn. Small fields cannot hold a life-size villus
// (0.4 mm), so the architecture is shrunk to the field while cells keep their size.
import type { Generator } from "../random/index.ts";
import type { TissueCues } from "./classes.ts";
import type { SyntheticPatient } from "./patient.ts";

/** The field, µm, at which architecture is drawn life-size. */
const LIFE_SIZE_FIELD = 760;

/** Measures of a piece, µm. */
export interface Shape {
  /** Factor on architecture, 0.3..1. */
  readonly scale: number;
  readonly length: number;
  readonly villusHeight: number;
  readonly cryptDepth: number;
  /** Heights of the lining cells. */
  readonly villusLining: number;
  readonly cryptLining: number;
  /** Half the width of a villus and the gap between two. */
  readonly villusHalfWidth: number;
  readonly gap: number;
  readonly cryptsPerVillus: number;
  /** 0 = finger with parallel sides, 1 = low dome. */
  readonly blunting: number;
  readonly musclePosition: number;
  readonly muscleThickness: number;
  /** The torn lower edge. */
  readonly bottom: number;
}

/** The factor by which architecture shrinks in a field (its shorter side in µm): 1 from 760 µm on, at least 0.3. */
export function architectureScale(fieldMicrons: number): number {
  return Math.min(1, Math.max(0.3, fieldMicrons / LIFE_SIZE_FIELD));
}

/** Draws a piece's measures. `length` is how long the piece is, µm. */
export function drawShape(
  patient: SyntheticPatient,
  cues: TissueCues,
  scale: number,
  length: number,
  generator: Generator,
): Shape {
  const cellScale = 0.8 + 0.2 * scale;
  const villusHeight = cues.villusHeight * scale;
  const cryptDepth = cues.cryptDepth * scale;
  const villusLining = cues.enterocyteHeight * cellScale;
  const cryptLining = 15.5 * cellScale;
  const cryptsPerVillus = scale > 0.7 ? 3 : 2;
  const pitch = cryptsPerVillus * (2 * cryptLining + generator.uniform(10, 15));
  const gap = generator.uniform(7, 16);
  const blunting = Math.min(1, Math.max(0, 1.75 - villusHeight / (300 * scale)) / 1.1);
  // Blunted villi are broad: they run together.
  const halfWidth = ((pitch - gap) / 2) * (1 + 0.45 * blunting) * patient.biology.villusWidth;
  const musclePosition = -cryptDepth - generator.uniform(3, 8);
  const muscleThickness = (10 + 26 * scale) * generator.uniform(0.6, 1.3);
  // The depth of a biopsy is chance: it keeps the amount of tissue from telling the class.
  const submucosa = 260 * scale * generator.uniform(0.02, 0.6);
  return {
    scale,
    length,
    villusHeight,
    cryptDepth,
    villusLining,
    cryptLining,
    villusHalfWidth: Math.max(halfWidth, villusLining + 5),
    gap,
    cryptsPerVillus: cryptsPerVillus + (blunting > 0.6 ? 1 : 0),
    blunting,
    musclePosition,
    muscleThickness,
    bottom: musclePosition - muscleThickness - submucosa,
  };
}
