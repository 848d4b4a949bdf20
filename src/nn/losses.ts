// Losses, as values added to a graph. Each gives one number per image, [N]; how images are weighted and summed is the
// task's business, so that a micro-batch of N images equals N micro-batches of one.
import {
  abs,
  add,
  logSoftmax,
  mul,
  neg,
  reduceMean,
  reduceSum,
  scaled,
  softmax,
  square,
  sub,
  type Value,
} from "../graph/index.ts";

/**
 * Cross-entropy -sum_c targets_c * log softmax(logits)_c.
 * @param logits [N, K]
 * @param targets [N, K]: one-hot, smoothed or weighted (see `classTargets`).
 */
export function crossEntropy(logits: Value, targets: Value): Value {
  return neg(reduceSum(mul(targets, logSoftmax(logits)), [1]));
}

/**
 * Soft loss T^2 * KL(softmax(teacher / T) || softmax(student / T)) (Hinton et al. 2015).
 * @param temperature T > 0; 1 in the paper's code.
 */
export function softLoss(studentLogits: Value, teacherLogits: Value, temperature: number): Value {
  const studentLogs = logSoftmax(scaled(studentLogits, 1 / temperature));
  const atTemperature = scaled(teacherLogits, 1 / temperature);
  const divergence = reduceSum(mul(softmax(atTemperature), sub(logSoftmax(atTemperature), studentLogs)), [1]);
  return scaled(divergence, temperature * temperature);
}

/** How the teacher's feature map is brought to the student's grid, and how the two are compared. */
export interface PixelLossOptions {
  /** `both` averages the two losses. */
  readonly resizers: "max" | "bicubic" | "both";
  /** Mean squared or mean absolute error. */
  readonly distance: "l2" | "l1";
  /** `published`: what the authors' code computes with its defaults, half of the max-pool term alone. */
  readonly form: "intended" | "published";
}

/**
 * Pixel loss (DiPalma et al. 2021): the mean over resizers of the distance between the student's feature map and the
 * teacher's, shrunk to the student's grid, over all C*h*w elements.
 *
 * @param studentMap [N, C, h, w]
 * @param teacherMap [N, C, H, W] with H >= h and W >= w
 */
export function pixelLoss(
  studentMap: Value,
  teacherMap: Value,
  { resizers, distance, form }: PixelLossOptions,
): Value {
  const { graph } = studentMap;
  const to = (operator: "AdaptiveMaxPoolLike" | "ResizeBicubicLike"): Value => {
    const difference = sub(studentMap, graph.apply(operator, [teacherMap, studentMap], {}));
    return reduceMean(distance === "l2" ? square(difference) : abs(difference), [1, 2, 3]);
  };
  if (form === "published") return scaled(to("AdaptiveMaxPoolLike"), 0.5);
  if (resizers === "max") return to("AdaptiveMaxPoolLike");
  if (resizers === "bicubic") return to("ResizeBicubicLike");
  return scaled(add(to("AdaptiveMaxPoolLike"), to("ResizeBicubicLike")), 0.5);
}

/**
 * Targets for `crossEntropy`: label smoothing and class weights as in PyTorch's CrossEntropyLoss, except that dividing
 * by the weights of the batch is left to the caller (it must use the weights of the whole optimiser step).
 *
 * @param labels class indices, N of them
 * @param smoothing in [0, 1): this share of the target is spread evenly over all classes
 * @returns [N, K] row-major
 */
export function classTargets(
  labels: readonly number[],
  classWeights: readonly number[],
  smoothing: number,
): Float32Array {
  const classes = classWeights.length;
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    for (let c = 0; c < classes; c++) {
      const share = smoothing / classes + (c === label ? 1 - smoothing : 0);
      targets[row * classes + c] = share * classWeights[c]!;
    }
  });
  return targets;
}
