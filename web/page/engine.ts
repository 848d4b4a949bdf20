// What can compute in this browser, and what shall: WebGPU, WebAssembly with threads, WebAssembly without.
import type { RuntimeForm } from "./site.ts";

/** What a person can choose. */
export type EngineChoice = "auto" | "webgpu" | "threads" | "wasm";

/** What this browser offers. */
export interface Abilities {
  /** Whether there is a WebGPU adapter at all; one computed by software is not chosen by itself. */
  readonly webgpu: "none" | "software" | "hardware";
  /** Of the adapter, for a person. */
  readonly adapter: string;
  /** JavaScript Promise Integration, which the smaller runtime with WebGPU needs. */
  readonly jspi: boolean;
  /** Shared memory between threads: only in pages that are isolated from other origins. */
  readonly threads: number;
}

/** A way to compute. */
export interface EnginePlan {
  readonly form: RuntimeForm;
  readonly provider: "webgpu" | "wasm";
  readonly threads: number;
}

/** More threads than this gain nothing on pieces of tissue. */
const MOST_THREADS = 8;

/** Asks the browser what it can do. */
export async function findAbilities(): Promise<Abilities> {
  const adapter = await requestAdapter();
  const threads = globalThis.crossOriginIsolated ? Math.max(1, navigator.hardwareConcurrency) : 1;
  return {
    webgpu: adapter === null ? "none" : isSoftware(adapter) ? "software" : "hardware",
    adapter: adapter === null ? "" : nameOf(adapter),
    jspi: "Suspending" in WebAssembly,
    threads: Math.min(MOST_THREADS, threads),
  };
}

/** The choices that make sense here, the best first. */
export function possibleChoices({ webgpu, threads }: Abilities): readonly EngineChoice[] {
  return [
    "auto",
    ...(webgpu === "none" ? [] : (["webgpu"] as const)),
    ...(threads > 1 ? (["threads"] as const) : []),
    "wasm",
  ];
}

/** The plan for a choice. */
export function planEngine(choice: EngineChoice, abilities: Abilities): EnginePlan {
  const { webgpu, jspi, threads } = abilities;
  const gpu = choice === "webgpu" || (choice === "auto" && webgpu === "hardware");
  if (gpu && webgpu !== "none") return { form: jspi ? "jspi" : "asyncify", provider: "webgpu", threads };
  return { form: "plain", provider: "wasm", threads: choice === "wasm" ? 1 : threads };
}

/** The part of WebGPU that is asked here; TypeScript's own library does not know it. */
interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}
interface Adapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: AdapterInfo;
}

async function requestAdapter(): Promise<Adapter | null> {
  const { gpu } = navigator as unknown as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  try {
    return (await gpu?.requestAdapter()) ?? null;
  } catch {
    return null;
  }
}

function isSoftware(adapter: Adapter): boolean {
  const stated = adapter.info?.isFallbackAdapter === true || adapter.isFallbackAdapter === true;
  return stated || /swiftshader|llvmpipe|software|basic render/i.test(nameOf(adapter));
}

function nameOf({ info }: Adapter): string {
  return [info?.vendor, info?.architecture, info?.description].filter(Boolean).join(" ");
}
