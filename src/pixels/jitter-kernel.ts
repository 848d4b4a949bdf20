// The operations of colour jitter in WebAssembly (wasm/src/jitter.c), on one copy of the module per thread. Its memory holds
// one strip of pixels, small enough to stay in a core's nearest cache while all operations go over it.
import { webAssembly } from "../base/index.ts";
import { JITTER_KERNEL } from "./jitter-kernel-bytes.ts";

/** Most pixels of a strip. */
export const STRIP_PIXELS = 2048;

/** What the module does; `planes` is an address, `stride` the floats from one plane to the next. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  load(planes: number, stride: number, pixels: number, count: number): void;
  load_mirrored(planes: number, stride: number, pixels: number, count: number): void;
  scale(planes: number, stride: number, count: number, factor: number, offset: number): void;
  saturate(planes: number, stride: number, count: number, factor: number): void;
  sum_greys(planes: number, stride: number, count: number): number;
  turn_hue(planes: number, stride: number, count: number, sixths: number): void;
  standardise(plane: number, count: number, scale: number, shift: number): void;
}

/** Loops take four pixels at a time and may look and write this far beyond the ends, in floats or bytes. */
const MARGIN = 16;
/** Where the bytes to load lie: behind the module's stack. */
const BYTES = 4096 + MARGIN;
const PLANES = BYTES + 3 * STRIP_PIXELS + MARGIN;
const STRIDE = STRIP_PIXELS + MARGIN;

/** A strip of at most {@link STRIP_PIXELS} pixels; `count` is how many are in it. Values are in 0..1. */
export class JitterStrip {
  /** Red, green and blue; valid until the strip is loaded anew. */
  readonly planes: readonly Float32Array[];
  count = 0;
  readonly #kernel: Exports;
  readonly #bytes: Uint8Array;

  constructor() {
    const { Module, Instance } = webAssembly();
    const bytes = Uint8Array.from(atob(JITTER_KERNEL), (letter) => letter.charCodeAt(0));
    this.#kernel = new Instance(new Module(bytes)).exports as Exports;
    const memory = this.#kernel.memory.buffer;
    this.#bytes = new Uint8Array(memory, BYTES, 3 * STRIP_PIXELS);
    this.planes = [0, 1, 2].map((k) => new Float32Array(memory, PLANES + 4 * k * STRIDE, STRIP_PIXELS));
  }

  /** Adds a run of RGB bytes as value / 255, from its last pixel to its first if `mirrored`. */
  append(rgb: Uint8Array, mirrored: boolean): void {
    const pixels = rgb.length / 3;
    this.#bytes.set(rgb);
    const to = PLANES + 4 * this.count;
    if (mirrored) this.#kernel.load_mirrored(to, STRIDE, BYTES, pixels);
    else this.#kernel.load(to, STRIDE, BYTES, pixels);
    this.count += pixels;
  }

  /** v -> clamp(factor v + offset). */
  scale(factor: number, offset: number): void {
    this.#kernel.scale(PLANES, STRIDE, this.count, factor, offset);
  }

  /** v -> clamp(factor v + (1 - factor) g), g the grey of the pixel. */
  saturate(factor: number): void {
    this.#kernel.saturate(PLANES, STRIDE, this.count, factor);
  }

  /** Turns the hue by a part of the circle in [-0.5, 0.5]. */
  turnHue(turn: number): void {
    this.#kernel.turn_hue(PLANES, STRIDE, this.count, 6 * turn);
  }

  /** The sum of the pixels' greys, added up in float64. */
  sumGreys(): number {
    return this.#kernel.sum_greys(PLANES, STRIDE, this.count);
  }

  /** One channel: v -> scale v + shift. */
  standardise(channel: number, scale: number, shift: number): void {
    this.#kernel.standardise(PLANES + 4 * channel * STRIDE, this.count, scale, shift);
  }
}

let shared: JitterStrip | undefined;

/** This thread's strip, empty. Whoever takes it is done with it before anybody else has a turn, since nothing waits. */
export function emptyStrip(): JitterStrip {
  shared ??= new JitterStrip();
  shared.count = 0;
  return shared;
}
