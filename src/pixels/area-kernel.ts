// The sums of the area filter in WebAssembly (wasm/src/area.c), on one copy of the module per thread: whoever loads pixels
// into it takes all sums of them before anybody else has a turn, since nothing here waits.
import { fail, webAssembly } from "../base/index.ts";
import { AREA_KERNEL } from "./area-kernel-bytes.ts";

/** For each output pixel of a range: the source pixels it covers and how much of the outer two. */
export interface AreaColumns {
  /** First and last source pixel. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Weights of these; the first's alone counts where they are the same pixel. */
  readonly firstWeight: Float64Array;
  readonly lastWeight: Float64Array;
}

/** Rows under an output row, counted from the first row loaded. */
export interface AreaRowSpan {
  readonly first: number;
  readonly last: number;
  readonly firstWeight: number;
  readonly lastWeight: number;
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  sum_rows(
    down: number,
    data: number,
    stride: number,
    count: number,
    rows: number,
    first: number,
    between: number,
    last: number,
  ): void;
  sum_columns(
    out: number,
    down: number,
    first: number,
    last: number,
    firstWeight: number,
    lastWeight: number,
    between: number,
    count: number,
  ): void;
}

const PAGE = 65_536;
/** Loops take eight values at a time and may look this far beyond the last, bytes. */
const MARGIN = 64;
/** A copy whose memory has grown beyond this is not kept, bytes. */
const LARGEST_KEPT = 24 * 2 ** 20;

let shared: Exports | undefined;

/**
 * Hands to `receive` the sums of each row in turn: three per column, to be changed at will and valid until it returns.
 *
 * @param data RGB rows of `width` pixels; `columns` and `rows` lie inside them.
 * @param between the weight of pixels that are covered whole, along columns and rows.
 * @throws LowmagError `out-of-memory`.
 */
export function sumAreas(
  data: Uint8Array,
  width: number,
  columns: AreaColumns,
  rows: Iterable<AreaRowSpan>,
  between: { readonly columns: number; readonly rows: number },
  receive: (sums: Float64Array) => void,
): void {
  const count = columns.first.length;
  const stride = 3 * width;
  const place = new Places();
  const pixels = place.of(data.length);
  const down = place.of(8 * stride);
  const out = place.of(24 * count);
  const spans = [place.of(4 * count), place.of(4 * count), place.of(8 * count), place.of(8 * count)] as const;
  const kernel = take(place.end);
  const memory = kernel.memory.buffer;
  new Uint8Array(memory, pixels).set(data);
  new Int32Array(memory, spans[0]).set(columns.first);
  new Int32Array(memory, spans[1]).set(columns.last);
  new Float64Array(memory, spans[2], count).set(columns.firstWeight);
  new Float64Array(memory, spans[3], count).set(columns.lastWeight);
  const sums = new Float64Array(memory, out, 3 * count);
  for (const { first, last, firstWeight, lastWeight } of rows) {
    const from = pixels + first * stride;
    kernel.sum_rows(down, from, stride, stride, last - first + 1, firstWeight, between.rows, lastWeight);
    kernel.sum_columns(out, down, ...spans, between.columns, count);
    receive(sums);
  }
  if (memory.byteLength > LARGEST_KEPT) shared = undefined;
}

/** Hands out places in the module's memory, behind its stack. */
class Places {
  end = 8192;

  of(bytes: number): number {
    const at = this.end;
    this.end = at + 16 * Math.ceil((bytes + MARGIN) / 16);
    return at;
  }
}

/** The module with so many bytes of memory. */
function take(bytes: number): Exports {
  shared ??= start();
  const missing = bytes - shared.memory.buffer.byteLength;
  if (missing <= 0) return shared;
  try {
    shared.memory.grow(Math.ceil(missing / PAGE));
    return shared;
  } catch (cause) {
    throw fail("out-of-memory", {
      where: "area filter",
      expected: `${Math.ceil(bytes / 2 ** 20)} MiB of memory`,
      got: "less",
      cause,
    });
  }
}

function start(): Exports {
  const { Module, Instance } = webAssembly();
  const bytes = Uint8Array.from(atob(AREA_KERNEL), (letter) => letter.charCodeAt(0));
  return new Instance(new Module(bytes)).exports as Exports;
}
