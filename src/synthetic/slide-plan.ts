// The plan of a set of synthetic slides: one slide per patient, with all pieces of that patient. As with images, a slide
// depends on the seed and its own name alone.
import { Generator } from "../random/index.ts";
import type { SyntheticClass } from "./classes.ts";
import { classOf, type SynthesisParameters } from "./plan.ts";

/** One slide to be drawn. */
export interface PlannedSlide {
  /** Path below the data set's folder, with "/" separators. */
  readonly file: string;
  /** Path of its outlines; unlabelled slides have none. */
  readonly annotation: string | null;
  /** `null` in the lists where the slide is unlabelled; the patient has a class all the same. */
  readonly label: SyntheticClass | null;
  readonly patientClass: SyntheticClass;
  readonly patient: string;
  /** Pieces of tissue on it. */
  readonly pieces: number;
}

/** Every slide of the set, labelled ones first, in the order of the lists. */
export function planSlides(parameters: SynthesisParameters): PlannedSlide[] {
  const { patients, imagesPerPatient, unlabelledPatients, unlabelledImagesPerPatient, seed } = parameters;
  return [
    ...planGroup(seed, "P", patients, imagesPerPatient),
    ...planGroup(seed, "U", unlabelledPatients, unlabelledImagesPerPatient),
  ];
}

function planGroup(seed: number, prefix: "P" | "U", patients: number, pieces: number): PlannedSlide[] {
  return Array.from({ length: patients }, (_, index) => {
    const patient = `${prefix}${String(index + 1).padStart(4, "0")}`;
    const patientClass = classOf(seed, prefix, index);
    const labelled = prefix === "P";
    return {
      file: `${labelled ? "slides" : "unlabelled-slides"}/${patient}.tif`,
      annotation: labelled ? `annotations/${patient}.geojson` : null,
      label: labelled ? patientClass : null,
      patientClass,
      patient,
      pieces,
    };
  });
}

/** A stream of one slide, or of one of its pieces (numbered from 0). */
export function slideGenerator(seed: number, patient: string, ...path: (string | number)[]): Generator {
  return Generator.derive(seed, "synthetic", "slide", patient, ...path);
}
