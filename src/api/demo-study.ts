// The study file of the demo: short enough to read, and a start for a study of one's own.
import { stringify } from "yaml";

/** µm per pixel of the demo's teacher. */
export const TEACHER_MPP = 1;

/** What differs from demo to demo. Paths are relative to the study file. */
export interface DemoStudy {
  readonly data: string;
  /** `null` = no unlabelled tissue. */
  readonly unlabelled: string | null;
  readonly splits: string;
  readonly teacherEpochs: number;
  readonly steps: number;
  readonly mpps: readonly number[];
  readonly seed: number;
}

/** The text of the study file. */
export function demoStudy(demo: DemoStudy): string {
  const { data, unlabelled, splits, teacherEpochs, steps, mpps, seed } = demo;
  const list = (values: readonly number[]) => `[${values.join(", ")}]`;
  return `# The study of \`lowmag demo\`. Change a line and run \`lowmag study study.yaml\`: only what depends on it is done again.
title: "lowmag demo: synthetic tissue"
${stringify({ data: { data, splits, ...(unlabelled === null ? {} : { unlabelled: [unlabelled] }) } }).trimEnd()}
# Few images, so few steps: a rate that anneals, and colours jittered no further than the synthetic stains differ.
training:
  batch: 8
  learningRate: 0.0015
  schedule: cosine
  warmupSteps: 20
  jitterBrightness: 0.15
  jitterContrast: 0.15
  jitterSaturation: 0.15
  jitterHue: 0.03
budget: { steps: ${steps} } # of every student and baseline
teacher: { mpp: ${TEACHER_MPP}, budget: { epochs: ${teacherEpochs} } }
# A deviation from the paper, which jitters both images of a pair: what the teacher puts out is computed once.
students: { mpp: ${list(mpps)}, jitterViews: student, cacheTeacher: true }
unlabelledFractions: [${unlabelled === null ? 0 : 1}]
seeds: [${seed}]
arms: [baseline, distilled]
`;
}
