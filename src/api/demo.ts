// `demo`: the paper's experiment in small. Synthetic tissue, a teacher at 1 µm/px, students and label-only baselines at
// lower magnifications, and the comparison on a test split. Everything it does, the other operations do.
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type * as z from "zod";
import { type DemoOptions, demoOptions, resolveOptions } from "../options/index.ts";
import type { OperationContext } from "./context.ts";
import { distill } from "./distill.ts";
import { type EvaluateResult, evaluate } from "./evaluate.ts";
import { type Leg, runJourney } from "./journey.ts";
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
/** Work per pixel, in forward passes, of drawing synthetic tissue. */
const DRAWING = 4;

/**
 * Runs the whole experiment, or the rest of it when it was interrupted.
 *
 * @throws LowmagError what the operations throw; `cancelled` with everything done so far kept.
 */
export async function demo(options: DemoOptions = {}, context: OperationContext = {}): Promise<DemoResult> {
  const complete = resolveOptions("demo", demoOptions, options);
  const folder = resolve(complete.out);
  const places = {
    tissue: join(folder, "tissue"),
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
  readonly tissue: string;
  readonly splits: string;
  readonly runs: string;
  readonly report: string;
}

function planLegs(
  options: CompleteDemoOptions,
  places: Places,
  onResult: (result: EvaluateResult) => void,
): readonly Leg[] {
  const { patients, unlabelledPatients, imagesPerPatient, size, mpps, seed, workers } = options;
  const manifest = join(places.tissue, "manifest.csv");
  const pixels = size ** 2;
  const labelled = patients * imagesPerPatient;
  const unlabelled = unlabelledPatients * imagesPerPatient;
  const common = {
    data: manifest,
    splits: places.splits,
    seed,
    resume: true,
    ...RECIPE,
    ...withoutUndefined({ workers }),
  };
  const teacher = join(places.runs, "teacher");
  const run = (name: string, mpp: number) => join(places.runs, `${name}-${mpp}`);
  const trainImages = TRAIN_SHARE * labelled;
  return [
    {
      name: "drawing tissue",
      work: DRAWING * (labelled + unlabelled) * pixels,
      activity: "drawing synthetic tissue",
      run: async (context) => {
        const set = { out: places.tissue, patients, imagesPerPatient, unlabelledPatients, size, seed };
        await synthesize({ ...set, ...withoutUndefined({ workers }) }, context);
        await split(
          {
            data: manifest,
            out: places.splits,
            fractions: [TRAIN_SHARE, 1 - TRAIN_SHARE - TEST_SHARE, TEST_SHARE],
            seed,
          },
          context,
        );
      },
    },
    {
      name: `teacher at ${TEACHER_MPP} µm/px`,
      work: STEP * options.teacherEpochs * trainImages * pixels,
      activity: "classification",
      run: async (context) => {
        await train({ ...common, mpp: TEACHER_MPP, epochs: options.teacherEpochs, out: teacher }, context);
      },
    },
    ...mpps.map(
      (mpp): Leg => ({
        name: `student at ${mpp} µm/px`,
        work: options.studentEpochs * (trainImages + unlabelled) * pixels * (1 + STEP / mpp ** 2),
        activity: "distillation",
        run: async (context) => {
          const more = unlabelled > 0 ? [join(places.tissue, "unlabelled.csv")] : [];
          const out = run("student", mpp);
          await distill(
            { ...common, teacher, unlabelled: more, mpp, epochs: options.studentEpochs, out },
            context,
          );
        },
      }),
    ),
    ...mpps.map(
      (mpp): Leg => ({
        name: `baseline at ${mpp} µm/px`,
        work: (STEP * options.baselineEpochs * trainImages * pixels) / mpp ** 2,
        activity: "classification",
        run: async (context) => {
          await train({ ...common, mpp, epochs: options.baselineEpochs, out: run("baseline", mpp) }, context);
        },
      }),
    ),
    {
      name: "comparison on the test split",
      work: 2 * labelled * pixels,
      activity: "evaluating teacher",
      run: async (context) => {
        const runs = [
          teacher,
          ...mpps.map((mpp) => run("student", mpp)),
          ...mpps.map((mpp) => run("baseline", mpp)),
        ];
        onResult(
          await evaluate(
            {
              runs,
              data: manifest,
              splits: places.splits,
              out: places.report,
              title: "lowmag demo: synthetic tissue",
              seed,
              ...withoutUndefined({ workers }),
            },
            context,
          ),
        );
      },
    },
  ];
}
