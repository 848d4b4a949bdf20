// Reads what an ONNX file says of itself and refuses any that lowmag cannot have written, before a runtime is given it: the
// file may come from anywhere. Only the wire format is walked (field numbers of onnx.proto3); weights are not touched.
import protobuf from "protobufjs";
import { fail } from "../base/index.ts";

/** What a file says of itself. */
export interface OnnxDescription {
  readonly metadata: ReadonlyMap<string, string>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

const LIMITS = { nodes: 20_000, values: 100, metadata: 200, metadataBytes: 1 << 20 };

/** The standard operators that exported networks are made of. */
const OPERATORS = new Set([
  "Add",
  "BatchNormalization",
  "Cast",
  "Conv",
  "DequantizeLinear",
  "Div",
  "Identity",
  "InstanceNormalization",
  "MatMul",
  "MaxPool",
  "Mul",
  "QuantizeLinear",
  "ReduceMean",
  "Relu",
  "Reshape",
  "Shape",
  "Softmax",
  "Sub",
  "Transpose",
]);

/**
 * Describes an exported network.
 *
 * @param where the file, for messages.
 * @throws LowmagError `corrupt-data` for what is no ONNX file, or one with operators, functions, nested graphs or external
 *   data that no export of lowmag holds.
 */
export function describeOnnx(bytes: Uint8Array, where: string): OnnxDescription {
  const model = fieldsOf(bytes, where);
  const graphs = parts(model, 7);
  refuseIf(graphs.length !== 1, where, `${graphs.length} graphs`);
  refuseIf(model.has(20) || model.has(25), where, "training information or functions");
  const graph = fieldsOf(graphs[0]!, where);
  refuseIf(graph.has(15), where, "sparse tensors");
  const nodes = parts(graph, 1);
  refuseIf(nodes.length > LIMITS.nodes, where, `${nodes.length} nodes`);
  for (const node of nodes) checkNode(node, where);
  for (const tensor of parts(graph, 5)) {
    const fields = fieldsOf(tensor, where);
    refuseIf(fields.has(13) || fields.has(14), where, "weights in another file");
  }
  return {
    metadata: metadataOf(parts(model, 14), where),
    inputs: namesOf(parts(graph, 11), where),
    outputs: namesOf(parts(graph, 12), where),
  };
}

function checkNode(bytes: Uint8Array, where: string): void {
  const node = fieldsOf(bytes, where);
  const operator = text(node, 4);
  refuseIf(!OPERATORS.has(operator), where, `the operator \`${operator.slice(0, 40)}\``);
  refuseIf(text(node, 7) !== "", where, "an operator of another domain");
  for (const attribute of parts(node, 5)) {
    const fields = fieldsOf(attribute, where);
    refuseIf(
      [5, 6, 10, 11].some((id) => fields.has(id)),
      where,
      "a graph or a tensor in an attribute",
    );
  }
}

function metadataOf(entries: readonly Uint8Array[], where: string): ReadonlyMap<string, string> {
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  const tooMuch = entries.length > LIMITS.metadata || size > LIMITS.metadataBytes;
  refuseIf(tooMuch, where, `${entries.length} entries of metadata in ${size} bytes`);
  return new Map(
    entries.map((entry) => {
      const fields = fieldsOf(entry, where);
      return [text(fields, 1), text(fields, 2)];
    }),
  );
}

function namesOf(values: readonly Uint8Array[], where: string): readonly string[] {
  refuseIf(values.length > LIMITS.values, where, `${values.length} inputs or outputs`);
  return values.map((value) => text(fieldsOf(value, where), 1));
}

function fieldsOf(bytes: Uint8Array, where: string): Fields {
  const reader = protobuf.Reader.create(bytes);
  const fields = new Map<number, (number | Uint8Array)[]>();
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      const values = fields.get(tag >>> 3) ?? [];
      fields.set(tag >>> 3, values);
      if ((tag & 7) === 0) values.push(Number(reader.uint64()));
      else if ((tag & 7) === 2) values.push(reader.bytes());
      else {
        // Only floats (32 bit) and doubles (64 bit) remain; groups do not occur and could be nested without end.
        if ((tag & 7) !== 1 && (tag & 7) !== 5) throw new RangeError(`wire type ${tag & 7}`);
        reader.skipType(tag & 7);
      }
    }
  } catch (error) {
    throw refusal(where, "bytes that are no ONNX file", error);
  }
  return fields;
}

const parts = (fields: Fields, id: number): Uint8Array[] =>
  (fields.get(id) ?? []).filter((value) => typeof value !== "number");
const text = (fields: Fields, id: number): string => {
  const bytes = parts(fields, id).at(-1);
  return bytes === undefined ? "" : new TextDecoder().decode(bytes);
};

function refuseIf(refused: boolean, where: string, got: string): void {
  if (refused) throw refusal(where, got);
}

function refusal(where: string, got: string, cause?: unknown): Error {
  return fail("corrupt-data", {
    where,
    expected: "an ONNX file that `lowmag export` wrote",
    got,
    fix: "Export the model again.",
    ...(cause === undefined ? {} : { cause }),
  });
}
