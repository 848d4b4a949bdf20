// Operators that work element by element do not care how the numbers lie, as long as all operands lie alike.
import { sameDim } from "../dims.ts";
import type { OperatorName } from "../types.ts";
import { affine } from "./affine.ts";
import { DelayedValue } from "./delayed-value.ts";
import type { Form, LoweredValue } from "./lowered-value.ts";
import type { BlockedContext } from "./rule.ts";

/** True for maps that all have the shape of the output, at least one of them in blocks, and for scalars beside them. */
function mayBeBlocked({ blocks, inputs, outputTypes }: BlockedContext<OperatorName>): boolean {
  const { dims } = outputTypes[0]!;
  return (
    dims.length === 4 &&
    blocks.fits(dims[1]) &&
    inputs.some(({ inBlocks }) => inBlocks) &&
    inputs.every(({ type }) => type.dims.length === 0 || type.dims.every((dim, i) => sameDim(dim, dims[i]!)))
  );
}

const isScalar = ({ type }: LoweredValue): boolean => type.dims.length === 0;

/** The standard operator on blocks. */
export function elementwise(operator: string) {
  return (context: BlockedContext<OperatorName>): Form[] | null => {
    if (!mayBeBlocked(context)) return null;
    const inputs = context.inputs.map((input) => (isScalar(input) ? input.plain() : input.blocked()));
    return [{ blocked: context.blocks.emitter.node(operator, inputs) }];
  };
}

/** A sum joins the factor and offset that one side still waits for. */
export function add(context: BlockedContext<"Add">): Form[] | null {
  if (!mayBeBlocked(context)) return null;
  const [a, b] = context.inputs as readonly [LoweredValue, LoweredValue];
  for (const [waiting, other] of [
    [a, b],
    [b, a],
  ] as const)
    if (waiting.affine !== undefined && waiting.affine.sum === undefined && !isScalar(other))
      return [{ affine: { ...waiting.affine, sum: other.blocked(), increasing: false } }];
  return elementwise("Add")(context);
}

/** A rectifier ends whatever its input still waits for. */
export function relu(context: BlockedContext<"Relu">): Form[] | null {
  const [x] = context.inputs as readonly [LoweredValue];
  if (!mayBeBlocked(context)) return null;
  if (x.affine !== undefined) return [{ blocked: affine(context.blocks, x.affine, true) }];
  return elementwise("Relu")(context);
}

/** dy * (1 where y > 0). */
export function reluGradient(context: BlockedContext<"ReluGradient">): Form[] | null {
  if (!mayBeBlocked(context)) return null;
  const { emitter } = context.blocks;
  const [dy, y] = context.inputs as readonly [LoweredValue, LoweredValue];
  const mask = emitter.node("HardSigmoid", [y.blocked()], { alpha: { float: 3e38 }, beta: { float: 0 } });
  return [{ blocked: emitter.node("Mul", [dy.blocked(), mask]) }];
}

/** Waits in whatever form it is read. */
export function after({ blocks, inputs: [x, trigger] }: BlockedContext<"After">): LoweredValue[] {
  return [new DelayedValue(x!, trigger!, blocks.emitter)];
}

/** Means over height and width. */
export function reduceMean({ blocks, inputs: [x], attributes }: BlockedContext<"ReduceMean">): Form[] | null {
  if (!x!.inBlocks || attributes.axes.join() !== "2,3") return null;
  const means = blocks.means(x!.blocked(), x!.type.dims[1] as number);
  const plain = attributes.keepDims
    ? blocks.emitter.node("Unsqueeze", [means, blocks.emitter.ints(2, 3)])
    : means;
  return [{ plain }];
}
