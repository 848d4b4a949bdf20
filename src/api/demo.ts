// `demo`: the paper's experiment in small, from slides to slides. Synthetic slides are drawn, cut into tissue images and
// divided by patient; a study file is written and the study done; teacher and student classify new slides. Everything it
// does, the other operations do.
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type * as z from "zod";
import type { StudyRecord } from "../evaluate/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import { type DemoOptions, demoOptions, resolveOptions } from "../options/index.ts";
import type { OperationContext } from "./context.ts";
import { demoStudy, TEACHER_MPP } from "./demo-study.ts";
import { useStudents } from "./demo-use.ts";
import { type Leg, runJourney } from "./journey.ts";
import { prepare } from "./prepare.ts";
import { split } from "./split.ts";
import { type StudyResult, study } from "./study.ts";
import { synthesize } from "./synthesize.ts";
import { withoutUndefined } from "./without-undefined.ts";

type CompleteDemoOptions = z.output<typeof demoOptions>;

/** What was found, and where everything stands. All paths are absolute. */
export interface DemoResult extends StudyResult {
  readonly folder: string;
  /** The study file that was done; `lowmag study` does it again, changed or not. */
  readonly studyFile: string;
  /** Results of the teacher and of a student on new slides, a folder for each: for `lowmag serve`. */
  readonly results: string;
}

/** A piece's box is so much longer than its tissue: pieces lie at all angles. */
const BOX_SHARE = 1.25;
/** Few labels, as in life; enough patients to choose epochs by, and to make intervals that say something. */
const FRACTIONS: [number, number, number] = [0.4, 0.15, 0.45];
/** Work per pixel of tissue, in forward passes: drawing synthetic slides, and cutting them. */
const DRAWING = 6;
const CUTTING = 3;
/** New slides to use the networks on, at most. */
const NEW_PATIENTS = 24;
/** Of an epoch of the teacher: three for its step, and as much again for all other networks, which are shorter. */
const EPOCH = 6;
/** Little glass around the tissue: every pixel of it costs as much as one of tissue. */
const CUT = { margin: 16, fringe: 16, minArea: 0.005, joinGap: 40, mpp: [TEACHER_MPP] };

/**
 * Runs the whole experiment, or the rest of it when it was interrupted.
 *
 * @throws LowmagError what the operations throw; `cancelled` with everything done so far kept.
 */
export async function demo(options: DemoOptions = {}, context: OperationContext = {}): Promise<DemoResult> {
  const complete = resolveOptions("demo", demoOptions, options);
  const folder = resolve(complete.out);
  const places = placesIn(folder);
  if (complete.overwrite)
    for (const path of Object.values(places)) await rm(path, { recursive: true, force: true });
  // The notes of single steps would hide the thread of the story.
  const quiet: OperationContext = {
    ...withoutUndefined({ signal: context.signal, onProgress: context.onProgress }),
    defaultCache: join(folder, "cache"),
  };
  let found: StudyResult | undefined;
  const legs = [
    drawingLeg(complete, places),
    cuttingLeg(complete, places),
    studyLeg(complete, places, (result) => {
      found = result;
    }),
    usingLeg(complete, places, () => found?.record ?? null),
  ];
  await runJourney("demo", legs, quiet);
  return { folder, studyFile: places.studyFile, results: places.results, ...found! };
}

type Places = ReturnType<typeof placesIn>;

function placesIn(folder: string) {
  return {
    slides: join(folder, "slides"),
    tissue: join(folder, "tissue"),
    unlabelled: join(folder, "unlabelled"),
    splits: join(folder, "splits.csv"),
    studyFile: join(folder, "study.yaml"),
    study: join(folder, "study"),
    newSlides: join(folder, "new-slides"),
    results: join(folder, "results"),
  };
}

/** Where `prepare` lists the images that it cut into a folder, as the study file names it. */
const manifestOf = (tissue: string): string => join(tissue, `mpp-${TEACHER_MPP}`, "manifest.csv");

/** Pixels of all tissue at the teacher's resolution: the unit of work. */
function pixelsOf({ patients, unlabelledPatients, imagesPerPatient, size }: CompleteDemoOptions): number {
  return (patients + unlabelledPatients) * imagesPerPatient * (BOX_SHARE * size + 2 * CUT.margin) ** 2;
}

function drawingLeg(options: CompleteDemoOptions, { slides }: Places): Leg {
  const { patients, unlabelledPatients, imagesPerPatient, size, seed, workers } = options;
  const set = { out: slides, patients, imagesPerPatient, unlabelledPatients, size, seed };
  return {
    name: "drawing slides",
    work: DRAWING * pixelsOf(options),
    activity: "drawing synthetic slides",
    run: async (context) => {
      await synthesize({ ...set, slides: true, ...withoutUndefined({ workers }) }, context);
    },
  };
}

function cuttingLeg(options: CompleteDemoOptions, places: Places): Leg {
  const { seed, workers, unlabelledPatients } = options;
  const cut = (list: string, out: string, context: OperationContext) =>
    prepare({ slides: [join(places.slides, list)], out, ...CUT, ...withoutUndefined({ workers }) }, context);
  return {
    name: "cutting tissue out of the slides",
    work: CUTTING * pixelsOf(options),
    activity: "preparing slides",
    run: async (context) => {
      await cut("slides.csv", places.tissue, context);
      if (unlabelledPatients > 0) await cut("unlabelled-slides.csv", places.unlabelled, context);
      const division = { out: places.splits, fractions: FRACTIONS, seed, overwrite: true };
      await split({ data: manifestOf(places.tissue), ...division }, context);
    },
  };
}

function studyLeg(
  options: CompleteDemoOptions,
  places: Places,
  onResult: (result: StudyResult) => void,
): Leg {
  const { teacherEpochs, steps, unlabelledPatients, mpps, seed, workers } = options;
  const text = demoStudy({
    data: manifestOf("tissue"),
    unlabelled: unlabelledPatients > 0 ? manifestOf("unlabelled") : null,
    splits: "splits.csv",
    ...{ teacherEpochs, steps, mpps, seed },
  });
  return {
    name: "the study",
    work: EPOCH * teacherEpochs * FRACTIONS[0] * pixelsOf(options),
    activity: "training the networks",
    run: async (context) => {
      await writeFileAtomically(places.studyFile, text);
      const { studyFile: file, study: out } = places;
      onResult(await study({ file, out, seed, ...withoutUndefined({ workers }) }, context));
    },
  };
}

function usingLeg(options: CompleteDemoOptions, places: Places, record: () => StudyRecord | null): Leg {
  const { imagesPerPatient, size, seed, workers } = options;
  const patients = Math.min(NEW_PATIENTS, options.patients);
  const use = { slides: places.newSlides, results: places.results, runs: join(places.study, "runs") };
  return {
    name: "teacher and student on new slides",
    work: DRAWING * pixelsOf({ ...options, patients, unlabelledPatients: 0 }),
    activity: "drawing synthetic slides",
    run: async (context) => {
      const done = record();
      if (done === null) return;
      await useStudents({ ...use, patients, imagesPerPatient, size, seed: seed + 1, workers }, done, context);
    },
  };
}
