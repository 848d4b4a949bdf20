// Matrix product, and the softmax that usually follows it.
import { sameDim } from "../dims.ts";
import { matMul, mul, reduceSum, softmax, sub } from "../expressions.ts";
import { broadcastIndex, positionOf, referenceTensor } from "../reference.ts";
import type { Operator, ReferenceTensor } from "../types.ts";
import { hasAxes, requireShapes } from "./shape-check.ts";

/** Matrix product of two matrices, either transposed first. */
export const MatMul: Operator<"MatMul"> = {
  infer: ([a, b], { transposeFirst, transposeSecond }) => {
    const expected = `matrices ${transposeFirst ? "[K, M]" : "[M, K]"} and ${transposeSecond ? "[N, K]" : "[K, N]"}`;
    requireShapes(a!.dims.length === 2 && b!.dims.length === 2, "MatMul", expected, [a!, b!]);
    const [m, k] = transposeFirst ? [a!.dims[1]!, a!.dims[0]!] : [a!.dims[0]!, a!.dims[1]!];
    const [k2, n] = transposeSecond ? [b!.dims[1]!, b!.dims[0]!] : [b!.dims[0]!, b!.dims[1]!];
    requireShapes(sameDim(k, k2), "MatMul", expected, [a!, b!]);
    return [{ dtype: "float32", dims: [m, n] }];
  },
  gradient: ({
    inputs: [a, b],
    attributes: { transposeFirst, transposeSecond },
    outputGradient: dy,
    wanted,
  }) => [
    !wanted[0]
      ? undefined
      : transposeFirst
        ? matMul(b!, dy, transposeSecond, true)
        : matMul(dy, b!, false, !transposeSecond),
    !wanted[1]
      ? undefined
      : transposeSecond
        ? matMul(dy, a!, true, transposeFirst)
        : matMul(a!, dy, !transposeFirst, false),
  ],
  macs: ([a], [out], { transposeFirst }) => out![0]! * out![1]! * a![transposeFirst ? 0 : 1]!,
  reference: ([a, b], { transposeFirst, transposeSecond }) => {
    const inner = a!.dims[transposeFirst ? 0 : 1]!;
    const [rows, columns] = [a!.dims[transposeFirst ? 1 : 0]!, b!.dims[transposeSecond ? 0 : 1]!];
    const at = (x: ReferenceTensor, i: number, j: number, transposed: boolean): number =>
      x.data[transposed ? j * x.dims[1]! + i : i * x.dims[1]! + j]!;
    const out = referenceTensor([rows, columns]);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let k = 0; k < inner; k++)
          out.data[i * columns + j]! += at(a!, i, k, transposeFirst) * at(b!, k, j, transposeSecond);
    return [out];
  },
  // ONNX Runtime folds the transpositions into the product.
  lower: ({ emitter, inputs: [a, b], attributes: { transposeFirst, transposeSecond } }) => {
    const transposed = (x: string, yes: boolean): string =>
      yes ? emitter.node("Transpose", [x], { perm: [1, 0] }) : x;
    return [emitter.node("MatMul", [transposed(a!, transposeFirst), transposed(b!, transposeSecond)])];
  },
};

/** log(softmax(x)) over rows of length `dims.at(-1)`. */
function logSoftmaxRows(x: ReferenceTensor): ReferenceTensor {
  const width = x.dims.at(-1)!;
  const data = new Float64Array(x.data.length);
  for (let start = 0; start < data.length; start += width) {
    const row = x.data.subarray(start, start + width);
    const top = Math.max(...row);
    const logSum = top + Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0));
    for (let j = 0; j < width; j++) data[start + j] = row[j]! - logSum;
  }
  return { dims: x.dims, data };
}

export const LogSoftmax: Operator<"LogSoftmax"> = {
  infer: ([x]) => [{ dtype: "float32", dims: x!.dims }],
  gradient: ({ inputs: [x], outputGradient: dy }) => [
    sub(dy, mul(softmax(x!), reduceSum(dy, [x!.dims.length - 1], true))),
  ],
  macs: () => 0,
  reference: ([x]) => [logSoftmaxRows(x!)],
  lower: ({ emitter, inputs }) => [emitter.node("LogSoftmax", inputs, { axis: -1 })],
};

export const Softmax: Operator<"Softmax"> = {
  infer: ([x], { axis }) => {
    requireShapes(hasAxes(x!, [axis]), "Softmax", `axis ${axis}`, [x!]);
    return [{ dtype: "float32", dims: x!.dims }];
  },
  gradient: ({ outputs: [y], attributes: { axis }, outputGradient: dy }) => [
    mul(y!, sub(dy, reduceSum(mul(dy, y!), [axis], true))),
  ],
  macs: () => 0,
  reference: ([x], { axis }) => [softmaxAlong(x!, axis)],
  lower: ({ emitter, inputs, attributes: { axis } }) => [emitter.node("Softmax", inputs, { axis })],
};

/** exp(x) over its sum along an axis. */
function softmaxAlong(x: ReferenceTensor, axis: number): ReferenceTensor {
  const along = x.dims.map((dim, i) => (i === axis ? 1 : dim));
  const tops = referenceTensor(along).data.fill(Number.NEGATIVE_INFINITY);
  const sums = referenceTensor(along).data;
  const places = Array.from(x.data, (_, i) => broadcastIndex(positionOf(i, x.dims), along));
  x.data.forEach((value, i) => {
    tops[places[i]!] = Math.max(tops[places[i]!]!, value);
  });
  const powers = x.data.map((value, i) => Math.exp(value - tops[places[i]!]!));
  powers.forEach((power, i) => {
    sums[places[i]!]! += power;
  });
  return { dims: x.dims, data: powers.map((power, i) => power / sums[places[i]!]!) };
}
