// Reads an ONNX file by its wire format alone (field numbers of onnx.proto3), independently of the schema that wrote it.
import protobuf from "protobufjs";

type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

/** One node as stored. */
export interface StoredNode {
  readonly operator: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** What the tests ask of a file. */
export interface StoredModel {
  readonly irVersion: number;
  readonly producer: string;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly nodes: readonly StoredNode[];
  /** Constants by name, with their bytes. */
  readonly initializers: ReadonlyMap<string, Uint8Array>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Decodes an ONNX file. */
export function readOnnx(bytes: Uint8Array): StoredModel {
  const model = fieldsOf(bytes);
  const graph = fieldsOf(messages(model, 7)[0]!);
  return {
    irVersion: number(model, 1),
    producer: text(model, 2),
    opsets: messages(model, 8).map((entry) => ({
      domain: text(fieldsOf(entry), 1),
      version: number(fieldsOf(entry), 2),
    })),
    metadata: Object.fromEntries(
      messages(model, 14).map((entry) => [text(fieldsOf(entry), 1), text(fieldsOf(entry), 2)]),
    ),
    nodes: messages(graph, 1).map(nodeOf),
    initializers: new Map(
      messages(graph, 5).map((tensor) => [text(fieldsOf(tensor), 8), messages(fieldsOf(tensor), 9)[0]!]),
    ),
    inputs: messages(graph, 11).map((input) => text(fieldsOf(input), 1)),
    outputs: messages(graph, 12).map((output) => text(fieldsOf(output), 1)),
  };
}

function nodeOf(bytes: Uint8Array): StoredNode {
  const node = fieldsOf(bytes);
  return {
    operator: text(node, 4),
    domain: text(node, 7),
    inputs: messages(node, 1).map(decoded),
    outputs: messages(node, 2).map(decoded),
  };
}

function fieldsOf(bytes: Uint8Array): Fields {
  const reader = protobuf.Reader.create(bytes);
  const fields = new Map<number, (number | Uint8Array)[]>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const values = fields.get(tag >>> 3) ?? [];
    fields.set(tag >>> 3, values);
    if ((tag & 7) === 0) values.push(Number(reader.int64()));
    else if ((tag & 7) === 2) values.push(reader.bytes());
    else reader.skipType(tag & 7);
  }
  return fields;
}

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const messages = (fields: Fields, id: number): Uint8Array[] => (fields.get(id) ?? []) as Uint8Array[];
const number = (fields: Fields, id: number): number => (fields.get(id)?.[0] ?? 0) as number;
const text = (fields: Fields, id: number): string => {
  const [bytes] = messages(fields, id);
  return bytes === undefined ? "" : decoded(bytes);
};
