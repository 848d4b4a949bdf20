// Calls between the page and its workers, over any message port: one answer per call, reports of progress on the way, and
// a call can be given up. Errors arrive as errors, with their code.
import { isLowmagError } from "../../src/base/index.ts";

/** An error that crossed a port: the sentence for a person, and lowmag's code where it was lowmag's. */
export class RemoteError extends Error {
  constructor(
    message: string,
    readonly code: string | null,
  ) {
    super(message);
    this.name = "RemoteError";
  }
}

/** What a handler is given beside its argument. */
export interface CallContext {
  readonly signal: AbortSignal;
  /** Reports progress to the caller. */
  report(progress: unknown): void;
}

/** An answer with what is handed over instead of copied. */
export interface Answer {
  readonly value: unknown;
  readonly transfer?: Transferable[];
}

/** One thing that a worker can be asked. */
export type Handler = (argument: never, context: CallContext) => Promise<Answer> | Answer;

/** How a call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: unknown) => void) | undefined;
  readonly transfer?: Transferable[];
}

/** The far end of a port. */
export type Caller = <T>(name: string, argument: unknown, options?: CallOptions) => Promise<T>;

interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

type ToServer =
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: "abort"; readonly id: number };
type ToCaller =
  | { readonly kind: "progress"; readonly id: number; readonly progress: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly message: string; readonly code: string | null };

/** Answers the calls that come through a port. */
export function answerCalls(port: Port, handlers: Readonly<Record<string, Handler>>): void {
  const controls = new Map<number, AbortController>();
  const send = (message: ToCaller, transfer: Transferable[] = []) => port.postMessage(message, transfer);
  const answer = async (id: number, name: string, argument: unknown): Promise<void> => {
    const control = new AbortController();
    controls.set(id, control);
    try {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`There is no "${name}" to call.`);
      const report = (progress: unknown) => send({ kind: "progress", id, progress });
      const { value, transfer } = await handler(argument as never, { signal: control.signal, report });
      send({ kind: "answer", id, value }, transfer);
    } catch (error) {
      send({ kind: "error", id, message: sentenceOf(error), code: codeOf(error) });
    } finally {
      controls.delete(id);
    }
  };
  port.addEventListener("message", ({ data }: MessageEvent<ToServer>) => {
    if (data.kind === "abort") controls.get(data.id)?.abort();
    else if (data.kind === "call") void answer(data.id, data.name, data.argument);
  });
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly onProgress: CallOptions["onProgress"];
}

/** Makes calls through a port. A port has one caller. */
export function callerOf(port: Port): Caller {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  port.addEventListener("message", ({ data }: MessageEvent<ToCaller>) => {
    const call = waiting.get(data.id);
    if (call === undefined) return;
    if (data.kind === "progress") return call.onProgress?.(data.progress);
    waiting.delete(data.id);
    if (data.kind === "answer") call.resolve(data.value);
    else call.reject(new RemoteError(data.message, data.code));
  });
  return <T>(name: string, argument: unknown, options: CallOptions = {}) => {
    const { signal, onProgress, transfer = [] } = options;
    const id = ++last;
    const abort = () => port.postMessage({ kind: "abort", id } satisfies ToServer, []);
    const answer = new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject, onProgress });
      port.postMessage({ kind: "call", id, name, argument } satisfies ToServer, transfer);
      if (signal?.aborted === true) abort();
      else signal?.addEventListener("abort", abort);
    });
    return answer.finally(() => signal?.removeEventListener("abort", abort)) as Promise<T>;
  };
}

/** What is said of an error in a page: advice that names options of the command line is left out. */
export function sentenceOf(error: unknown): string {
  if (!isLowmagError(error)) return error instanceof Error ? error.message : String(error);
  const { where, expected, got, fix } = error;
  const advice = fix === "" || /--|`lowmag|npm |OpenSlide/.test(fix) ? "" : ` ${fix}`;
  return `${where}: expected ${expected}, got ${got}.${advice}`;
}

function codeOf(error: unknown): string | null {
  if (isLowmagError(error)) return error.code;
  return error instanceof RemoteError ? error.code : null;
}
