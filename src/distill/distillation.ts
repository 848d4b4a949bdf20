// Resolution-based distillation (DiPalma et al. 2021): a student at a low magnification learns, without labels, to give a
// frozen teacher's class probabilities and last feature map for the same tissue. See also `pixelLoss` and `softLoss`.
import { fail } from "../base/index.ts";
import type { LoadedBatch, View } from "../dataset/index.ts";
import type { Tensor } from "../engine/index.ts";
import { add, scaled } from "../graph/index.ts";
import {
  type ArchitectureName,
  buildNetwork,
  featureChannels,
  imageInput,
  normalizesByBatch,
} from "../models/index.ts";
import { type ModelState, type PixelLossOptions, pixelLoss, softLoss } from "../nn/index.ts";
import type { TrainingTask } from "../train/index.ts";
import {
  TEACHER_IMAGE,
  TEACHER_LOGITS,
  TEACHER_MAP,
  type Teacher,
  teacherGraph,
  teacherInputs,
} from "./teacher.ts";

/** The loss of method's equation: softWeight * L_soft + pixelWeight * L_pixel. */
export interface DistillationLoss extends PixelLossOptions {
  /** T of the soft loss. */
  readonly temperature: number;
  readonly softWeight: number;
  readonly pixelWeight: number;
}

/** The authors' recipe, with the loss as intended. */
export const defaultDistillationLoss: DistillationLoss = {
  resizers: "both",
  distance: "l2",
  form: "intended",
  temperature: 1,
  softWeight: 1,
  pixelWeight: 1,
};

/** Who learns from whom, and how. */
export interface DistillationTaskOptions {
  readonly teacher: Teacher;
  readonly architecture: ArchitectureName;
  readonly initialState: ModelState;
  /** The student's view; not finer than the teacher's. */
  readonly view: View;
  readonly loss?: DistillationLoss;
  /** Whose colours augmentation changes: both views alike (as in the paper, the default) or the student's alone. */
  readonly jitterViews?: "pair" | "student";
  /**
   * "computed" (the default): the teacher runs for every micro-batch. "supplied": its outputs come with the loader's batches,
   * see `withTeacherOutputs`.
   */
  readonly teacherOutputs?: "computed" | "supplied";
}

/**
 * The distillation task. Views: the teacher's (where it runs), then the student's.
 * @throws LowmagError `invalid-argument` for a student finer than its teacher, or of another width of feature map.
 */
export function distillationTask(options: DistillationTaskOptions): TrainingTask {
  const { teacher, architecture, initialState, loss = defaultDistillationLoss } = options;
  checkPair(options);
  const classes = teacher.classes.length;
  return {
    name: "distillation",
    classes: teacher.classes,
    initialState,
    ...teacherPart(options),
    couplesImages: normalizesByBatch(architecture),
    build(context) {
      const student = buildNetwork(context, architecture, imageInput(context.graph, "image"), classes);
      const inputs = teacherInputs(context.graph, teacher);
      const soft = softLoss(student.logits, inputs.logits, loss.temperature);
      const pixel = pixelLoss(student.featureMap, inputs.featureMap, loss);
      const total = add(scaled(soft, loss.softWeight), scaled(pixel, loss.pixelWeight));
      return { loss: total, parts: { soft, pixel }, logits: student.logits };
    },
    weight: () => 1,
  };
}

/** Where the teacher's outputs come from: a stage of its own before the student's, or the loader. */
function teacherPart({
  teacher,
  view,
  jitterViews = "pair",
  teacherOutputs = "computed",
}: DistillationTaskOptions): Pick<TrainingTask, "views" | "alikeAt" | "frozen" | "feeds"> {
  if (teacherOutputs === "supplied")
    return {
      views: [view],
      alikeAt: [teacher.view.mpp],
      frozen: [],
      feeds: (batch) => ({ image: batch.views[0]!, ...suppliedOutputs(batch) }),
    };
  return {
    views: [{ ...teacher.view, keepsColours: jitterViews === "student" }, view],
    frozen: [teacherGraph(teacher)],
    feeds: ({ views: [teacherPixels, pixels] }) => ({ [TEACHER_IMAGE]: teacherPixels!, image: pixels! }),
  };
}

/** What {@link withTeacherOutputs} added to a batch. */
function suppliedOutputs({ tensors }: LoadedBatch): Record<string, Tensor> {
  const [featureMap, logits] = [tensors?.[TEACHER_MAP], tensors?.[TEACHER_LOGITS]];
  if (featureMap !== undefined && logits !== undefined)
    return { [TEACHER_MAP]: featureMap, [TEACHER_LOGITS]: logits };
  throw fail("internal", { where: "distillation", expected: "a loader with teacher outputs", got: "none" });
}

/**
 * Refuses a student finer than its teacher. The task checks it too; callers may ask before they read any data.
 * @throws LowmagError `invalid-argument`
 */
export function checkResolutions(teacherMpp: number, studentMpp: number): void {
  if (studentMpp >= teacherMpp * (1 - 1e-6)) return;
  throw fail("invalid-argument", {
    where: "student",
    expected: `a µm/px of at least the teacher's ${teacherMpp}`,
    got: `${studentMpp}`,
    fix: "A student works at a lower magnification, that is at more µm per pixel: raise `--mpp`.",
  });
}

function checkPair({ teacher, architecture, view }: DistillationTaskOptions): void {
  checkResolutions(teacher.view.mpp, view.mpp);
  if (featureChannels(architecture) !== featureChannels(teacher.architecture))
    throw fail("invalid-argument", {
      where: "student",
      expected: `a feature map of the teacher's ${featureChannels(teacher.architecture)} channels (${teacher.architecture})`,
      got: `${featureChannels(architecture)} (${architecture})`,
      fix: "Maps are compared channel by channel: choose an architecture of the same width.",
    });
}
