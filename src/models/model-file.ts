// A trained model as one safetensors file: weights under PyTorch's names, and in the file's metadata everything needed
// to use them (architecture, classes, µm/px, standardisation). A plain PyTorch state dict can be loaded as weights too.
import { readFile } from "node:fs/promises";
import { fail } from "../base/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import type { ModelState } from "../nn/index.ts";
import { type ArchitectureName, architectureName, parameterSpecs } from "./architectures.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** What a network must be told to be used. */
export interface ModelDescription {
  readonly architecture: ArchitectureName;
  /** In the order of the logits. */
  readonly classes: readonly string[];
  /** µm per pixel of the images it was trained on. */
  readonly mpp: number;
  /** Mean and standard deviation per channel of the training pixels scaled to 0..1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** A trained model. */
export interface Model {
  readonly description: ModelDescription;
  readonly state: ModelState;
}

const FORMAT = "lowmag-model-1";

/** PyTorch counts batches in batch normalisation; nothing here uses the count. */
const IGNORED = /(^|\.)num_batches_tracked$/;

/** Writes a model atomically. The bytes depend on nothing but the model. */
export async function saveModel(path: string, { description, state }: Model): Promise<void> {
  const metadata = { format: FORMAT, model: JSON.stringify(description) };
  await writeFileAtomically(path, encodeSafetensors(state, metadata));
}

/**
 * Reads a model written by `saveModel`.
 * @throws LowmagError `not-found`, `corrupt-data` (truncated, not safetensors), `checkpoint-mismatch` (weights that do
 *   not fit the architecture the file names).
 */
export async function loadModel(path: string): Promise<Model> {
  const { tensors, metadata } = decodeSafetensors(await readModelFile(path), path);
  const described = metadata.model;
  if (metadata.format !== FORMAT || described === undefined)
    throw fail("corrupt-data", {
      where: path,
      expected: `a lowmag model (${FORMAT})`,
      got: "a safetensors file without its description",
      fix: "A bare state dict can be given as starting weights (`--weights`), not as a model.",
    });
  const description = parseDescription(described, path);
  return {
    description,
    state: fittingState(tensors, description.architecture, description.classes.length, path),
  };
}

/**
 * Reads weights under PyTorch's parameter names, for an architecture and number of classes.
 * @throws LowmagError `checkpoint-mismatch` naming what is missing, superfluous or of other dims.
 */
export async function loadWeights(
  path: string,
  architecture: ArchitectureName,
  classes: number,
): Promise<ModelState> {
  const { tensors } = decodeSafetensors(await readModelFile(path), path);
  return fittingState(tensors, architecture, classes, path);
}

async function readModelFile(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw fail("not-found", {
      where: path,
      expected: "a model file",
      got: error.code ?? "an error",
      cause: error,
    });
  });
}

function parseDescription(text: string, where: string): ModelDescription {
  const triple = (value: unknown): value is [number, number, number] =>
    Array.isArray(value) && value.length === 3 && value.every((number) => Number.isFinite(number));
  try {
    const { architecture, classes, mpp, mean, std } = JSON.parse(text) as Record<string, unknown>;
    const named =
      Array.isArray(classes) && classes.length > 0 && classes.every((name) => typeof name === "string");
    if (
      typeof architecture === "string" &&
      named &&
      typeof mpp === "number" &&
      mpp > 0 &&
      triple(mean) &&
      triple(std)
    )
      return { architecture: architectureName(architecture), classes, mpp, mean, std };
  } catch (error) {
    throw fail("corrupt-data", {
      where,
      expected: "a readable model description",
      got: String(error),
      cause: error,
    });
  }
  throw fail("corrupt-data", {
    where,
    expected: "architecture, classes, mpp, mean and std in the description",
    got: text.slice(0, 200),
  });
}

function fittingState(
  tensors: ModelState,
  architecture: ArchitectureName,
  classes: number,
  where: string,
): ModelState {
  const specs = parameterSpecs(architecture, classes);
  const known = new Set(specs.map(({ name }) => name));
  const problems = specs.flatMap(({ name, dims }) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) return [`no \`${name}\``];
    return tensor.dims.join() === dims.join()
      ? []
      : [`\`${name}\` as [${tensor.dims.join(", ")}], not [${dims.join(", ")}]`];
  });
  for (const name of tensors.keys())
    if (!known.has(name) && !IGNORED.test(name)) problems.push(`an unknown \`${name}\``);
  if (problems.length > 0)
    throw fail("checkpoint-mismatch", {
      where,
      expected: `the weights of ${architecture} with ${classes} classes`,
      got:
        problems.slice(0, 3).join(", ") +
        (problems.length > 3 ? ` and ${problems.length - 3} more differences` : ""),
      fix: "Choose the architecture that the weights were trained with (`--architecture`).",
    });
  return new Map(specs.map(({ name, dims }) => [name, { dims, data: tensors.get(name)!.data }]));
}
