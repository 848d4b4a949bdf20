// The door to ONNX Runtime in the browser: loads the form that is wanted from the site's own files, and opens the model.
import type { InferenceSession, Tensor } from "onnxruntime-web";
import { ANSWER_OUTPUTS, type NetworkAnswer, networkAnswers } from "../../src/classify/index.ts";
import { type RgbImage, writePlanes } from "../../src/pixels/index.ts";
import type { EnginePlan } from "./engine.ts";
import { addressOf, fetchUnpacked, type RuntimeFacts } from "./site.ts";

/** The part of ONNX Runtime that is used. */
export interface OnnxRuntime {
  readonly env: {
    readonly versions: { readonly web?: string };
    readonly wasm: { wasmBinary?: ArrayBuffer | Uint8Array; wasmPaths?: unknown; numThreads?: number };
    logLevel?: string;
  };
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
}

/** Loads ONNX Runtime; one worker loads one form once. Nothing is fetched but the site's own files. */
export async function loadRuntime(
  { form, threads }: EnginePlan,
  facts: RuntimeFacts,
  base: string,
): Promise<OnnxRuntime> {
  const file = (name: string) => `${facts.folder}/${form}${name}`;
  const [runtime, binary] = await Promise.all([
    import(/* @vite-ignore */ addressOf(file(".js"), base)) as Promise<OnnxRuntime>,
    fetchUnpacked(file(".wasm.gz"), base),
  ]);
  runtime.env.logLevel = "error";
  runtime.env.wasm.wasmBinary = binary.buffer;
  runtime.env.wasm.wasmPaths = { mjs: addressOf(file("-start.js"), base) };
  runtime.env.wasm.numThreads = threads;
  return runtime;
}

/** A model opened by ONNX Runtime. */
export class OpenModel {
  private constructor(
    readonly runtime: OnnxRuntime,
    readonly session: InferenceSession,
  ) {}

  static async open(
    runtime: OnnxRuntime,
    model: Uint8Array,
    provider: "webgpu" | "wasm",
  ): Promise<OpenModel> {
    const session = await runtime.InferenceSession.create(model, {
      executionProviders: [provider],
      logSeverityLevel: 3,
    });
    return new OpenModel(runtime, session);
  }

  /** Answers for images of one size. */
  async run(images: readonly RgbImage[], classes: number): Promise<NetworkAnswer[]> {
    const [first] = images;
    if (first === undefined) return [];
    const { width, height } = first;
    const length = 3 * width * height;
    const planes = new Float32Array(images.length * length);
    images.forEach((image, i) => {
      writePlanes(image, planes.subarray(i * length, (i + 1) * length));
    });
    const feed = new this.runtime.Tensor("float32", planes, [images.length, 3, height, width]);
    const outputs = await this.session.run({ image: feed }, ANSWER_OUTPUTS);
    return networkAnswers(outputs, images.length, classes);
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
