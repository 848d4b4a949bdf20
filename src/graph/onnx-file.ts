// Writes a graph as a standard ONNX file. Field numbers are those of onnx.proto3 (ONNX IR version 9, opset 18).
import protobuf from "protobufjs";
import { Blocks } from "./blocked/blocks.ts";
import { dimText } from "./dims.ts";
import { Emitter, type OnnxAttribute, type OnnxInitializer, type OnnxNode } from "./emitter.ts";
import { Graph } from "./graph.ts";
import { inHalves, type Precision } from "./halves.ts";
import { lowerGraph } from "./lower.ts";
import { convolutionTensors, type OnnxBody, type Quantisation, quantise } from "./quantise.ts";
import type { DType, LoweringTarget, TensorType } from "./types.ts";

const IR_VERSION = 9;
const OPSET = 18;
const DATA_TYPES: Record<DType, number> = { float32: 1, int64: 7 };
const FLOAT16 = 10;
const BYTE_TYPES = { uint8: 2, int8: 3 };

type Fields = Record<string, { id: number; type: string; rule?: "repeated" }>;

const repeated = (type: string, id: number): { id: number; type: string; rule: "repeated" } => ({
  id,
  type,
  rule: "repeated",
});
const message = (fields: Fields): { fields: Fields } => ({ fields });

/** The part of onnx.proto3 that lowmag writes. */
const schema = protobuf.Root.fromJSON({
  nested: {
    Model: message({
      irVersion: { id: 1, type: "int64" },
      producerName: { id: 2, type: "string" },
      graph: { id: 7, type: "GraphProto" },
      opsetImport: repeated("OperatorSet", 8),
      metadataProps: repeated("Entry", 14),
    }),
    OperatorSet: message({ domain: { id: 1, type: "string" }, version: { id: 2, type: "int64" } }),
    Entry: message({ key: { id: 1, type: "string" }, value: { id: 2, type: "string" } }),
    GraphProto: message({
      node: repeated("NodeProto", 1),
      name: { id: 2, type: "string" },
      initializer: repeated("TensorProto", 5),
      input: repeated("ValueInfo", 11),
      output: repeated("ValueInfo", 12),
    }),
    NodeProto: message({
      input: repeated("string", 1),
      output: repeated("string", 2),
      opType: { id: 4, type: "string" },
      attribute: repeated("Attribute", 5),
      domain: { id: 7, type: "string" },
    }),
    Attribute: message({
      name: { id: 1, type: "string" },
      f: { id: 2, type: "float" },
      i: { id: 3, type: "int64" },
      s: { id: 4, type: "bytes" },
      floats: repeated("float", 7),
      ints: repeated("int64", 8),
      type: { id: 20, type: "int32" },
    }),
    TensorProto: message({
      dims: repeated("int64", 1),
      dataType: { id: 2, type: "int32" },
      name: { id: 8, type: "string" },
      rawData: { id: 9, type: "bytes" },
    }),
    ValueInfo: message({ name: { id: 1, type: "string" }, type: { id: 2, type: "TypeProto" } }),
    TypeProto: message({ tensorType: { id: 1, type: "TensorTypeProto" } }),
    TensorTypeProto: message({ elemType: { id: 1, type: "int32" }, shape: { id: 2, type: "Shape" } }),
    Shape: message({ dim: repeated("Dimension", 1) }),
    Dimension: message({ dimValue: { id: 1, type: "int64" }, dimParam: { id: 2, type: "string" } }),
  },
});

/** What an ONNX file says of itself besides the graph. */
export interface OnnxFileOptions {
  readonly producer?: string;
  /** Free key-value pairs, kept in the file's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Puts convolutions into 8 bits. Default: everything stays float32. */
  readonly quantisation?: Quantisation;
  /** Arithmetic inside: "float16" stores constants and computes in half precision; inputs and outputs stay float32. */
  readonly precision?: Precision;
  /** What the file will run on. Default: the CPU, for no size in particular. */
  readonly target?: LoweringTarget;
}

/**
 * The bytes of the ONNX file that computes the outputs of a graph. Of operators and constants only what the outputs need
 * is written; the inputs are all listed, needed or not: they are what the caller declared.
 * @throws LowmagError `invalid-argument` if the graph has no outputs.
 */
export function encodeOnnx(graph: Graph, options: OnnxFileOptions = {}): Uint8Array {
  const { emitter, outputs } = lowerGraph(graph, options.target);
  const precise = options.precision === "float16" ? inHalves(emitter, graph.inputs, outputs) : emitter;
  const body = options.quantisation === undefined ? precise : quantise(precise, options.quantisation);
  return encodeBody(graph, body, outputs, options);
}

/**
 * A file that tells the width of ONNX Runtime's blocked layout: numbers 0 to 127 as a map [1, 64, 1, 2] in blocks of b
 * channels put the number 1, the first channel's second place, at index b. Where there is no such layout it cannot be loaded.
 */
export function encodeBlockProbe(): Uint8Array {
  const graph = new Graph();
  const map = graph.input("map", [1, 64, 1, 2]);
  const emitter = new Emitter();
  const blocked = new Blocks(emitter, 1).fromPlain(map.name);
  emitter.nodes.push({ operator: "Identity", inputs: [blocked], outputs: ["blocked"], attributes: {} });
  return encodeBody(graph, emitter, new Map([["blocked", map]]), {});
}

/** An ONNX file that tells the ranges of tensors. */
export interface RangeObserver {
  readonly onnx: Uint8Array;
  /** The tensors, in the order of the outputs `low` and `high`, float32 [tensors]. */
  readonly tensors: readonly string[];
}

/**
 * The file that, run on images, tells the ranges which quantising a graph's convolutions asks for.
 *
 * @param keep weights of convolutions that would not be quantised.
 */
export function encodeRangeObserver(graph: Graph, keep?: readonly string[]): RangeObserver {
  const { emitter } = lowerGraph(graph);
  const tensors = convolutionTensors(emitter, keep);
  const outputs = new Map<string, TensorType>();
  for (const [name, operator] of [
    ["low", "ReduceMin"],
    ["high", "ReduceMax"],
  ] as const) {
    const each = tensors.map((tensor) =>
      emitter.node("Reshape", [emitter.node(operator, [tensor], { keepdims: 0 }), emitter.ints(1)]),
    );
    emitter.nodes.push({ operator: "Concat", inputs: each, outputs: [name], attributes: { axis: 0 } });
    outputs.set(name, { dtype: "float32", dims: [tensors.length] });
  }
  return { onnx: encodeBody(graph, emitter, outputs, {}), tensors };
}

function encodeBody(
  graph: Graph,
  body: OnnxBody,
  outputs: ReadonlyMap<string, TensorType>,
  options: OnnxFileOptions,
): Uint8Array {
  const model = {
    irVersion: IR_VERSION,
    producerName: options.producer ?? "lowmag",
    opsetImport: [{ domain: "", version: OPSET }, ...furtherDomains(body.nodes)],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: "lowmag",
      node: body.nodes.map(nodeMessage),
      initializer: body.initializers.map(tensorMessage),
      input: graph.inputs.map((input) => valueInfo(input.name, input)),
      output: [...outputs].map(([name, value]) => valueInfo(name, value)),
    },
  };
  return schema.lookupType("Model").encode(model).finish();
}

function nodeMessage(node: OnnxNode): object {
  const attribute = Object.entries(node.attributes).map(([name, value]) => ({
    name,
    ...attributeMessage(value),
  }));
  const { inputs: input, outputs: output, operator: opType, domain } = node;
  return { input, output, opType, attribute, ...(domain === undefined ? {} : { domain }) };
}

/** ONNX Runtime's own operators are at version 1. */
function furtherDomains(nodes: readonly OnnxNode[]): { domain: string; version: number }[] {
  const domains = new Set(nodes.flatMap(({ domain }) => (domain === undefined ? [] : [domain])));
  return [...domains].map((domain) => ({ domain, version: 1 }));
}

/** AttributeProto types: 1 float, 2 int, 3 string, 6 floats, 7 ints. */
function attributeMessage(value: OnnxAttribute): object {
  if (typeof value === "number") return { i: value, type: 2 };
  if (typeof value === "string") return { s: new TextEncoder().encode(value), type: 3 };
  if ("float" in value) return { f: value.float, type: 1 };
  if ("floats" in value) return { floats: value.floats, type: 6 };
  return { ints: value, type: 7 };
}

function tensorMessage({ name, dims, data }: OnnxInitializer): object {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims, dataType: dataTypeOf(data), rawData };
}

function dataTypeOf(data: OnnxInitializer["data"]): number {
  if (data instanceof Float32Array) return DATA_TYPES.float32;
  if (data instanceof BigInt64Array) return DATA_TYPES.int64;
  if (data instanceof Uint16Array) return FLOAT16;
  return data instanceof Int8Array ? BYTE_TYPES.int8 : BYTE_TYPES.uint8;
}

function valueInfo(name: string, type: TensorType): object {
  const dim = type.dims.map((d) => (typeof d === "number" ? { dimValue: d } : { dimParam: dimText(d) }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type.dtype], shape: { dim } } } };
}
