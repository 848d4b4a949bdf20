// The plan of a synthetic data set: its parameters, checked and made complete, and from them every patient and image.
// A patient or an image depends on the seed and its own name alone, so a larger data set of the same seed begins with
// the smaller one, and any image can be drawn by any worker at any time.
import { fail } from "../base/index.ts";
import { Generator } from "../random/index.ts";
import { SYNTHETIC_CLASSES, type SyntheticClass } from "./classes.ts";
import { drawPatient, type SyntheticPatient } from "./patient.ts";

/** Raised whenever the same parameters would give other pixels. */
export const SYNTHESIS_VERSION = 1;

/** Everything that decides the pixels of a data set. */
export interface SynthesisParameters {
  /** Patients with a label, 1 or more; classes are balanced in every three. Default 30. */
  readonly patients: number;
  /** Images of each of them. Default 5. */
  readonly imagesPerPatient: number;
  /** Further patients whose images are written without a label. Default 0. */
  readonly unlabelledPatients: number;
  /** Images of each of those. Default: as `imagesPerPatient`. */
  readonly unlabelledImagesPerPatient: number;
  /** Least and greatest side in px; each side is drawn from the range in steps of 32. Default [288, 352]. */
  readonly size: readonly [least: number, greatest: number];
  /** µm per pixel, 0.25..2. Default 1 (10x). */
  readonly mpp: number;
  readonly seed: number;
  /** Overlap of the classes' cues, 0 (easy) to 1 (hard). Default 0.5. */
  readonly difficulty: number;
  /** Differences of staining between patients: 0 (none), 1 (as between laboratories, the default), up to 3. */
  readonly stainVariation: number;
  /** Folds, tears and dust, 0..1; on slides also pen marks and pieces out of focus. Default 0.4. */
  readonly artefacts: number;
}

/** What a caller may say; the rest takes its default. One number for `size` means all images are square and alike. */
export type SynthesisRequest = Partial<Omit<SynthesisParameters, "size">> & {
  readonly size?: number | readonly [least: number, greatest: number];
};

/** One image to be drawn. */
export interface PlannedImage {
  /** Path below the data set's folder, with "/" separators. */
  readonly file: string;
  /** `null` in the file lists where the image is unlabelled; the patient has a class all the same. */
  readonly label: SyntheticClass | null;
  readonly patientClass: SyntheticClass;
  readonly patient: string;
  /** The image's number among its patient's, from 0. */
  readonly number: number;
}

/** Completes and checks a request. @throws LowmagError `invalid-argument` */
export function resolveParameters(request: SynthesisRequest): SynthesisParameters {
  const imagesPerPatient = request.imagesPerPatient ?? 5;
  const size = request.size ?? [288, 352];
  const parameters: SynthesisParameters = {
    patients: request.patients ?? 30,
    imagesPerPatient,
    unlabelledPatients: request.unlabelledPatients ?? 0,
    unlabelledImagesPerPatient: request.unlabelledImagesPerPatient ?? imagesPerPatient,
    size: typeof size === "number" ? [size, size] : [size[0], size[1]],
    mpp: request.mpp ?? 1,
    seed: request.seed ?? 0,
    difficulty: request.difficulty ?? 0.5,
    stainVariation: request.stainVariation ?? 1,
    artefacts: request.artefacts ?? 0.4,
  };
  checkCounts(parameters);
  checkSize(parameters.size);
  checkRange("mpp", parameters.mpp, 0.25, 2);
  checkRange("difficulty", parameters.difficulty, 0, 1);
  checkRange("stainVariation", parameters.stainVariation, 0, 3);
  checkRange("artefacts", parameters.artefacts, 0, 1);
  return parameters;
}

function checkCounts(parameters: SynthesisParameters): void {
  checkWhole("patients", parameters.patients, 1);
  checkWhole("imagesPerPatient", parameters.imagesPerPatient, 1);
  checkWhole("unlabelledPatients", parameters.unlabelledPatients, 0);
  checkWhole("unlabelledImagesPerPatient", parameters.unlabelledImagesPerPatient, 1);
  checkWhole("seed", parameters.seed, 0);
}

function checkSize([least, greatest]: readonly [number, number]): void {
  checkWhole("size", least, 48);
  checkWhole("size", greatest, 48);
  if (least <= greatest && greatest <= 8192) return;
  throw fail("invalid-argument", {
    where: "synthesize: size",
    expected: "the least side first, at most 8192 px",
    got: `${least} to ${greatest}`,
  });
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const expected = `a whole number of at least ${least}`;
  throw fail("invalid-argument", { where: `synthesize: ${name}`, expected, got: `${value}` });
}

function checkRange(name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  const expected = `a number from ${low} to ${high}`;
  throw fail("invalid-argument", { where: `synthesize: ${name}`, expected, got: `${value}` });
}

/** Every image of the data set, labelled ones first, in the order of the file lists. */
export function planImages(parameters: SynthesisParameters): PlannedImage[] {
  const { patients, imagesPerPatient, unlabelledPatients, unlabelledImagesPerPatient, seed } = parameters;
  return [
    ...planGroup(seed, "P", patients, imagesPerPatient),
    ...planGroup(seed, "U", unlabelledPatients, unlabelledImagesPerPatient),
  ];
}

function planGroup(seed: number, prefix: "P" | "U", patients: number, imagesEach: number): PlannedImage[] {
  const images: PlannedImage[] = [];
  for (let index = 0; index < patients; index++) {
    const patient = `${prefix}${String(index + 1).padStart(4, "0")}`;
    const patientClass = classOf(seed, prefix, index);
    const label = prefix === "P" ? patientClass : null;
    for (let number = 0; number < imagesEach; number++)
      images.push({
        file: `${label ?? "unlabelled"}/${patient}_${number + 1}.png`,
        label,
        patientClass,
        patient,
        number,
      });
  }
  return images;
}

/** Each run of three patients holds every class once, in an order that the patient's number does not tell. */
export function classOf(seed: number, prefix: string, index: number): SyntheticClass {
  const count = SYNTHETIC_CLASSES.length;
  const order = Generator.derive(seed, "synthetic", "classes", prefix, Math.floor(index / count)).shuffle(
    SYNTHETIC_CLASSES,
  );
  return order[index % count]!;
}

/** The patient of a planned image or slide. */
export function patientOf(
  image: { readonly patient: string; readonly patientClass: SyntheticClass },
  parameters: SynthesisParameters,
): SyntheticPatient {
  const { seed, difficulty, stainVariation } = parameters;
  return drawPatient(
    { id: image.patient, label: image.patientClass, difficulty, stainVariation },
    Generator.derive(seed, "synthetic", "patient", image.patient),
  );
}

/** One side of an image, px: uniform over the range in steps of 32. */
export function drawSide([least, greatest]: readonly [number, number], generator: Generator): number {
  const steps = Math.floor((greatest - least) / 32) + 1;
  return least + 32 * generator.integer(steps);
}
