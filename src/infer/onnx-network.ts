// A network from an exported ONNX file instead of a run folder. The file may come from anywhere: what it says of itself is
// checked, and that it does what it says is tried, before a slide is read.
import { readFile, stat } from "node:fs/promises";
import { fail, isLowmagError } from "../base/index.ts";
import type { ModelFacts, SlideNetwork } from "../classify/index.ts";
import { parseRememberedRules } from "../cutting/index.ts";
import type { SessionOptions } from "../engine/index.ts";
import { describeOnnx } from "../graph/index.ts";
import { hashBytes } from "../machine/index.ts";
import { architectureNames } from "../models/index.ts";
import { ONNX_FORMAT } from "./onnx-metadata.ts";
import { networkOf } from "./slide-network.ts";

/** The largest network by name (ResNet-34) has 85 MB. */
const MAX_BYTES = 256 * 2 ** 20;
const MAX_CLASSES = 1000;
const MAX_NAME = 200;
const OUTPUTS = ["probabilities", "logits", "featureMap", "classActivation"];
/** Resolutions that a tissue image can have, in µm per pixel. */
const MPP = { least: 0.05, most: 1000 };

/**
 * Opens a file that `lowmag export` wrote, float32 or int8, as the network that slides are classified with.
 *
 * @param how threads inside operators (default 1), and what runs it (default the CPU).
 * @throws LowmagError `not-found`; `corrupt-data` for what is no such file, says what cannot be, or computes other than it
 *   says; `engine-failure` if ONNX Runtime refuses the graph.
 */
export async function openOnnxNetwork(path: string, how: SessionOptions = {}): Promise<SlideNetwork> {
  const bytes = await readBounded(path);
  const network = await networkOf(bytes, onnxFacts(bytes, path), how);
  try {
    await tryOut(network, path);
  } catch (error) {
    await network.close();
    throw error;
  }
  return network;
}

/**
 * What the file says of its model; see {@link onnxFacts}.
 *
 * @throws LowmagError `not-found`, `corrupt-data`.
 */
export async function readOnnxFacts(path: string): Promise<ModelFacts> {
  return onnxFacts(await readBounded(path), path);
}

/**
 * What an exported file says of its model. A file in 8 bits answers a little otherwise than the weights it was made from,
 * so it is a model of its own: its precision stands in the name, and the hash is the file's.
 *
 * @param where the file, for messages.
 * @throws LowmagError `corrupt-data` naming what is missing or cannot be.
 */
export function onnxFacts(bytes: Uint8Array, where: string): ModelFacts {
  const { metadata, inputs, outputs } = describeOnnx(bytes, where);
  const said = (key: string): string => metadata.get(key) ?? "";
  demand(said("format") === ONNX_FORMAT, where, `the format ${ONNX_FORMAT}`, said("format"));
  demand(inputs.join() === "image", where, "one input, `image`", inputs.join());
  demand(outputs.join() === OUTPUTS.join(), where, `the outputs ${OUTPUTS.join(", ")}`, outputs.join());
  const mpp = Number(said("micronsPerPixel"));
  demand(mpp >= MPP.least && mpp <= MPP.most, where, "micronsPerPixel", said("micronsPerPixel"));
  const rules = metadata.get("rules");
  return {
    ...identityIn(said, bytes, where),
    classes: classesIn(said("classes"), where),
    mpp,
    rules: rules === undefined ? null : parseRememberedRules(parsed(rules, where, "rules"), where),
  };
}

/** Which model it is. */
function identityIn(
  said: (key: string) => string,
  bytes: Uint8Array,
  where: string,
): Pick<ModelFacts, "name" | "architecture" | "hash"> {
  const [name, hash, precision] = [said("name"), said("modelHash"), said("precision")];
  demand(isName(name), where, "name", name);
  demand(/^[0-9a-f]{64}$/.test(hash), where, "modelHash, a SHA-256", hash);
  const architecture = architectureNames.find((known) => known === said("architecture"));
  if (architecture === undefined) throw refusal(where, "a known architecture", said("architecture"));
  demand(["", "float32", "int8", "int8-full"].includes(precision), where, "a known precision", precision);
  if (precision === "" || precision === "float32") return { name, architecture, hash };
  return { name: `${name} (${precision})`, architecture, hash: hashBytes(bytes) };
}

function classesIn(text: string, where: string): readonly string[] {
  const classes = parsed(text, where, "classes");
  const fits =
    Array.isArray(classes) &&
    classes.length >= 1 &&
    classes.length <= MAX_CLASSES &&
    classes.every(isName) &&
    new Set(classes).size === classes.length;
  demand(fits, where, "classes, a list of different names", text);
  return classes as string[];
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_NAME && !/\p{Cc}/u.test(value);
}

function parsed(text: string, where: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(where, `${key} as JSON`, text);
  }
}

async function readBounded(path: string): Promise<Uint8Array> {
  const kind = await stat(path).catch((cause: unknown) => {
    throw fail("not-found", { where: path, expected: "an ONNX file", got: "nothing there", cause });
  });
  demand(kind.isFile(), path, "an ONNX file", kind.isDirectory() ? "a folder" : "no file");
  demand(kind.size <= MAX_BYTES, path, `at most ${MAX_BYTES / 2 ** 20} MB`, `${kind.size} bytes`);
  return readFile(path);
}

/** One small image must give as many probabilities as there are classes, and a place for it. */
async function tryOut(network: SlideNetwork, where: string): Promise<void> {
  const side = 33;
  const white = { width: side, height: side, data: new Uint8Array(3 * side * side).fill(255) };
  const classes = network.model.classes.length;
  const [answer] = await network.run([white]).catch((error: unknown) => {
    if (!isLowmagError(error)) throw error;
    throw refusal(where, "a network that answers", error.message);
  });
  const { probabilities, logits, places, rows, columns } = answer!;
  const sum = probabilities.reduce((total, value) => total + value, 0);
  const fits =
    Math.abs(sum - 1) < 1e-4 &&
    rows === 2 &&
    columns === 2 &&
    [probabilities, logits].every((values) => values.length === classes) &&
    places.length === 4 * classes;
  demand(
    fits,
    where,
    `probabilities of ${classes} classes at 2 x 2 places`,
    `${probabilities.length} numbers that sum to ${sum}, at ${columns} x ${rows}`,
  );
}

function demand(fits: boolean, where: string, expected: string, got: string): void {
  if (!fits) throw refusal(where, expected, got);
}

function refusal(where: string, expected: string, got: string): Error {
  return fail("corrupt-data", {
    where,
    expected,
    got: got === "" ? "none" : `\`${got.slice(0, 100)}\``,
    fix: "Export the model again with `lowmag export`.",
  });
}
