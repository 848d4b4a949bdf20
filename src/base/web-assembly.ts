// The part of WebAssembly that lowmag uses, in words: types without a browser's do not declare it.

/** A compiled module, a `WebAssembly.Module`. */
export type WasmModule = object;

interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports?: Readonly<Record<string, Readonly<Record<string, (...values: number[]) => void>>>>,
  ) => { readonly exports: unknown };
}

/** `WebAssembly`, in Node and in browsers. */
export function webAssembly(): WebAssemblyApi {
  return (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
}
