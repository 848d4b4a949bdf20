// Which inputs of an operator are read for their shape alone: any value of the same shape serves as well, so that none needs
// to be kept or recomputed on that account.
import type { Node, OperatorName } from "./types.ts";

const SHAPE_ONLY: Partial<Record<OperatorName, readonly number[]>> = {
  AdaptiveMaxPoolLike: [1],
  After: [1],
  ConvInputGradient: [2],
  ConvWeightGradient: [2],
  CountOver: [0],
  ExpandLike: [1],
  ResizeBicubicLike: [1],
};

/** True where an operator reads nothing but the shape of an input. */
export function readsShapeOnly({ operator }: Pick<Node, "operator">, input: number): boolean {
  return SHAPE_ONLY[operator]?.includes(input) ?? false;
}
