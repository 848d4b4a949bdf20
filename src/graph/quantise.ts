// A network's convolutions in 8 bits, as a pass over the nodes of an ONNX file. Either the weights alone, which makes the
// file a quarter as large and is undone when it is loaded, or the arithmetic too, in the ONNX form that runtimes recognise
// (QuantizeLinear, DequantizeLinear around each operator; Jacob et al. 2018). Symmetric per output channel for weights,
// one range per tensor for what flows between operators.
import type { OnnxInitializer, OnnxNode } from "./emitter.ts";

/** Nodes in order, and constants. */
export interface OnnxBody {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
}

/** The smallest and the largest number seen in a tensor. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** What is put into 8 bits. `keep` names the weights that stay as they are. */
export type Quantisation =
  | { readonly kind: "weights"; readonly keep?: readonly string[] }
  | {
      readonly kind: "convolutions";
      readonly keep?: readonly string[];
      /** Of every tensor that {@link convolutionTensors} names. */
      readonly ranges: ReadonlyMap<string, ValueRange>;
    };

/** Weights of a file that restores them: the whole of int8, but for -128. */
const WEIGHT_STEPS = 127;
/**
 * Weights that are multiplied as bytes: 7 bits, so that two products of a byte and a weight fit the 16 bits in which
 * processors without VNNI add them. With 8 bits the answer would depend on the processor.
 */
const PRODUCT_STEPS = 64;
const FLOAT32 = 1;

/** The body with its convolutions in 8 bits. */
export function quantise(body: OnnxBody, how: Quantisation): OnnxBody {
  return how.kind === "weights" ? byteWeights(body, how.keep) : byteConvolutions(body, how.ranges, how.keep);
}

/** The tensors that go into and come out of the convolutions that would be quantised. */
export function convolutionTensors(body: OnnxBody, keep?: readonly string[]): readonly string[] {
  const weights = convolutionWeights(body, keep);
  const convolutions = body.nodes.filter(({ inputs }) => weights.has(inputs[1]!));
  return [...new Set(convolutions.flatMap(({ inputs, outputs }) => [inputs[0]!, outputs[0]!]))];
}

/** Constant float weights [O, C, kh, kw] of convolutions, by name. */
function convolutionWeights(
  { nodes, initializers }: OnnxBody,
  keep: readonly string[] = [],
): Map<string, OnnxInitializer & { data: Float32Array }> {
  const used = new Set(nodes.filter(({ operator }) => operator === "Conv").map(({ inputs }) => inputs[1]!));
  const fits = (constant: OnnxInitializer): constant is OnnxInitializer & { data: Float32Array } =>
    constant.data instanceof Float32Array && used.has(constant.name) && !keep.includes(constant.name);
  return new Map(initializers.filter(fits).map((constant) => [constant.name, constant]));
}

/**
 * Weights stored as bytes and a scale per output channel; `Cast` and `Mul` restore them. Both act on constants, so every
 * runtime does it once, at loading. (`DequantizeLinear` says the same, but ONNX Runtime leaves it in place and does it at
 * each run, and its convolutions on constant weights are faster.)
 */
function byteWeights(body: OnnxBody, keep?: readonly string[]): OnnxBody {
  const weights = convolutionWeights(body, keep);
  const restore: OnnxNode[] = [];
  const initializers = body.initializers.flatMap((constant) => {
    const weight = weights.get(constant.name);
    if (weight === undefined) return [constant];
    const { name } = weight;
    const { bytes, scales } = byChannel(weight, WEIGHT_STEPS);
    restore.push(
      node("Cast", [`${name}:int8`], `${name}:whole`, { to: FLOAT32 }),
      node("Mul", [`${name}:whole`, `${name}:scale`], name),
    );
    return [
      { name: `${name}:int8`, dims: weight.dims, data: bytes },
      { name: `${name}:scale`, dims: [scales.length, 1, 1, 1], data: scales },
    ];
  });
  return { nodes: [...restore, ...body.nodes], initializers };
}

/** What is added to a body, in order. */
interface Addition {
  readonly nodes: OnnxNode[];
  readonly initializers: OnnxInitializer[];
}

function byteConvolutions(
  body: OnnxBody,
  ranges: ReadonlyMap<string, ValueRange>,
  keep?: readonly string[],
): OnnxBody {
  const weights = convolutionWeights(body, keep);
  const added: Addition = {
    nodes: [],
    initializers: body.initializers.filter(({ name }) => !weights.has(name)),
  };
  for (const weight of weights.values()) addWeight(added, weight);
  const rounded = new Set<string>();
  for (const each of body.nodes) {
    const [input, weight] = each.inputs as [string, string];
    if (each.operator !== "Conv" || !weights.has(weight)) {
      added.nodes.push(each);
      continue;
    }
    const [output] = each.outputs as [string];
    if (!rounded.has(input)) addRounding(added, ranges.get(input)!, input, `${input}:rounded`);
    rounded.add(input);
    added.nodes.push({ ...each, inputs: [`${input}:rounded`, weight], outputs: [`${output}:exact`] });
    addRounding(added, ranges.get(output)!, `${output}:exact`, output);
  }
  return added;
}

/** Adds a weight as bytes with a scale per output channel. */
function addWeight(
  { nodes, initializers }: Addition,
  { name, dims, data }: OnnxInitializer & { readonly data: Float32Array },
): void {
  const { bytes, scales } = byChannel({ dims, data }, PRODUCT_STEPS);
  initializers.push(
    { name: `${name}:int8`, dims, data: bytes },
    { name: `${name}:scale`, dims: [scales.length], data: scales },
  );
  nodes.push(node("DequantizeLinear", [`${name}:int8`, `${name}:scale`], name, { axis: 0 }));
}

/** Adds `to` = `from` in steps of 1/255 of a range. */
function addRounding({ nodes, initializers }: Addition, range: ValueRange, from: string, to: string): void {
  const { scale, zero } = stepsOf(range);
  initializers.push(
    { name: `${to}:scale`, dims: [], data: Float32Array.of(scale) },
    { name: `${to}:zero`, dims: [], data: Uint8Array.of(zero) },
  );
  const parameters = [`${to}:scale`, `${to}:zero`];
  nodes.push(
    node("QuantizeLinear", [from, ...parameters], `${to}:uint8`),
    node("DequantizeLinear", [`${to}:uint8`, ...parameters], to),
  );
}

/** Whole numbers of -steps..steps and the scale of each output channel, the first axis. */
function byChannel(
  { dims, data }: { readonly dims: readonly number[]; readonly data: Float32Array },
  steps: number,
): { bytes: Int8Array; scales: Float32Array } {
  const channels = dims[0]!;
  const length = data.length / channels;
  const bytes = new Int8Array(data.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const part = data.subarray(channel * length, (channel + 1) * length);
    const largest = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = Math.fround(largest === 0 ? 1 : largest / steps);
    scales[channel] = scale;
    part.forEach((value, i) => {
      bytes[channel * length + i] = Math.max(-steps, Math.min(steps, Math.round(value / scale)));
    });
  }
  return { bytes, scales };
}

/** Scale and zero of a range in 0..255. Zero is among the steps, so that padding stays exact. */
function stepsOf({ low, high }: ValueRange): { scale: number; zero: number } {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.fround((to - from) / 255) || 1;
  return { scale, zero: Math.max(0, Math.min(255, Math.round(-from / scale))) };
}

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode["attributes"] = {},
): OnnxNode {
  return { operator, inputs, outputs: [output], attributes };
}
