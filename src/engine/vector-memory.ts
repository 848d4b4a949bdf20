// Long vectors of float32 in one shared memory: worker threads see them as arrays, and vector kernels address them.

import { newMemory, type WasmMemory } from "./wasm-module.ts";

/** WebAssembly hands out memory in pages of this many bytes. */
const PAGE = 65_536;
/** Kernels work on four numbers at a time; every vector starts and ends on such a boundary. */
const LANE_BYTES = 16;

/** One vector: where it starts in the memory, in bytes, and its numbers. */
export interface SharedVector {
  readonly offset: number;
  readonly data: Float32Array;
}

/** Vectors of zeros that live in one memory. */
export interface VectorMemory {
  readonly memory: WasmMemory;
  readonly vectors: readonly SharedVector[];
}

/** Allocates vectors of the given lengths, one after another. */
export function allocateVectors(lengths: readonly number[]): VectorMemory {
  const offsets: number[] = [];
  let end = 0;
  for (const length of lengths) {
    offsets.push(end);
    end += Math.ceil((4 * length) / LANE_BYTES) * LANE_BYTES;
  }
  const pages = Math.max(1, Math.ceil(end / PAGE));
  const memory = newMemory(pages);
  const vectors = lengths.map((length, i): SharedVector => {
    const offset = offsets[i]!;
    return { offset, data: new Float32Array(memory.buffer, offset, length) };
  });
  return { memory, vectors };
}
