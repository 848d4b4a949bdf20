// The only door to ONNX Runtime: load a graph's bytes, run it, free it. Models come from lowmag's own graph room or from
// files; either way no external data file is ever followed, since only bytes in memory are handed over.
import * as ort from "onnxruntime-node";
import { fail } from "../base/index.ts";
import type { Device } from "./device.ts";
import { requireFilled, type Tensor } from "./tensor.ts";

/** How a session runs. */
export interface SessionOptions {
  /** Threads inside operators, default 1: images in parallel on worker threads scale better than ONNX Runtime's own. */
  readonly threads?: number;
  /** Where it runs; what goes in and comes out is on the CPU all the same. Default: the CPU. */
  readonly device?: Device;
  /** Path prefix of a JSON profile that ONNX Runtime writes when the session is released. */
  readonly profile?: string;
}

/** A graph ready to run, by default on the CPU. `run` computes on the calling thread. */
export class Session {
  readonly #session: ort.InferenceSession;
  readonly #profiled: boolean;

  private constructor(session: ort.InferenceSession, profiled: boolean) {
    this.#session = session;
    this.#profiled = profiled;
  }

  /**
   * Loads the bytes of an ONNX file.
   * @throws LowmagError `engine-failure` if ONNX Runtime refuses it.
   */
  static async create(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    try {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: [options.device ?? "cpu"],
        intraOpNumThreads: options.threads ?? 1,
        interOpNumThreads: 1,
        graphOptimizationLevel: "all",
        // Sizes differ from image to image, and the planned arena nearly doubles the peak of a training step.
        enableMemPattern: false,
        logSeverityLevel: 3,
        ...(options.profile === undefined
          ? {}
          : { enableProfiling: true, profileFilePrefix: options.profile }),
      });
      return new Session(session, options.profile !== undefined);
    } catch (error) {
      throw engineError("loading a graph", error);
    }
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  /**
   * Runs the graph once. The feeds are only read; the returned tensors belong to the caller.
   * @param wanted names of the outputs to compute (all by default).
   * @throws LowmagError `invalid-argument` for a missing feed, `shape-mismatch` for one whose numbers do not fill its
   *   dims, `engine-failure` or `out-of-memory` if ONNX Runtime gives up.
   */
  async run(
    feeds: Readonly<Record<string, Tensor>>,
    wanted?: readonly string[],
  ): Promise<Record<string, Tensor>> {
    const tensors: Record<string, ort.Tensor> = {};
    for (const name of this.inputNames) {
      const feed = feeds[name];
      if (feed === undefined)
        throw fail("invalid-argument", {
          where: "Session.run",
          expected: `a tensor for input \`${name}\``,
          got: "none",
        });
      requireFilled(name, feed);
      tensors[name] = toOrt(feed);
    }
    try {
      const results = await (wanted === undefined
        ? this.#session.run(tensors)
        : this.#session.run(tensors, [...wanted]));
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromOrt(value)]));
    } catch (error) {
      throw engineError("running a graph", error);
    }
  }

  /** Frees the session's memory. */
  async release(): Promise<void> {
    if (this.#profiled) this.#session.endProfiling();
    await this.#session.release();
  }
}

/** ONNX Runtime's version, and the devices whose part of it came along with its package. */
export function runtimeInfo(): { version: string; backends: string[] } {
  return {
    version: ort.env.versions.node ?? ort.env.versions.common,
    backends: ort
      .listSupportedBackends()
      .filter(({ bundled }) => bundled)
      .map(({ name }) => name),
  };
}

function toOrt({ data, dims }: Tensor): ort.Tensor {
  return data instanceof Float32Array
    ? new ort.Tensor("float32", data, dims)
    : new ort.Tensor("int64", data, dims);
}

function fromOrt(tensor: ort.Tensor): Tensor {
  return { dims: tensor.dims, data: tensor.data as Float32Array | BigInt64Array };
}

/** What ONNX Runtime threw, as a LowmagError. */
export function engineError(doing: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  if (/allocate memory|bad_alloc|out of memory/i.test(reason))
    return fail("out-of-memory", {
      where: `ONNX Runtime, ${doing}`,
      expected: "enough memory",
      got: reason,
      fix: "Use a coarser µm/px, fewer workers (`--workers`) or smaller micro-batches.",
      cause: error,
    });
  return fail("engine-failure", {
    where: `ONNX Runtime, ${doing}`,
    expected: "success",
    got: reason,
    cause: error,
  });
}
