// A study record as a finished study would leave it, with made-up numbers that follow the shape of real ones: for tests of
// the report and for looking at it. Every number comes from named streams of a seed.
import type {
  ArmKind,
  LearningCurvePoint,
  SeedsEstimate,
  StudyCell,
  StudyComparison,
  StudyEvaluation,
  StudyQuestion,
  StudyRecord,
  StudyRun,
} from "../../src/evaluate/index.ts";
import { Generator } from "../../src/random/index.ts";

/** An arm of the made-up study. */
export interface ArmWish {
  readonly name: string;
  readonly kind: ArmKind;
  readonly mpps?: readonly number[];
  readonly unlabelledFractions?: readonly number[];
  readonly labelFractions?: readonly number[];
  readonly options?: Readonly<Record<string, unknown>>;
  /** Added to its scores. */
  readonly gain?: number;
}

/** What the made-up study should hold. */
export interface StudyWish {
  readonly title?: string;
  readonly classes?: readonly string[];
  readonly arms?: readonly ArmWish[];
  readonly mpps?: readonly number[];
  readonly seeds?: readonly number[];
  readonly patients?: boolean;
  readonly curves?: boolean;
  readonly validation?: boolean;
  /** False for a study that never came to its evaluation. */
  readonly evaluated?: boolean;
  /** Names of arms whose first training failed. */
  readonly failed?: readonly string[];
  /** Names of arms that were added after the test split had been read. */
  readonly late?: readonly string[];
}

export const STUDY_ARMS: readonly ArmWish[] = [
  { name: "teacher", kind: "teacher", mpps: [1] },
  { name: "baseline", kind: "baseline" },
  { name: "distilled", kind: "distilled", unlabelledFractions: [0, 0.25, 0.5, 1] },
  { name: "fine-tuned", kind: "fine-tuned", unlabelledFractions: [1], gain: 0.012 },
];

const METRICS = ["macroAuroc", "balancedAccuracy", "accuracy", "macroF1", "macroAuprc", "quadraticKappa"];
const IMAGES = { train: 420, val: 120, test: 160, unlabelled: 1000 } as const;

/** Builds the record. */
export function makeStudyRecord(wish: StudyWish = {}): StudyRecord {
  const { classes = ["benign", "dysplasia", "carcinoma"], arms = STUDY_ARMS, seeds = [1, 2, 3] } = wish;
  const patients = wish.patients ?? true;
  const cells = arms.flatMap((arm) => armCells(wish, arm, classes, seeds));
  const evaluation = wish.evaluated === false ? null : evaluate(wish, cells, classes);
  const runs = cells.flatMap((cell) => cellRuns(wish, cell, arms, seeds));
  const done = runs.filter(({ state, candidate }) => state === "done" && !candidate);
  return {
    format: "lowmag-study-1",
    title: wish.title ?? "Few labels, much tissue",
    lowmag: "0.1.0",
    commit: { hash: "1f0c5be2a7d94c6f8e3b5a1d2c4e6f8091a2b3c4", dirty: false },
    versions: { node: "20.19.0", "onnxruntime-node": "1.30.0" },
    machine: { cpu: "Example CPU @ 2.50GHz", cores: 8, memoryGiB: 31.2, system: "linux x64" },
    createdAt: "2026-11-21T12:00:00.000Z",
    file: "title: Few labels, much tissue\ndata:\n  data: tissue/manifest.csv\nseeds: [1, 2, 3]\n",
    settings: {},
    commands: ["lowmag study study.yaml"],
    data: {
      hash: "c0ffee".repeat(10).padEnd(64, "0"),
      classes,
      counts: counts(wish, classes, patients),
      mpp: { lowest: 0.5, highest: 0.502, sources: ["the manifest", "the files"] },
      medianSize: [1024, 896],
      preparation: ["Pieces of tissue of at least 0.2 mm² were cut from slides at 0.5 µm/px"],
      exclusions: [
        {
          unit: "images",
          count: 31,
          reason: "no label",
          examples: ["scan-12/piece-3.png", "scan-40/piece-1.png"],
        },
        { unit: "images", count: 7, reason: "more than half of the image without tissue", examples: [] },
        { unit: "slides", count: 1, reason: "the pixel size is not known", examples: ["scan-77.svs"] },
      ],
    },
    leaks: ["patients", "identical files", "near-duplicates", "slides cut twice"].map((name, index) => ({
      name,
      compared: "1,700 images, 1.4 million pairs",
      allowed: index === 2 ? 1 : 0,
      seconds: 0.4 + 3 * index,
    })),
    runs,
    choices:
      evaluation === null
        ? []
        : [
            {
              cell: cells.at(-1)!.id,
              metric: "macroAuroc",
              candidates: [
                { settings: { temperature: 2 }, value: 0.861 },
                { settings: { temperature: 1 }, value: 0.858 },
                { settings: { temperature: 4 }, value: null },
              ],
            },
          ],
    testReadings:
      evaluation === null
        ? []
        : done.map(({ name, modelHash, cell }, index) => ({
            at: new Date(Date.UTC(2026, 10, 21, 9, 0, index)).toISOString(),
            run: name,
            modelHash: modelHash!,
            testHash: "7e57".repeat(16),
            images: IMAGES.test,
            afterFirstReading: (wish.late ?? []).includes(cells.find(({ id }) => id === cell)!.arm),
          })),
    evaluation,
    seconds: { estimated: 9000, taken: 8421.5 },
  };
}

function counts(wish: StudyWish, classes: readonly string[], patients: boolean) {
  const hasTissue = (wish.arms ?? STUDY_ARMS).some(({ unlabelledFractions = [] }) =>
    unlabelledFractions.some((f) => f > 0),
  );
  const parts = Object.entries(IMAGES).filter(([name]) => name !== "unlabelled" || hasTissue);
  return Object.fromEntries(
    parts.map(([name, images]) => {
      const each = Math.floor(images / classes.length);
      const byClass =
        name === "unlabelled"
          ? {}
          : Object.fromEntries(
              classes.map((label, i) => [label, i === 0 ? images - each * (classes.length - 1) : each]),
            );
      return [name, { images, patients: patients ? Math.round(images / 8) : null, byClass }];
    }),
  );
}

function armCells(
  wish: StudyWish,
  arm: ArmWish,
  classes: readonly string[],
  seeds: readonly number[],
): StudyCell[] {
  const mpps = arm.mpps ?? wish.mpps ?? [2, 4, 8, 16];
  return (arm.labelFractions ?? [1]).flatMap((labels) =>
    mpps.flatMap((mpp) =>
      (arm.unlabelledFractions ?? [0]).map((tissue) =>
        makeCell(wish, arm, mpp, labels, tissue, classes, seeds),
      ),
    ),
  );
}

/** A score that falls with µm/px, less so with a teacher and with tissue. */
function skill({ kind, gain = 0 }: ArmWish, mpp: number, labels: number, tissue: number): number {
  const fall = 0.012 * Math.log2(mpp) ** 1.7;
  const short = {
    teacher: 0,
    baseline: 0.03 + 0.9 * fall,
    distilled: 0.01 + 0.5 * fall * (1 - tissue),
    "fine-tuned": 0.01 + 0.4 * fall * (1 - tissue),
  }[kind];
  return 0.925 - fall - short - 0.03 * Math.log2(1 / labels) + gain;
}

function makeCell(
  wish: StudyWish,
  arm: ArmWish,
  mpp: number,
  labels: number,
  tissue: number,
  classes: readonly string[],
  seeds: readonly number[],
): StudyCell {
  const id = `${arm.name}-${mpp}um-l${100 * labels}-u${100 * tissue}`;
  const failed = (wish.failed ?? []).includes(arm.name) && (arm.mpps ?? wish.mpps ?? [2])[0] === mpp;
  const own = failed ? seeds.slice(1) : seeds;
  const level = skill(arm, mpp, labels, tissue);
  const random = (name: string) => Generator.derive(11, id, name);
  const metric = (name: string, shift: number) =>
    seedsEstimate(level - shift, own.length, 0.035, random(name), false);
  const error = seedsEstimate(0.09 + 0.01 * Math.log2(mpp), own.length, 0.02, random("ece"), false);
  const after = seedsEstimate(0.04 + 0.004 * Math.log2(mpp), own.length, 0.015, random("ece-after"), false);
  return {
    id,
    arm: arm.name,
    kind: arm.kind,
    mpp,
    architecture: "resnet10-thin-gn",
    parameters: 1_231_011,
    labelFraction: labels,
    unlabelledFraction: tissue,
    from: arm.kind === "fine-tuned" ? id.replace(arm.name, "distilled") : null,
    images: {
      labelled: Math.round(IMAGES.train * labels),
      unlabelled: Math.round(IMAGES.unlabelled * tissue),
    },
    cost: {
      macsPerPixel: 5016,
      macsPerMm2: 5016e6 / mpp ** 2,
      macsPerImageMean: (5016 * 512 * 448) / mpp ** 2,
    },
    seeds: own.map((seed) => ({
      seed,
      run: `${id}-seed${seed}`,
      bestEpoch: 18 + (seed % 5),
      learningCurve: wish.curves === false ? [] : learningCurve(arm.kind, level, random(`curve-${seed}`)),
    })),
    metrics: {
      ...Object.fromEntries(METRICS.map((name, index) => [name, metric(name, 0.022 * index)])),
      expectedCalibrationError: error,
      logLoss: seedsEstimate(0.6 - 0.3 * level, own.length, 0.05, random("loss"), false),
      publishedAccuracy: metric("published", -0.03),
    },
    perClass: Object.fromEntries(
      classes.map((name) => [
        name,
        Object.fromEntries(
          ["precision", "recall", "f1", "auroc"].map((key, index) => [
            key,
            metric(`${name}-${key}`, 0.03 * index),
          ]),
        ),
      ]),
    ),
    confusion: confusion(classes.length, level, own.length, random("confusion")),
    calibration: {
      temperatures:
        wish.validation === false ? own.map(() => null) : own.map((_, index) => 1.3 + 0.1 * index),
      before: { error, bins: bins(0.09) },
      after: wish.validation === false ? null : { error: after, bins: bins(0.025) },
    },
    agreement:
      arm.kind === "teacher"
        ? null
        : {
            share: seedsEstimate(level + 0.02, own.length, 0.03, random("agree"), false),
            kappa: seedsEstimate(level - 0.12, own.length, 0.04, random("kappa"), false),
          },
  };
}

function seedsEstimate(
  mean: number,
  seeds: number,
  half: number,
  random: Generator,
  signed: boolean,
): SeedsEstimate {
  const keep = (value: number) => (signed ? value : Math.min(1, Math.max(0, value)));
  const perSeed = Array.from({ length: seeds }, () => keep(mean + random.normal(0, half / 4)));
  const value = perSeed.reduce((sum, own) => sum + own, 0) / seeds;
  const spread = Math.sqrt(
    perSeed.reduce((sum, own) => sum + (own - value) ** 2, 0) / Math.max(1, seeds - 1),
  );
  const interval = {
    low: keep(value - half * 1.1),
    high: keep(value + half * 0.9),
    level: 0.95,
    method: "percentile bootstrap by patient, 10,000 draws",
  };
  return { value, interval, perSeed, standardDeviation: seeds < 2 ? null : spread };
}

function learningCurve(kind: ArmKind, level: number, random: Generator): LearningCurvePoint[] {
  const scale = kind === "distilled" ? 0.3 : 1;
  return Array.from({ length: 24 }, (_, index) => ({
    epoch: index + 1,
    trainLoss: scale * (0.15 + Math.exp(-index / 7)) * (1 + random.normal(0, 0.04)),
    validation: {
      loss: scale * (0.2 + Math.exp(-index / 7)),
      macroAuroc: Math.min(1, level - 0.3 * Math.exp(-index / 6) + random.normal(0, 0.01)),
    },
  }));
}

function confusion(classes: number, level: number, seeds: number, random: Generator): number[][] {
  const each = Math.floor(IMAGES.test / classes) * seeds;
  return Array.from({ length: classes }, (_, truth) => {
    const right = Math.round(each * Math.max(0.3, 1.3 * level - 0.3 + random.normal(0, 0.03)));
    const rest = each - Math.min(each, right);
    return Array.from({ length: classes }, (_, predicted) =>
      predicted === truth ? Math.min(each, right) : Math.floor(rest / Math.max(1, classes - 1)),
    );
  });
}

function bins(gap: number) {
  return [0.45, 0.55, 0.65, 0.75, 0.85, 0.96].map((confidence, index) => ({
    confidence,
    accuracy: Math.max(0, confidence - gap * (1 + 0.3 * (index % 2))),
    count: 20 + 60 * index,
  }));
}

function evaluate(wish: StudyWish, cells: readonly StudyCell[], classes: readonly string[]): StudyEvaluation {
  const patients = wish.patients ?? true;
  const each = Math.floor(IMAGES.test / classes.length);
  return {
    classes,
    primary: "macroAuroc",
    margin: 0.05,
    level: 0.95,
    images: IMAGES.test,
    patients: patients ? 20 : null,
    support: Object.fromEntries(
      classes.map((name) => [name, { images: each, patients: patients ? 7 : null }]),
    ),
    resampling: patients ? "10,000 bootstrap draws by patient" : "10,000 bootstrap draws by image",
    cells,
    comparisons: ["macroAuroc", "balancedAccuracy"].flatMap((metric) => compareAll(cells, metric)),
    family: "All tests of one metric are one family, over questions, µm/px and arms",
    notes: ["The test split holds 20 patients: intervals of so few patients are rough."],
  };
}

function compareAll(cells: readonly StudyCell[], metric: string): StudyComparison[] {
  const students = cells.filter(({ kind }) => kind === "distilled" || kind === "fine-tuned");
  const first = cells.find(({ kind }) => kind === "distilled")?.arm;
  const pairs = students.flatMap((cell): [StudyQuestion, StudyCell, StudyCell | undefined][] => [
    [
      "student-teacher",
      cell,
      cells.find(({ kind, labelFraction }) => kind === "teacher" && labelFraction === cell.labelFraction),
    ],
    [
      "student-baseline",
      cell,
      cells.find(
        (c) => c.kind === "baseline" && c.mpp === cell.mpp && c.labelFraction === cell.labelFraction,
      ),
    ],
    [
      "unlabelled-none",
      cell,
      cell.unlabelledFraction === 0
        ? undefined
        : students.find(
            (c) =>
              c.arm === cell.arm &&
              c.mpp === cell.mpp &&
              c.labelFraction === cell.labelFraction &&
              c.unlabelledFraction === 0,
          ),
    ],
    [
      "fine-tuned-student",
      cell,
      cell.from === null ? undefined : students.find(({ id }) => id === cell.from),
    ],
    [
      "variant-reference",
      cell,
      cell.kind !== "distilled" || cell.arm === first
        ? undefined
        : students.find(
            (c) =>
              c.arm === first &&
              c.labelFraction === cell.labelFraction &&
              c.mpp === cell.mpp &&
              c.unlabelledFraction === cell.unlabelledFraction,
          ),
    ],
  ]);
  return pairs.flatMap(([question, a, b]) => (b === undefined ? [] : [compare(question, a, b, metric)]));
}

function compare(
  question: StudyQuestion,
  first: StudyCell,
  second: StudyCell,
  metric: string,
): StudyComparison {
  const [a, b] = [first.metrics[metric]!, second.metrics[metric]!];
  const seeds = first.seeds
    .map(({ seed }) => seed)
    .filter((seed) => second.seeds.some((other) => other.seed === seed));
  const value = a.value! - b.value!;
  const half = 0.016;
  const p = Math.min(1, Math.exp((-Math.abs(value) / half) * 2.2));
  const worse = Math.min(1, Math.exp((-(value + 0.05) / half) * 2.2));
  return {
    question,
    first: first.id,
    second: second.id,
    metric,
    seeds,
    difference: {
      value,
      interval: {
        low: value - half,
        high: value + half,
        level: 0.95,
        method: "paired bootstrap by patient, 10,000 draws",
      },
      perSeed: seeds.map((_, index) => (a.perSeed[index] ?? 0) - (b.perSeed[index] ?? 0)),
      standardDeviation: seeds.length < 2 ? null : 0.008,
    },
    test: {
      pValue: p,
      adjusted: Math.min(1, 3 * p),
      method: metric === "macroAuroc" ? "DeLong by patient" : "paired bootstrap by patient",
    },
    nonInferiority:
      question !== "student-teacher"
        ? null
        : {
            pValue: worse / 2,
            adjusted: Math.min(1, 3 * worse),
            method: "DeLong by patient",
            margin: 0.05,
            shown: Math.min(1, 3 * worse) < 0.05,
          },
  };
}

const COMMON = {
  ...{
    architecture: "resnet10-thin-gn",
    optimizer: "adam",
    learningRate: 0.001,
    weightDecay: 0.0001,
    batch: 8,
    flip: true,
    jitter: true,
  },
  ...{
    jitterBrightness: 0.5,
    jitterContrast: 0.5,
    jitterSaturation: 0.5,
    jitterHue: 0.05,
    gamma: 0.85,
    select: "loss",
  },
};
const LABELLED = { ...COMMON, schedule: "exponential", classWeights: "balanced", labelSmoothing: 0 };
const DISTILLED = {
  ...{
    ...COMMON,
    schedule: "constant",
    temperature: 1,
    resizers: "both",
    pixelLoss: "l2",
    loss: "intended",
    softWeight: 1,
    pixelWeight: 1,
  },
  ...{ jitterViews: "student", cacheTeacher: true, teacherPrecision: "float16" },
};

function cellRuns(
  wish: StudyWish,
  cell: StudyCell,
  arms: readonly ArmWish[],
  seeds: readonly number[],
): StudyRun[] {
  const options = arms.find(({ name }) => name === cell.arm)?.options ?? {};
  return seeds.map((seed, index): StudyRun => {
    const ok = cell.seeds.some((own) => own.seed === seed) && wish.evaluated !== false;
    const name = `${cell.id}-seed${seed}`;
    return {
      name,
      key: `${cell.id}${seed}`.padEnd(64, "0").slice(0, 64),
      cell: cell.id,
      seed,
      kind: cell.kind,
      state: ok ? "done" : "failed",
      reason: ok ? null : "not-finite: the loss became NaN at step 312",
      reused: index === 0,
      seconds: ok ? 120.5 + 10 * index : null,
      epochs: ok ? 24 : 0,
      steps: ok ? 1200 : 0,
      options: { ...(cell.kind === "distilled" ? DISTILLED : LABELLED), ...options },
      startedAt: ok ? "2026-11-21T06:00:00.000Z" : null,
      finishedAt: ok ? "2026-11-21T08:00:00.000Z" : null,
      modelHash: ok ? Buffer.from(name).toString("hex").padStart(64, "0").slice(-64) : null,
      candidate: false,
    };
  });
}
