// The frozen teacher: what the student sees of it, and the graph that computes it.
import type { View } from "../dataset/index.ts";
import { type Graph, symbol, type Value } from "../graph/index.ts";
import { type ArchitectureName, featureChannels, frozenNetwork } from "../models/index.ts";
import type { ModelState } from "../nn/index.ts";
import { perImageInput } from "../train/index.ts";

/** The teacher, as far as the student sees it. */
export interface Teacher {
  readonly architecture: ArchitectureName;
  readonly classes: readonly string[];
  readonly state: ModelState;
  readonly view: View;
}

/** The teacher's input and outputs, named so that they cannot be taken for the student's. */
export const TEACHER_IMAGE = "teacherImage";
export const TEACHER_MAP = "teacherFeatureMap";
export const TEACHER_LOGITS = "teacherLogits";

/** The teacher with constant weights. */
export function teacherGraph({ architecture, classes, state }: Teacher): Graph {
  return frozenNetwork(architecture, classes.length, state, {
    image: TEACHER_IMAGE,
    logits: TEACHER_LOGITS,
    featureMap: TEACHER_MAP,
  });
}

/** The teacher's outputs as inputs of the student's graph: feature map [N, C, H, W] and logits [N, K]. */
export function teacherInputs(
  graph: Graph,
  { architecture, classes }: Teacher,
): { featureMap: Value; logits: Value } {
  const [height, width] = [symbol("teacherMapH"), symbol("teacherMapW")];
  const logits = perImageInput(graph, TEACHER_LOGITS, classes.length);
  const dims = [symbol("N"), featureChannels(architecture), height, width];
  return { featureMap: graph.input(TEACHER_MAP, dims), logits };
}
