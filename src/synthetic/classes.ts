// The three classes of synthetic duodenal tissue and the cues that tell them apart. Medians follow what textbooks and
// the Marsh-Oberhuber scheme say in general terms (villi 3-5 times the crypts and fewer than 25 intraepithelial
// lymphocytes per 100 enterocytes in normal mucosa); the spreads are chosen for experiments, not measured on patients.
import type { Generator } from "../random/index.ts";

/** Class names in lexical order: non-specific duodenitis, normal mucosa, coeliac sprue. */
export const SYNTHETIC_CLASSES = ["Abnormal", "Normal", "Sprue"] as const;
export type SyntheticClass = (typeof SYNTHETIC_CLASSES)[number];

/** What the classes differ in. Lengths are those of life-size tissue; small fields shrink the architecture. */
export interface TissueCues {
  /** Villus height, µm. Coarse: seen at 8 µm/px. */
  readonly villusHeight: number;
  /** Crypt depth, µm. Coarse. */
  readonly cryptDepth: number;
  /** Intraepithelial lymphocytes per 100 villus enterocytes. Fine: nuclei of 6 µm, gone above 2 µm/px. */
  readonly lymphocytes: number;
  /** Goblet cells per 100 villus enterocytes. Fine. */
  readonly gobletCells: number;
  /** Cells of the lamina propria per mm². Fine; in the mean, a faint darkening of the villus core. */
  readonly laminaCells: number;
  /** Height of the villus epithelium, µm. Between fine and coarse. */
  readonly enterocyteHeight: number;
  /** How far enterocyte nuclei stray from their row, as a fraction of the cell's height. Fine. */
  readonly disorder: number;
}

/** Distribution of one cue: log-normal, with a spread between patients and one between a patient's images. */
export interface CueDistribution {
  readonly medians: Readonly<Record<SyntheticClass, number>>;
  /** Standard deviations of the logarithm at difficulty 0.5. */
  readonly patientSpread: number;
  readonly imageSpread: number;
}

/** Every cue's distribution at difficulty 0.5. */
export const CUE_DISTRIBUTIONS: Readonly<Record<keyof TissueCues, CueDistribution>> = {
  villusHeight: cue({ Normal: 420, Abnormal: 385, Sprue: 112 }, 0.18, 0.08),
  cryptDepth: cue({ Normal: 130, Abnormal: 140, Sprue: 215 }, 0.14, 0.08),
  lymphocytes: cue({ Normal: 8, Abnormal: 48, Sprue: 60 }, 0.18, 0.1),
  gobletCells: cue({ Normal: 18, Abnormal: 9, Sprue: 6 }, 0.22, 0.12),
  laminaCells: cue({ Normal: 7800, Abnormal: 8000, Sprue: 9200 }, 0.18, 0.06),
  enterocyteHeight: cue({ Normal: 28, Abnormal: 27.5, Sprue: 22.5 }, 0.08, 0.03),
  disorder: cue({ Normal: 0.05, Abnormal: 0.055, Sprue: 0.085 }, 0.2, 0.1),
};

function cue(
  medians: Record<SyntheticClass, number>,
  patientSpread: number,
  imageSpread: number,
): CueDistribution {
  return { medians, patientSpread, imageSpread };
}

/**
 * A cue's median for a class at a difficulty: the classes' log-medians move towards (difficulty > 0.5) or away from
 * their mean by the factor 1.25 - difficulty / 2.
 */
export function cueMedian(name: keyof TissueCues, label: SyntheticClass, difficulty: number): number {
  const { medians } = CUE_DISTRIBUTIONS[name];
  const logs = SYNTHETIC_CLASSES.map((each) => Math.log(medians[each]));
  const centre = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  return Math.exp(centre + (1.25 - difficulty / 2) * (Math.log(medians[label]) - centre));
}

/** Factor on every spread: 0.6 at difficulty 0, 1 at 0.5, 1.4 at 1. */
export function spreadFactor(difficulty: number): number {
  return 0.6 + 0.8 * difficulty;
}

/** Draws a patient's cues: log-normal about the class medians. */
export function drawPatientCues(label: SyntheticClass, difficulty: number, generator: Generator): TissueCues {
  return mapCues((name) => {
    const spread = CUE_DISTRIBUTIONS[name].patientSpread * spreadFactor(difficulty);
    return cueMedian(name, label, difficulty) * Math.exp(generator.normal(0, spread));
  });
}

/** Draws one image's cues about its patient's. */
export function drawImageCues(patient: TissueCues, difficulty: number, generator: Generator): TissueCues {
  return mapCues((name) => {
    const spread = CUE_DISTRIBUTIONS[name].imageSpread * spreadFactor(difficulty);
    return patient[name] * Math.exp(generator.normal(0, spread));
  });
}

function mapCues(draw: (name: keyof TissueCues) => number): TissueCues {
  return {
    villusHeight: draw("villusHeight"),
    cryptDepth: draw("cryptDepth"),
    lymphocytes: draw("lymphocytes"),
    gobletCells: draw("gobletCells"),
    laminaCells: draw("laminaCells"),
    enterocyteHeight: draw("enterocyteHeight"),
    disorder: draw("disorder"),
  };
}
