// `convert`: DeepSlide's folders become the lists that lowmag reads. The images stay where they are; the lists are read
// back, with every image, before they get their names.
import { resolve } from "node:path";
import { fail } from "../base/index.ts";
import {
  countBySplit,
  type DeepSlidePart,
  type DeepSlideReading,
  type LeftOut,
  patientsFromPattern,
  readDeepSlide,
  readPatients,
  type SplitCounts,
  withPatients,
} from "../dataset/index.ts";
import { type ConvertOptions, convertOptions, resolveOptions } from "../options/index.ts";
import type { OperationContext } from "./context.ts";
import { type ConvertedImage, findUnlabelled, type ListPaths, writeLists } from "./convert-lists.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** What was taken, what was left out, and where the lists are. */
export interface ConvertResult {
  /** The DeepSlide folder, absolute. */
  readonly folder: string;
  readonly take: DeepSlidePart;
  /** µm per pixel as given. */
  readonly mpp: number;
  readonly classes: readonly string[];
  readonly splits: readonly SplitCounts[];
  readonly unlabelled: number;
  /** Patients known, and images whose patient is not. */
  readonly patients: number;
  readonly withoutPatient: number;
  readonly leftOut: readonly LeftOut[];
  /** Things to know, in whole sentences. */
  readonly notes: readonly string[];
  /** The files written, absolute; all `null` after a dry run. */
  readonly written: ListPaths;
}

/**
 * Reads a DeepSlide folder and writes `manifest.csv`, `splits.csv` where there are splits, and `unlabelled.csv` where there
 * are further images.
 *
 * @throws LowmagError what `readDeepSlide` and reading the data throw; `data-leak` for a patient in two splits;
 *   `invalid-argument` where a list is in the way.
 * @example
 * await convert({ folder: "deepslide/", mpp: 1, patientPattern: "/(S\\d+-\\d+)" });
 */
export async function convert(
  options: ConvertOptions,
  context: OperationContext = {},
): Promise<ConvertResult> {
  const complete = resolveOptions("convert", convertOptions, options);
  const folder = resolve(complete.folder);
  const out = resolve(complete.out ?? folder);
  const { mpp, take: part, splits, copy, overwrite, dryRun } = complete;
  const reading = await readDeepSlide(folder, {
    keepSplits: splits === "keep",
    ...withoutUndefined({ part }),
  });
  const lookup = await patientLookup(complete);
  const images = withPatientsOf(folder, reading, lookup);
  checkPatientsInOneSplit(images);
  const unlabelled = await findUnlabelled(folder, complete.unlabelled, images, lookup);
  const classes = [...new Set(images.map(({ label }) => label!))].sort();
  const lists = { folder, out, mpp, images, unlabelled, classes };
  const written = dryRun ? NOTHING : await writeLists(lists, { copy, overwrite }, context);
  const known = images.flatMap(({ patient }) => patient ?? []);
  return {
    ...{ folder, take: reading.part, mpp, classes, written },
    splits: countBySplit({ classes, images }),
    unlabelled: unlabelled.length,
    patients: new Set(known).size,
    withoutPatient: images.length - known.length,
    leftOut: reading.leftOut,
    notes: [...reading.notes, ...patientNotes(reading, images, lookup !== null)],
  };
}

const NOTHING: ListPaths = { manifest: null, splits: null, unlabelled: null };

type PatientLookup = (image: { readonly id: string }) => string | null;

async function patientLookup(choice: {
  readonly patients?: string | undefined;
  readonly patientPattern?: string | undefined;
}): Promise<PatientLookup | null> {
  if (choice.patients !== undefined) return await readPatients(choice.patients);
  return choice.patientPattern === undefined ? null : patientsFromPattern(choice.patientPattern);
}

/** Patches of one slide stay together even where no patient is known: their slide stands for the patient. */
function withPatientsOf(
  folder: string,
  { part, images }: DeepSlideReading,
  lookup: PatientLookup | null,
): ConvertedImage[] {
  const converted = images.map(({ file, label, split, slide }) => ({
    id: file,
    path: resolve(folder, file),
    label,
    split,
    patient: part === "patches" && lookup === null ? slide : null,
  }));
  return lookup === null ? converted : [...withPatients({ images: converted }, lookup).images];
}

function checkPatientsInOneSplit(images: readonly ConvertedImage[]): void {
  const seen = new Map<string, ConvertedImage>();
  for (const image of images) {
    if (image.patient === null || image.split === null) continue;
    const before = seen.get(image.patient);
    if (before !== undefined && before.split !== image.split)
      throw fail("data-leak", {
        where: `split \`${image.split}\``,
        expected: "patients of its own",
        got: `patient \`${image.patient}\` with ${image.id}, and with ${before.id} in \`${before.split}\``,
        fix: "DeepSlide divides by image: drop its splits with `--splits drop`, then divide by patient with `lowmag split`.",
      });
    if (before === undefined) seen.set(image.patient, image);
  }
}

function patientNotes(
  { part, images: found }: DeepSlideReading,
  images: readonly ConvertedImage[],
  asked: boolean,
): string[] {
  const unknown = images.filter(({ patient }) => patient === null).length;
  const notes: string[] = [];
  if (part === "patches" && !asked)
    notes.push("No patient was given: the slide that a patch was cut from stands for its patient.");
  else if (unknown > 0)
    notes.push(
      `The patient of ${unknown} of ${images.length} images is unknown: give --patients or --patient-pattern. Until then nothing shows whether one patient is in two splits, and intervals are by image.`,
    );
  if (found.every(({ split }) => split === null))
    notes.push("There are no splits: make them with `lowmag split`, by patient.");
  return notes;
}
