// A graph that computes in half precision (float16), as a pass over the nodes of an ONNX file: constants are stored as halves,
// inputs are rounded where they come in, outputs widened where they go out. For frozen graphs; gradients want more range.
import type { OnnxInitializer, OnnxNode } from "./emitter.ts";
import { toHalf } from "./half-floats.ts";
import type { OnnxBody } from "./quantise.ts";
import type { TensorType } from "./types.ts";

/** Arithmetic of a graph. */
export type Precision = "float32" | "float16";

/** Element types of ONNX. */
const FLOAT32 = 1;
const FLOAT16 = 10;

/** The body in halves; inputs and outputs keep their names and stay float32. */
export function inHalves(
  body: OnnxBody,
  inputs: readonly (TensorType & { readonly name: string })[],
  outputs: ReadonlyMap<string, TensorType>,
): OnnxBody {
  const rounded = new Map(
    inputs.filter(({ dtype }) => dtype === "float32").map(({ name }) => [name, `${name}#half`]),
  );
  const entries = [...rounded].map(([name, half]) => cast(name, half, FLOAT16));
  const nodes = body.nodes.map((node): OnnxNode => {
    const half = { ...node, inputs: node.inputs.map((input) => rounded.get(input) ?? input) };
    const [output] = node.outputs;
    // What a graph puts out leaves it through an `Identity` of its name; here that is where it is widened.
    if (node.operator === "Identity" && outputs.has(output!)) return cast(half.inputs[0]!, output!, FLOAT32);
    // Numbers made from shapes are halves like all others.
    if (node.operator === "Cast" && node.attributes.to === FLOAT32)
      return { ...half, attributes: { to: FLOAT16 } };
    return half;
  });
  return { nodes: [...entries, ...nodes], initializers: body.initializers.map(halved) };
}

function cast(from: string, to: string, type: number): OnnxNode {
  return { operator: "Cast", inputs: [from], outputs: [to], attributes: { to: type } };
}

function halved(constant: OnnxInitializer): OnnxInitializer {
  const { data } = constant;
  return data instanceof Float32Array ? { ...constant, data: toHalf(data) } : constant;
}
