// The worker in which the network computes, apart from the one that reads slides: a forward pass blocks its thread.
// It is told once what to open, says what it made of that, and then answers images through a port.
import { fail } from "../../src/base/index.ts";
import type { RgbImage } from "../../src/pixels/index.ts";
import { answerCalls } from "./calls.ts";
import type { EnginePlan } from "./engine.ts";
import { loadRuntime, OpenModel } from "./runtime.ts";
import { compareEngines, type SelfCheck, TOLERANCE } from "./self-check.ts";
import { fetchModel, type ModelFile, type RuntimeFacts } from "./site.ts";

/** What is opened. */
export interface OpenRequest {
  readonly plan: EnginePlan;
  /** Whether WebGPU is to be left when it is slower than WebAssembly. */
  readonly fastest: boolean;
  readonly model: ModelFile;
  readonly runtime: RuntimeFacts;
  /** The page's address, without its file name. */
  readonly base: string;
  /** Where images come from. */
  readonly port: MessagePort;
}

/** What was opened. */
export interface OpenReply {
  /** What computes. */
  readonly provider: "webgpu" | "wasm";
  readonly threads: number;
  /** For records: "onnxruntime-web 1.30.0, WebAssembly, 2 threads". */
  readonly engine: string;
  /** Whether the model's hash could be checked. */
  readonly checked: boolean;
  readonly check: SelfCheck | null;
  /** Why it is not what was wanted; "" where it is. */
  readonly note: string;
}

answerCalls(self as never, { open: async (request: OpenRequest) => ({ value: await open(request) }) });

async function open(request: OpenRequest): Promise<OpenReply> {
  const { plan, model, runtime: facts, base } = request;
  const [runtime, { bytes, checked }] = await Promise.all([
    loadRuntime(plan, facts, base),
    fetchModel(model, base),
  ]);
  const { network, provider, check, note } = await chooseModel(runtime, bytes, request);
  serve(network, model.facts.classes.length, request.port);
  const how = provider === "webgpu" ? "WebGPU" : `WebAssembly, ${threadsOf(plan.threads)}`;
  const engine = `onnxruntime-web ${facts.version}, ${how}`;
  return { provider, threads: plan.threads, engine, checked, check, note };
}

const threadsOf = (threads: number) => (threads === 1 ? "1 thread" : `${threads} threads`);

interface Chosen {
  readonly network: OpenModel;
  readonly provider: "webgpu" | "wasm";
  readonly check: SelfCheck | null;
  readonly note: string;
}

/** WebGPU only where it runs and gives WebAssembly's answers. */
async function chooseModel(
  runtime: Parameters<typeof OpenModel.open>[0],
  bytes: Uint8Array,
  { plan, model, fastest }: OpenRequest,
): Promise<Chosen> {
  const wasm = await OpenModel.open(runtime, bytes, "wasm");
  if (plan.provider === "wasm") return { network: wasm, provider: "wasm", check: null, note: "" };
  const instead = (note: string, check: SelfCheck | null): Chosen => ({
    network: wasm,
    provider: "wasm",
    check,
    note: `WebGPU is not used: ${note}.`,
  });
  try {
    const webgpu = await OpenModel.open(runtime, bytes, "webgpu");
    const check = await compareEngines(webgpu, wasm, model.facts.classes.length);
    const refusal = refusalOf(check, fastest);
    if (refusal === null) {
      await wasm.close();
      return { network: webgpu, provider: "webgpu", check, note: "" };
    }
    await webgpu.close();
    return instead(refusal, check);
  } catch (error) {
    return instead(`it failed here (${error instanceof Error ? error.message : String(error)})`, null);
  }
}

function refusalOf({ difference, webgpuSeconds, wasmSeconds }: SelfCheck, fastest: boolean): string | null {
  if (!(difference <= TOLERANCE))
    return `its probabilities differ from WebAssembly's by ${difference.toPrecision(2)} on a picture of the page's own`;
  const times = `${webgpuSeconds.toFixed(2)} s against ${wasmSeconds.toFixed(2)} s for a small picture`;
  return fastest && webgpuSeconds > wasmSeconds ? `it is slower here than WebAssembly (${times})` : null;
}

/** Answers images, one batch after the other. */
function serve(network: OpenModel, classes: number, port: MessagePort): void {
  let last: Promise<unknown> = Promise.resolve();
  answerCalls(port, {
    run: (images: readonly RgbImage[]) => {
      const turn = last.then(() => network.run(images, classes));
      last = turn.catch(() => undefined);
      return turn.then(
        (value) => ({ value }),
        (error: unknown) => {
          throw tooLarge(images, error);
        },
      );
    },
  });
  port.start();
}

function tooLarge(images: readonly RgbImage[], error: unknown): Error {
  const { width, height } = images[0]!;
  return fail("out-of-memory", {
    where: `an image of ${width} x ${height} px`,
    expected: "one that the network can compute in this browser",
    got: `a failure of the runtime (${String(error instanceof Error ? error.message : error).slice(0, 200)})`,
    fix: "Use the command line for slides with pieces this large.",
    cause: error,
  });
}
