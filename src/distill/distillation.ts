// Resolution-based distillation (DiPalma et al. 2021): a student at a low magnification learns, without labels, to give a
// frozen teacher's class probabilities and last feature map for the same tissue. See also `pixelLoss` and `softLoss`.
import { fail } from "../base/index.ts";
import type { View } from "../dataset/index.ts";
import { add, encodeOnnx, type Graph, scaled, symbol, type Value } from "../graph/index.ts";
import {
  type ArchitectureName,
  buildNetwork,
  featureChannels,
  frozenNetwork,
  imageInput,
  normalizesByBatch,
} from "../models/index.ts";
import { type ModelState, type PixelLossOptions, pixelLoss, softLoss } from "../nn/index.ts";
import { perImageInput, type TrainingTask } from "../train/index.ts";

/** The teacher, as far as the student sees it. */
export interface Teacher {
  readonly architecture: ArchitectureName;
  readonly classes: readonly string[];
  readonly state: ModelState;
  readonly view: View;
}

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
}

const TEACHER_MAP = "teacherFeatureMap";
const TEACHER_LOGITS = "teacherLogits";

/**
 * The distillation task. Views: the teacher's, then the student's.
 * @throws LowmagError `invalid-argument` for a student finer than its teacher, or of another width of feature map.
 */
export function distillationTask(options: DistillationTaskOptions): TrainingTask {
  const { teacher, architecture, view, initialState, loss = defaultDistillationLoss } = options;
  checkPair(options);
  const classes = teacher.classes.length;
  return {
    name: "distillation",
    classes: teacher.classes,
    initialState,
    views: [teacher.view, view],
    frozen: [encodeOnnx(teacherGraph(teacher))],
    couplesImages: normalizesByBatch(architecture),
    build(context) {
      const student = buildNetwork(context, architecture, imageInput(context.graph, "image"), classes);
      const soft = softLoss(
        student.logits,
        perImageInput(context.graph, TEACHER_LOGITS, classes),
        loss.temperature,
      );
      const pixel = pixelLoss(student.featureMap, teacherMapInput(context.graph, teacher), loss);
      const total = add(scaled(soft, loss.softWeight), scaled(pixel, loss.pixelWeight));
      return { loss: total, parts: { soft, pixel }, logits: student.logits };
    },
    weight: () => 1,
    feeds: ({ views: [teacherPixels, pixels] }) => ({ teacherImage: teacherPixels!, image: pixels! }),
  };
}

/** The teacher with constant weights, its tensors named so that they cannot be taken for the student's. */
function teacherGraph({ architecture, classes, state }: Teacher): Graph {
  return frozenNetwork(architecture, classes.length, state, {
    image: "teacherImage",
    logits: TEACHER_LOGITS,
    featureMap: TEACHER_MAP,
  });
}

function teacherMapInput(graph: Graph, { architecture }: Teacher): Value {
  return graph.input(TEACHER_MAP, [
    symbol("N"),
    featureChannels(architecture),
    symbol("teacherMapH"),
    symbol("teacherMapW"),
  ]);
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
