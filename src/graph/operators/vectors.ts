// Vectors laid end to end, and parts of them: how the tensors of a network become one vector and come out of it again.
import { join, part } from "../expressions.ts";
import { referenceTensor } from "../reference.ts";
import type { Operator, TensorType } from "../types.ts";
import { requireShapes } from "./shape-check.ts";

/** The known length of a vector. */
function lengthOf(where: string, vector: TensorType): number {
  const [length] = vector.dims;
  const fits = vector.dims.length === 1 && typeof length === "number";
  requireShapes(fits, where, "vectors of known length", [vector]);
  return length as number;
}

/** Where each of some vectors starts once they are laid end to end. */
function starts(vectors: readonly TensorType[]): number[] {
  let start = 0;
  return vectors.map((vector) => {
    const here = start;
    start += lengthOf("Join", vector);
    return here;
  });
}

/** Vectors laid end to end. */
export const Join: Operator<"Join"> = {
  infer: (vectors) => {
    const total = vectors.reduce((sum, vector) => sum + lengthOf("Join", vector), 0);
    return [{ dtype: "float32", dims: [total] }];
  },
  gradient: ({ inputs, outputGradient: dy, wanted }) => {
    const places = starts(inputs);
    return inputs.map((input, i) => (wanted[i] ? part(dy, places[i]!, lengthOf("Join", input)) : undefined));
  },
  macs: () => 0,
  reference: (vectors) => {
    const numbers = vectors.flatMap(({ data }) => [...data]);
    return [referenceTensor([numbers.length], numbers)];
  },
  lower: ({ emitter, inputs }) => [emitter.node("Concat", inputs, { axis: 0 })],
};

/** Numbers `start` to `start + length` of a vector. */
export const Part: Operator<"Part"> = {
  infer: ([vector], { start, length }) => {
    const fits = start >= 0 && length >= 0 && start + length <= lengthOf("Part", vector!);
    requireShapes(fits, "Part", `at least ${start + length} numbers`, [vector!]);
    return [{ dtype: "float32", dims: [length] }];
  },
  gradient: ({ inputs: [vector], attributes: { start, length }, outputGradient: dy }) => {
    const after = lengthOf("Part", vector!) - start - length;
    const zeros = (count: number): readonly [] | readonly [typeof dy] =>
      count === 0 ? [] : [dy.graph.zeros(count)];
    return [join([...zeros(start), dy, ...zeros(after)])];
  },
  macs: () => 0,
  reference: ([vector], { start, length }) => [
    referenceTensor([length], [...vector!.data.subarray(start, start + length)]),
  ],
  lower: ({ emitter, inputs: [vector], attributes: { start, length } }) => [
    emitter.node("Slice", [vector!, emitter.ints(start), emitter.ints(start + length), emitter.ints(0)]),
  ],
};
