// `demo`: the paper's experiment in small, from slides on. Synthetic slides are drawn and cut into tissue images; then a
// teacher at 1 µm/px, students and label-only baselines at lower magnifications, and the comparison on a test split. Everything it does, the other operations do.
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type * as z from "zod";
import { type DemoOptions, demoOptions, resolveOptions } from "../options/index.ts";
import type { OperationContext } from "./context.ts";
import { distill } from "./distill.ts";
import { type EvaluateResult, evaluate } from "./evaluate.ts";
import { type Leg, runJourney } from "./journey.ts";
import { prepare } from "./prepare.ts";
import { split } from "./split.ts";
import { synthesize } from "./synthesize.ts";
import { train } from "./train.ts";
import { withoutUndefined } from "./without-undefined.ts";

type CompleteDemoOptions = z.output<typeof demoOptions>;

/** Where everything stands, and what was found. */
export interface DemoResult extends EvaluateResult {
  readonly folder: string;
}

const TEACHER_MPP = 1;
/** A piece's box is so much longer than its tissue: pieces lie at all angles. */
const BOX_SHARE = 1.25;
/** Few labels, as in life; many test patients, who cost a forward pass each and make the intervals narrow. */
const TRAIN_SHARE = 0.25;
const TEST_SHARE = 0.7;
/** Few images, so few steps: a rate that anneals, and colours jittered no further than the synthetic stains differ. */
const RECIPE = {
  batch: 8,
  learningRate: 1.5e-3,
  schedule: "cosine",
  warmupSteps: 20,
  jitterBrightness: 0.15,
  jitterContrast: 0.15,
  jitterSaturation: 0.15,
  jitterHue: 0.03,
} as const;
/** A training step costs about three forward passes. */
const STEP = 3;
/** Work per pixel of tissue, in forward passes, of drawing synthetic slides and of cutting them. */
const DRAWING = 6;
const CUTTING = 3;
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
  const places = {
    slides: join(folder, "slides"),
    tissue: join(folder, "tissue"),
    unlabelled: join(folder, "unlabelled"),
    splits: join(folder, "splits.csv"),
    runs: join(folder, "runs"),
    report: join(folder, "report"),
  };
  if (complete.overwrite)
    for (const path of Object.values(places)) await rm(path, { recursive: true, force: true });
  // The notes of single steps would hide the thread of the story.
  const quiet: OperationContext = {
    ...withoutUndefined({ signal: context.signal, onProgress: context.onProgress }),
    defaultCache: join(folder, "cache"),
  };
  let result: EvaluateResult | undefined;
  const legs = planLegs(complete, places, (found) => {
    result = found;
  });
  await runJourney("demo", legs, quiet);
  return { folder, ...result! };
}

interface Places {
  readonly slides: string;
  readonly tissue: string;
  readonly unlabelled: string;
  readonly splits: string;
  readonly runs: string;
  readonly report: string;
}

/** What the legs share. */
interface Plan {
  readonly options: CompleteDemoOptions;
  readonly places: Places;
  readonly manifest: string;
  /** Pixels of one image at the teacher's resolution: the unit of work. */
  readonly pixels: number;
  readonly labelled: number;
  readonly unlabelled: number;
  /** Options that every training shares. */
  readonly training: {
    readonly data: string;
    readonly splits: string;
    readonly seed: number;
    readonly resume: true;
  } & typeof RECIPE;
}

function planLegs(
  options: CompleteDemoOptions,
  places: Places,
  onResult: (result: EvaluateResult) => void,
): readonly Leg[] {
  const { patients, unlabelledPatients, imagesPerPatient, size, mpps, seed, workers } = options;
  const manifest = manifestOf(places.tissue);
  const plan: Plan = {
    options,
    places,
    manifest,
    pixels: (BOX_SHARE * size + 2 * CUT.margin) ** 2,
    labelled: patients * imagesPerPatient,
    unlabelled: unlabelledPatients * imagesPerPatient,
    training: {
      data: manifest,
      splits: places.splits,
      seed,
      resume: true,
      ...RECIPE,
      ...withoutUndefined({ workers }),
    },
  };
  return [
    drawingLeg(plan),
    cuttingLeg(plan),
    teacherLeg(plan),
    ...mpps.map((mpp) => studentLeg(plan, mpp)),
    ...mpps.map((mpp) => baselineLeg(plan, mpp)),
    comparisonLeg(plan, onResult),
  ];
}

const manifestOf = (tissue: string): string => join(tissue, `mpp-${TEACHER_MPP}`, "manifest.csv");
const teacherRun = ({ places }: Plan): string => join(places.runs, "teacher");
const studentRun = ({ places }: Plan, mpp: number): string => join(places.runs, `student-${mpp}`);
const baselineRun = ({ places }: Plan, mpp: number): string => join(places.runs, `baseline-${mpp}`);

function drawingLeg({ options, places, pixels, labelled, unlabelled }: Plan): Leg {
  const { patients, unlabelledPatients, imagesPerPatient, size, seed, workers } = options;
  const set = { out: places.slides, patients, imagesPerPatient, unlabelledPatients, size, seed };
  return {
    name: "drawing slides",
    work: DRAWING * (labelled + unlabelled) * pixels,
    activity: "drawing synthetic slides",
    run: async (context) => {
      await synthesize({ ...set, slides: true, ...withoutUndefined({ workers }) }, context);
    },
  };
}

function cuttingLeg({ options, places, manifest, pixels, labelled, unlabelled }: Plan): Leg {
  const { seed, workers } = options;
  const fractions: [number, number, number] = [TRAIN_SHARE, 1 - TRAIN_SHARE - TEST_SHARE, TEST_SHARE];
  const cut = (list: string, out: string, context: OperationContext) =>
    prepare({ slides: [join(places.slides, list)], out, ...CUT, ...withoutUndefined({ workers }) }, context);
  return {
    name: "cutting tissue out of the slides",
    work: CUTTING * (labelled + unlabelled) * pixels,
    activity: "preparing slides",
    run: async (context) => {
      await cut("slides.csv", places.tissue, context);
      if (unlabelled > 0) await cut("unlabelled-slides.csv", places.unlabelled, context);
      await split({ data: manifest, out: places.splits, fractions, seed }, context);
    },
  };
}

function teacherLeg(plan: Plan): Leg {
  const { training, options, labelled, pixels } = plan;
  return {
    name: `teacher at ${TEACHER_MPP} µm/px`,
    work: STEP * options.teacherEpochs * TRAIN_SHARE * labelled * pixels,
    activity: "classification",
    run: async (context) => {
      await train(
        { ...training, mpp: TEACHER_MPP, epochs: options.teacherEpochs, out: teacherRun(plan) },
        context,
      );
    },
  };
}

function studentLeg(plan: Plan, mpp: number): Leg {
  const { training, options, places, labelled, unlabelled, pixels } = plan;
  const more = unlabelled > 0 ? [manifestOf(places.unlabelled)] : [];
  const student = { teacher: teacherRun(plan), unlabelled: more, mpp, epochs: options.studentEpochs };
  return {
    name: `student at ${mpp} µm/px`,
    work: options.studentEpochs * (TRAIN_SHARE * labelled + unlabelled) * pixels * (1 + STEP / mpp ** 2),
    activity: "distillation",
    run: async (context) => {
      await distill({ ...training, ...student, out: studentRun(plan, mpp) }, context);
    },
  };
}

function baselineLeg(plan: Plan, mpp: number): Leg {
  const { training, options, labelled, pixels } = plan;
  return {
    name: `baseline at ${mpp} µm/px`,
    work: (STEP * options.baselineEpochs * TRAIN_SHARE * labelled * pixels) / mpp ** 2,
    activity: "classification",
    run: async (context) => {
      await train({ ...training, mpp, epochs: options.baselineEpochs, out: baselineRun(plan, mpp) }, context);
    },
  };
}

function comparisonLeg(plan: Plan, onResult: (result: EvaluateResult) => void): Leg {
  const { options, places, manifest, labelled, pixels } = plan;
  const { mpps, seed, workers } = options;
  const runs = [
    teacherRun(plan),
    ...mpps.map((mpp) => studentRun(plan, mpp)),
    ...mpps.map((mpp) => baselineRun(plan, mpp)),
  ];
  const title = "lowmag demo: synthetic tissue";
  return {
    name: "comparison on the test split",
    work: 2 * labelled * pixels,
    activity: "evaluating teacher",
    run: async (context) => {
      const comparison = { runs, data: manifest, splits: places.splits, out: places.report, title, seed };
      onResult(await evaluate({ ...comparison, ...withoutUndefined({ workers }) }, context));
    },
  };
}
