// An evaluation record as the evaluate room would fill it, from made-up predictions: point values are computed from the
// predictions, interval widths are only plausible. For tests of the report and for looking at it.

import type {
  EvaluationRecord,
  MetricEstimate,
  ModelEvaluation,
  ModelRole,
  PairedComparison,
  Prediction,
} from "../../src/evaluate/index.ts";
import { Generator } from "../../src/random/index.ts";

/** One model of the fixture: the higher its skill, the more often it is right. */
export interface ModelWish {
  readonly name: string;
  readonly role: ModelRole;
  readonly mpp: number;
  readonly skill: number;
  readonly macsPerPixel?: number;
}

/** What the fixture should hold. */
export interface RecordWish {
  readonly classes: readonly string[];
  readonly models: readonly ModelWish[];
  readonly imagesPerClass?: number;
  readonly intervals?: boolean;
  readonly curves?: boolean;
  readonly seed?: number;
  /** Differences by "first|second", instead of those of the predictions. */
  readonly differences?: Readonly<Record<string, readonly [number, number, number]>>;
}

export const SEVEN_MODELS: readonly ModelWish[] = [
  { name: "teacher", role: "teacher", mpp: 1, skill: 2.6 },
  { name: "student-2", role: "student", mpp: 2, skill: 2.5 },
  { name: "student-4", role: "student", mpp: 4, skill: 2.2 },
  { name: "student-8", role: "student", mpp: 8, skill: 1.5 },
  { name: "baseline-2", role: "baseline", mpp: 2, skill: 2.1 },
  { name: "baseline-4", role: "baseline", mpp: 4, skill: 1.2 },
  { name: "baseline-8", role: "baseline", mpp: 8, skill: 0.9 },
];

export const THREE_CLASSES = ["Non-Tumor", "Non-Viable-Tumor", "Viable"] as const;

/** Builds the record. */
export function makeRecord(wish: RecordWish): EvaluationRecord {
  const { classes, seed = 7, imagesPerClass = 20 } = wish;
  const models = wish.models.map((model) => makeModel(wish, model, seed, imagesPerClass));
  return {
    lowmag: "0.1.0",
    createdAt: "2026-11-20T09:30:00.000Z",
    split: "test",
    classes,
    images: imagesPerClass * classes.length,
    patients: 14,
    resampling: "10,000 bootstrap draws by patient",
    models,
    comparisons: compareAll(wish, models),
    notes: [
      "Class and patient are confounded in this split: a model could tell patients instead of classes.",
    ],
  };
}

function makeModel(
  wish: RecordWish,
  model: ModelWish,
  seed: number,
  imagesPerClass: number,
): ModelEvaluation {
  const { classes } = wish;
  const predictions = predict(wish, model, seed, imagesPerClass);
  const confusion = classes.map((truth) =>
    classes.map((name) => predictions.filter((p) => p.label === truth && p.predicted === name).length),
  );
  const perClass = Object.fromEntries(
    classes.map((name, index) => [name, classMetrics(wish, predictions, name, index)]),
  );
  const macsPerPixel = model.macsPerPixel ?? 5016;
  const pixels = (1024 / model.mpp) ** 2;
  return {
    name: model.name,
    role: model.role,
    mpp: model.mpp,
    architecture: "resnet10-thin-gn",
    parameters: 1_231_011,
    cost: {
      macsPerPixel,
      macsPerMm2: (macsPerPixel * 1e6) / model.mpp ** 2,
      macsPerImageMean: macsPerPixel * pixels,
      latencySecondsPerImage: (0.21 * macsPerPixel) / 5016 / model.mpp ** 2,
      latencyMegapixelsPerSecond: 5,
    },
    predictions,
    metrics: modelMetrics(wish, predictions, perClass),
    perClass,
    confusion,
    roc: Object.fromEntries(classes.map((name, index) => [name, rocCurve(predictions, name, index)])),
    reliability: reliability(predictions),
    learningCurve: wish.curves === false ? [] : learningCurve(model, seed),
  };
}

function predict(wish: RecordWish, model: ModelWish, seed: number, imagesPerClass: number): Prediction[] {
  const random = Generator.derive(seed, model.name);
  const difficulty = Generator.derive(seed, "images");
  return wish.classes.flatMap((label, truth) =>
    Array.from({ length: imagesPerClass }, (_, i) => {
      const shared = wish.classes.map(() => difficulty.normal(0, 0.7));
      const logits = wish.classes.map(
        (_, c) => (c === truth ? model.skill : 0) + shared[c]! + random.normal(0, 0.8),
      );
      const top = Math.max(...logits);
      const powers = logits.map((value) => Math.exp(1.3 * (value - top)));
      const total = powers.reduce((sum, value) => sum + value, 0);
      const probabilities = powers.map((value) => value / total);
      const predicted = wish.classes[logits.indexOf(top)]!;
      return {
        image: `${label}/image-${i}.png`,
        patient: `P-${(truth * 7 + i) % 14}`,
        label,
        predicted,
        probabilities,
      };
    }),
  );
}

function estimate(wish: RecordWish, value: number, count: number): MetricEstimate {
  if (wish.intervals === false) return { value, interval: null };
  const half = 1.96 * Math.sqrt(Math.max(value * (1 - value), 0.01) / count);
  const interval = {
    low: Math.max(0, value - half * 1.15),
    high: Math.min(1, value + half * 0.85),
    level: 0.95,
    method: "percentile bootstrap by patient, 10,000 draws",
  };
  return { value, interval };
}

function classMetrics(wish: RecordWish, predictions: readonly Prediction[], name: string, index: number) {
  const count = (test: (p: Prediction) => boolean) => predictions.filter(test).length;
  const tp = count((p) => p.label === name && p.predicted === name);
  const fp = count((p) => p.label !== name && p.predicted === name);
  const fn = count((p) => p.label === name && p.predicted !== name);
  const n = predictions.length;
  const of = (value: number) => estimate(wish, value, tp + fn);
  const area = areaUnder(rocCurve(predictions, name, index));
  return {
    precision: tp + fp === 0 ? { value: null, interval: null } : of(tp / (tp + fp)),
    recall: of(tp / (tp + fn)),
    f1: of((2 * tp) / (2 * tp + fp + fn)),
    auroc: of(area),
    auprc: of(area ** 2),
    oneVsRestAccuracy: of((n - fp - fn) / n),
    publishedAccuracy: of(n / (n + fp + fn)),
    support: { value: tp + fn, interval: null },
  };
}

function modelMetrics(
  wish: RecordWish,
  predictions: readonly Prediction[],
  perClass: Readonly<Record<string, Readonly<Record<string, MetricEstimate>>>>,
): Record<string, MetricEstimate> {
  const mean = (key: string) => {
    const values = wish.classes.map((name) => perClass[name]![key]!.value ?? 0);
    return estimate(wish, values.reduce((sum, value) => sum + value, 0) / values.length, predictions.length);
  };
  const of = (value: number) => estimate(wish, value, predictions.length);
  const accuracy = predictions.filter((p) => p.label === p.predicted).length / predictions.length;
  const bins = reliability(predictions);
  const gap = bins.reduce(
    (sum, bin) => sum + (bin.count * Math.abs(bin.accuracy - bin.confidence)) / predictions.length,
    0,
  );
  const truth = (p: Prediction) => Math.log(p.probabilities[wish.classes.indexOf(p.label)]!);
  return {
    accuracy: of(accuracy),
    balancedAccuracy: mean("recall"),
    macroF1: mean("f1"),
    macroPrecision: mean("precision"),
    macroRecall: mean("recall"),
    macroAuroc: mean("auroc"),
    macroAuprc: mean("auprc"),
    quadraticKappa: of(Math.max(0, 1.4 * accuracy - 0.42)),
    oneVsRestAccuracy: mean("oneVsRestAccuracy"),
    publishedAccuracy: mean("publishedAccuracy"),
    expectedCalibrationError: of(gap),
    logLoss: {
      value: -predictions.reduce((sum, p) => sum + truth(p), 0) / predictions.length,
      interval: null,
    },
  };
}

function rocCurve(predictions: readonly Prediction[], name: string, index: number) {
  const positives = predictions.filter(({ label }) => label === name).length;
  const sorted = [...predictions].sort((a, b) => b.probabilities[index]! - a.probabilities[index]!);
  let tp = 0;
  let fp = 0;
  const points = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  for (const { label } of sorted) {
    if (label === name) tp++;
    else fp++;
    points.push({
      falsePositiveRate: fp / (predictions.length - positives),
      truePositiveRate: tp / positives,
    });
  }
  return points;
}

function areaUnder(points: readonly { falsePositiveRate: number; truePositiveRate: number }[]): number {
  return points.slice(1).reduce((area, point, index) => {
    const before = points[index]!;
    return (
      area +
      ((point.falsePositiveRate - before.falsePositiveRate) *
        (point.truePositiveRate + before.truePositiveRate)) /
        2
    );
  }, 0);
}

function reliability(predictions: readonly Prediction[]) {
  return Array.from({ length: 10 }, (_, bin) => {
    const own = predictions.filter((p) => Math.min(9, Math.floor(Math.max(...p.probabilities) * 10)) === bin);
    const count = own.length;
    return {
      count,
      confidence: own.reduce((sum, p) => sum + Math.max(...p.probabilities), 0) / count,
      accuracy: own.filter((p) => p.label === p.predicted).length / count,
    };
  }).filter(({ count }) => count > 0);
}

function learningCurve(model: ModelWish, seed: number) {
  const random = Generator.derive(seed, "curve", model.name);
  const scale = model.role === "student" ? 0.35 : 1.1;
  return Array.from({ length: 30 }, (_, epoch) => ({
    epoch: epoch + 1,
    trainLoss: scale * (0.12 + Math.exp(-epoch / 9)) * (1 + random.normal(0, 0.05)),
    validation: {
      loss: scale * (0.2 + Math.exp(-epoch / 8)) * (1 + random.normal(0, 0.07)),
      balancedAccuracy: Math.min(
        1,
        0.35 + 0.22 * model.skill * (1 - Math.exp(-epoch / 7)) + random.normal(0, 0.02),
      ),
      macroAuroc: Math.min(
        1,
        0.55 + 0.16 * model.skill * (1 - Math.exp(-epoch / 6)) + random.normal(0, 0.012),
      ),
    },
  }));
}

function compareAll(wish: RecordWish, models: readonly ModelEvaluation[]): PairedComparison[] {
  const students = models.filter(({ role }) => role === "student" || role === "fine-tuned");
  return ["balancedAccuracy", "macroAuroc"].flatMap((metric) =>
    students.flatMap((student) =>
      models
        .filter(({ role, mpp }) => role === "teacher" || (role === "baseline" && mpp === student.mpp))
        .map((other) => compare(wish, student, other, metric)),
    ),
  );
}

function compare(
  wish: RecordWish,
  first: ModelEvaluation,
  second: ModelEvaluation,
  metric: string,
): PairedComparison {
  const wished = wish.differences?.[`${first.name}|${second.name}`];
  const value = wished?.[0] ?? first.metrics[metric]!.value! - second.metrics[metric]!.value!;
  const [low, high] = wished === undefined ? [value - 0.09, value + 0.085] : [wished[1], wished[2]];
  const method = "paired percentile bootstrap by patient, 10,000 draws";
  return {
    first: first.name,
    second: second.name,
    metric,
    difference: { value, interval: wish.intervals === false ? null : { low, high, level: 0.95, method } },
    pValue: wish.intervals === false ? null : Math.max(0.0001, Math.exp(-Math.abs(value) * 40)),
    method: "paired bootstrap by patient with a sign-flip permutation test, 10,000 draws each",
  };
}
