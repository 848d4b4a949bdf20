// Small operators that the WebGPU provider lacks or would run on the CPU, from operators that it has.
import type { LoweringContext } from "../types.ts";

const FLOAT32 = 1;

/**
 * dy where y is positive: the sign of y would be taken on the CPU. The mask is of numbers, not of truth values: ONNX Runtime
 * moves transpositions through what follows, and those of truth values would be made on the CPU.
 */
export function lowerReluGradientOnGpu({
  emitter,
  inputs: [dy, y],
}: LoweringContext<"ReluGradient">): readonly string[] {
  const mask = emitter.node("Cast", [emitter.node("Greater", [y!, emitter.scalar(0)])], { to: FLOAT32 });
  return [emitter.node("Mul", [dy!, mask])];
}

/** 1 where x is positive minus 1 where it is negative. */
export function lowerSignOnGpu({ emitter, inputs: [x] }: LoweringContext<"Sign">): readonly string[] {
  const where = (comparison: string): string =>
    emitter.node("Cast", [emitter.node(comparison, [x!, emitter.scalar(0)])], { to: FLOAT32 });
  return [emitter.node("Sub", [where("Greater"), where("Less")])];
}

/** x - max - log(sum(exp(x - max))) over the last axis. */
export function lowerLogSoftmaxOnGpu({
  emitter,
  inputs: [x],
}: LoweringContext<"LogSoftmax">): readonly string[] {
  const last = emitter.ints(-1);
  const centred = emitter.node("Sub", [x!, emitter.node("ReduceMax", [x!, last], { keepdims: 1 })]);
  const sums = emitter.node("ReduceSum", [emitter.node("Exp", [centred]), last], { keepdims: 1 });
  return [emitter.node("Sub", [centred, emitter.node("Log", [sums])])];
}

/**
 * The first input once the second is known. `Size`, which the CPU's form takes, would bring the whole second input to the
 * CPU; a shape is known without its numbers.
 */
export function lowerAfterOnGpu({
  emitter,
  inputs: [x, trigger],
  inputTypes: [type],
}: LoweringContext<"After">): readonly string[] {
  const size = emitter.node("ReduceProd", [emitter.node("Shape", [trigger!])], { keepdims: 1 });
  const zeros = emitter.ints(...type!.dims.map(() => 0));
  return [emitter.node("Reshape", [x!, emitter.node("Mul", [size, zeros])])];
}
