// A synthetic patient: one class, one set of cues, one slide's staining. Patients are the unit of variation, as they
// are the unit of independence in a real study: all images of a patient share what is drawn here.
import type { Generator } from "../random/index.ts";
import { drawPatientCues, type SyntheticClass, type TissueCues } from "./classes.ts";

type Triple = readonly [number, number, number];

/** How a slide was cut, stained and scanned. */
export interface Staining {
  /** Optical density per unit of concentration in R, G, B (unit vectors). */
  readonly haematoxylin: Triple;
  readonly eosin: Triple;
  /** Factors on the two concentrations; 1 = typical. */
  readonly haematoxylinStrength: number;
  readonly eosinStrength: number;
  /** Section thickness relative to a typical 4 µm cut: a factor on all optical density. */
  readonly thickness: number;
  /** The scanner's white, R, G, B in 0..255. */
  readonly white: Triple;
  /** Standard deviation of the optical blur, µm. */
  readonly blur: number;
}

/** Variation between people that says nothing about the class. */
export interface Biology {
  /** Factor on the size of all nuclei. */
  readonly nucleusSize: number;
  /** Width of an enterocyte, µm. */
  readonly enterocyteWidth: number;
  /** Factor on villus width. */
  readonly villusWidth: number;
  /** Haematoxylin taken up by enterocyte nuclei (1 = typical). */
  readonly chromatin: number;
  /**
   * Haematoxylin in the cytoplasm of the linings (1 = typical). It darkens the epithelium as lymphocytes do when their
   * nuclei can no longer be told apart, so that at coarse scales the mean colour is a doubtful witness.
   */
  readonly basophilia: number;
  /** Looseness of the stroma: more is paler with more clefts. */
  readonly oedema: number;
}

/** One patient: everything that all of the patient's images share. */
export interface SyntheticPatient {
  readonly id: string;
  readonly label: SyntheticClass;
  /** Overlap of the cue distributions, 0 (easy) to 1 (hard). */
  readonly difficulty: number;
  readonly cues: TissueCues;
  readonly biology: Biology;
  readonly staining: Staining;
}

/**
 * Draws a patient of a class.
 *
 * @param identity `difficulty` in 0..1 sets the overlap of the cues, `stainVariation` >= 0 scales all differences of
 *   staining between patients (0: every slide alike, 1: as between laboratories).
 */
export function drawPatient(
  identity: { id: string; label: SyntheticClass; difficulty: number; stainVariation: number },
  generator: Generator,
): SyntheticPatient {
  const { id, label, difficulty, stainVariation } = identity;
  return {
    id,
    label,
    difficulty,
    cues: drawPatientCues(label, difficulty, generator),
    biology: {
      nucleusSize: Math.exp(generator.normal(0, 0.05)),
      enterocyteWidth: 5.1 * Math.exp(generator.normal(0, 0.07)),
      villusWidth: Math.exp(generator.normal(0, 0.12)),
      chromatin: Math.exp(generator.normal(0, 0.1)),
      basophilia: Math.exp(generator.normal(0, 0.22)),
      oedema: generator.uniform(0.4, 1.2),
    },
    staining: drawStaining(stainVariation, generator),
  };
}

// Between the vectors of Ruifrok and Johnston (2001) and those common in slides of today's scanners.
const HAEMATOXYLIN: Triple = [0.61, 0.7, 0.37];
const EOSIN: Triple = [0.13, 0.87, 0.47];

function drawStaining(variation: number, generator: Generator): Staining {
  const factor = (spread: number) => Math.exp(generator.normal(0, spread * variation));
  const white = (spread: number) => Math.min(254, 243 + generator.normal(0, spread * variation));
  return {
    haematoxylin: jitterVector(HAEMATOXYLIN, 0.03 * variation, generator),
    eosin: jitterVector(EOSIN, 0.045 * variation, generator),
    haematoxylinStrength: factor(0.08),
    eosinStrength: factor(0.13),
    thickness: factor(0.06),
    white: [white(2.6), white(2.2), white(2.6)],
    blur: generator.uniform(0.45, 0.85),
  };
}

function jitterVector(vector: Triple, spread: number, generator: Generator): Triple {
  const [r, g, b] = vector.map((value) => Math.max(0.02, value + generator.normal(0, spread))) as [
    number,
    number,
    number,
  ];
  const norm = Math.hypot(r, g, b);
  return [r / norm, g / norm, b / norm];
}
