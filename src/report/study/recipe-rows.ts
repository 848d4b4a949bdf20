// The published recipe, option by option, and how a departure from each is said (the code published with DiPalma et al. 2021;
// for training on labels, which it leaves out, the same group's DeepSlide).

/** An option of the published recipe and how a departure from it is said. */
export interface RecipeRow {
  readonly key: string;
  readonly published: unknown;
  /** Another option and the value without which this one says nothing. */
  readonly only?: readonly [key: string, value: unknown];
  say(value: string): string;
}

/** Of every training. */
export const OPTIMISATION: readonly RecipeRow[] = [
  {
    key: "architecture",
    published: "resnet10-thin-gn",
    say: (v) => `network ${v} instead of the ten-layer thin ResNet with group normalisation`,
  },
  { key: "optimizer", published: "adam", say: (v) => `optimiser ${v} instead of Adam` },
  { key: "learningRate", published: 1e-3, say: (v) => `learning rate ${v} instead of 0.001` },
  { key: "weightDecay", published: 1e-4, say: (v) => `weight decay ${v} instead of 0.0001` },
  { key: "batch", published: 32, say: (v) => `gradients accumulated over ${v} images instead of 32` },
  { key: "flip", published: true, say: (v) => `random flips: ${v} (published: yes)` },
  { key: "jitter", published: true, say: (v) => `colour jitter: ${v} (published: yes)` },
  {
    key: "jitterBrightness",
    only: ["jitter", true],
    published: 0.5,
    say: (v) => `brightness jitter ±${v} instead of ±0.5`,
  },
  {
    key: "jitterContrast",
    only: ["jitter", true],
    published: 0.5,
    say: (v) => `contrast jitter ±${v} instead of ±0.5`,
  },
  {
    key: "jitterSaturation",
    only: ["jitter", true],
    published: 0.5,
    say: (v) => `saturation jitter ±${v} instead of ±0.5`,
  },
  {
    key: "jitterHue",
    only: ["jitter", true],
    published: 0.2,
    say: (v) => `hue jitter ±${v} instead of ±0.2`,
  },
  { key: "stainJitter", published: null, say: (v) => `stains jittered besides (${v})` },
];

/** Of distillation. */
export const DISTILLATION: readonly RecipeRow[] = [
  {
    key: "schedule",
    published: "constant",
    say: (v) => `learning rate on a schedule (${v}) instead of constant`,
  },
  { key: "temperature", published: 1, say: (v) => `temperature ${v} instead of 1` },
  {
    key: "pixelLoss",
    published: "l2",
    say: (v) => `distance of feature maps ${v} instead of l2 (mean squared error)`,
  },
  { key: "softWeight", published: 1, say: (v) => `weight of the soft loss ${v} instead of 1` },
  { key: "pixelWeight", published: 1, say: (v) => `weight of the pixel loss ${v} instead of 1` },
  {
    key: "jitterViews",
    published: "pair",
    say: (v) =>
      v === "student"
        ? "colour jitter applied to the student’s image only, not to both images of a pair alike"
        : `colour jitter applied to ${v} (published: to both images of a pair alike)`,
  },
  {
    key: "cacheTeacher",
    published: false,
    say: (v) =>
      v === "yes"
        ? "the teacher’s outputs computed once for each flip and read back, not computed anew for every augmented image"
        : `the teacher’s outputs computed once and read back: ${v} (published: no)`,
  },
  {
    key: "teacherPrecision",
    published: "float32",
    only: ["cacheTeacher", true],
    say: (v) => `the teacher’s kept outputs rounded to ${v}`,
  },
  {
    key: "teacherArithmetic",
    published: "float32",
    say: (v) => `the teacher computed in ${v}`,
  },
];

/** Of training on labels: the paper's own recipe is not published; this is that of the same group's DeepSlide. */
export const SUPERVISED: readonly RecipeRow[] = [
  {
    key: "schedule",
    published: "exponential",
    say: (v) => `learning rate ${v} instead of falling by a factor per epoch (as in the group’s DeepSlide)`,
  },
  {
    key: "gamma",
    published: 0.85,
    only: ["schedule", "exponential"],
    say: (v) => `factor of the learning rate per epoch ${v} instead of 0.85 (as in the group’s DeepSlide)`,
  },
  { key: "classWeights", published: "none", say: (v) => `class weights in the loss: ${v} (DeepSlide: none)` },
  { key: "labelSmoothing", published: 0, say: (v) => `label smoothing ${v} instead of none` },
];
