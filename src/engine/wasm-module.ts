// Writes a WebAssembly module with one function over an imported memory: just the instructions that vector kernels need.
// Numbers are those of the WebAssembly core specification 2.0, section 5 (binary format).

/** The part of the WebAssembly interface that is used here; the compiler's own description of it comes with a browser's. */
interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, WasmMemory>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** A memory that threads share. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface };

/** Value types. */
export const I32 = 0x7f;
export const F32 = 0x7d;
const V128 = 0x7b;

/** Names of the function, and of the import and its module. */
const KERNEL = "kernel";
const MEMORY = "memory";

/** The largest number of pages a 32-bit memory can have; any shared memory of fewer may be imported. */
const MAXIMUM_PAGES = 65_536;

/** An unsigned number in the variable-length form of the format (LEB128). */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsigned(content.length),
  ...content,
];
const text = (value: string): number[] => {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
};
const vector128 = (opcode: number): readonly number[] => [0xfd, ...unsigned(opcode)];
/** Alignment of 2^4 bytes, no constant offset. */
const LANE = [4, 0];

/** Instructions, by name. */
export const code = {
  get: (local: number): number[] => [0x20, ...unsigned(local)],
  set: (local: number): number[] => [0x21, ...unsigned(local)],
  tee: (local: number): number[] => [0x22, ...unsigned(local)],
  int: (value: number): number[] => [0x41, value],
  float: (value: number): number[] => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  addInt: [0x6a],
  lessUnsigned: [0x49],
  loop: [0x03, 0x40],
  branchIf: [0x0d, 0],
  end: [0x0b],
  load: [...vector128(0), ...LANE],
  store: [...vector128(11), ...LANE],
  splat: vector128(0x13),
  abs: vector128(0xe0),
  neg: vector128(0xe1),
  sqrt: vector128(0xe3),
  add: vector128(0xe4),
  sub: vector128(0xe5),
  mul: vector128(0xe6),
  div: vector128(0xe7),
} as const;

/** A function: types of its parameters, how many further locals of each kind, its instructions. */
export interface WasmFunction {
  readonly parameters: readonly number[];
  readonly intLocals: number;
  readonly vectorLocals: number;
  readonly body: readonly number[];
}

/** A new memory of zeros, in pages of 65,536 bytes. */
export function newMemory(pages: number): WasmMemory {
  return new wasm.Memory({ initial: pages, maximum: pages, shared: true });
}

/** Compiles a function and gives it the memory. */
export function instantiate(definition: WasmFunction, memory: WasmMemory): (...values: number[]) => void {
  const module = new wasm.Module(encodeModule(definition));
  const { exports } = new wasm.Instance(module, { [MEMORY]: { [MEMORY]: memory } });
  return exports[KERNEL] as (...values: number[]) => void;
}

/** The bytes of the module that imports a shared memory and exports the function. */
function encodeModule({ parameters, intLocals, vectorLocals, body }: WasmFunction): Uint8Array {
  const locals = [2, ...unsigned(intLocals), I32, ...unsigned(vectorLocals), V128];
  const definition = [...locals, ...body, ...code.end];
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...unsigned(parameters.length), ...parameters, 0]),
    ...section(2, [1, ...text(MEMORY), ...text(MEMORY), 2, 3, 1, ...unsigned(MAXIMUM_PAGES)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text(KERNEL), 0, 0]),
    ...section(10, [1, ...unsigned(definition.length), ...definition]),
  );
}
