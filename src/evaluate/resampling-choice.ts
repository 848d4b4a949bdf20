// Which bootstrap an evaluation uses, and how it is said in words.
import { fail } from "../base/index.ts";
import { Generator } from "../random/index.ts";
import {
  DEFAULT_DRAWS,
  DEFAULT_LEVEL,
  type IntervalMethod,
  Resampler,
  type ResamplingScheme,
} from "../stats/index.ts";
import type { Answer, BootstrapChoice } from "./evaluation-input.ts";

/** What the choice is made of; `evaluation-input.ts` says what each field means. */
export interface ResamplingRequest {
  readonly classes: readonly string[];
  readonly seed: number;
  readonly draws?: number;
  readonly level?: number;
  readonly bootstrap?: BootstrapChoice;
  readonly interval?: IntervalMethod;
}

/** Everything about the resampling of one evaluation. */
export interface ResamplingChoice {
  readonly scheme: ResamplingScheme;
  readonly resampler: Resampler;
  readonly draws: number;
  readonly level: number;
  readonly method: IntervalMethod;
  /** Number of patients; `null` when the patient of any image is unknown. */
  readonly patients: number | null;
  /** "10,000 bootstrap draws by patient" */
  readonly description: string;
  /** Of an interval: "bootstrap standard error by patient, Student's t". */
  readonly intervalMethod: string;
}

/** Below this many patients there is nothing to resample. */
const FEWEST_PATIENTS = 2;

/**
 * Settles the bootstrap of an evaluation and seeds it.
 *
 * @param answers of any one model: image and patient are the same for all
 * @param labels class number of each image
 * @throws LowmagError `missing-metadata` when draws by patient are asked for and a patient is unknown
 */
export function chooseResampling(
  input: ResamplingRequest,
  answers: readonly Answer[],
  labels: readonly number[],
): ResamplingChoice {
  const patients = knownPatients(answers);
  const scheme = chooseScheme(input, answers, patients);
  const method = input.interval ?? (scheme === "class-balanced-images" ? "percentile" : "standard-error");
  const draws = input.draws ?? DEFAULT_DRAWS;
  const generator = Generator.derive(input.seed, "bootstrap", scheme);
  const plan = { scheme, labels, classes: input.classes.length, ...(patients === null ? {} : { patients }) };
  const unit = scheme === "patients" ? "by patient" : "by image";
  const balanced = scheme === "class-balanced-images" ? "class-balanced " : "";
  return {
    scheme,
    resampler: new Resampler(plan, generator),
    draws,
    level: input.level ?? DEFAULT_LEVEL,
    method,
    patients: patients === null ? null : new Set(patients).size,
    description: `${draws.toLocaleString("en-US")} ${balanced}bootstrap draws ${unit}`,
    intervalMethod:
      method === "percentile"
        ? `percentile of ${balanced}bootstrap draws ${unit}`
        : `${balanced}bootstrap standard error ${unit}, Student's t`,
  };
}

function knownPatients(answers: readonly Answer[]): string[] | null {
  const patients = answers.flatMap(({ patient }) => (patient === null ? [] : [patient]));
  return patients.length === answers.length ? patients : null;
}

function chooseScheme(
  input: ResamplingRequest,
  answers: readonly Answer[],
  patients: readonly string[] | null,
): ResamplingScheme {
  const choice = input.bootstrap ?? "auto";
  if (choice === "auto")
    return patients !== null && new Set(patients).size >= FEWEST_PATIENTS ? "patients" : "images";
  if (choice === "patients" && patients === null) {
    const unknown = answers.filter(({ patient }) => patient === null);
    throw fail("missing-metadata", {
      where: `image "${unknown[0]!.image}"`,
      expected: "a patient, because the bootstrap is by patient",
      got: `no patient (${unknown.length} of ${answers.length} images have none)`,
      fix: 'Give the patients, or choose the "images" bootstrap.',
    });
  }
  return choice;
}
