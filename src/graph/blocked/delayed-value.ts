// A value that may be read only once another is known (`After`): every form of it waits, whichever is asked for.
import type { Emitter } from "../emitter.ts";
import type { TensorType } from "../types.ts";
import type { Affine } from "./affine.ts";
import type { LoweredValue } from "./lowered-value.ts";

/**
 * ONNX has no operator that waits. A reshape shares its input's memory, and takes its shape from a tensor that may come
 * from anywhere: zeros (which mean "as it is") times the number of elements of what is waited for.
 */
export class DelayedValue implements LoweredValue {
  readonly constant = undefined;
  readonly banded = undefined;
  readonly late = undefined;
  readonly #known = new Map<string, string>();
  #zeros: string | undefined;

  constructor(
    readonly origin: LoweredValue,
    readonly trigger: LoweredValue,
    readonly emitter: Emitter,
  ) {}

  get type(): TensorType {
    return this.origin.type;
  }

  get inBlocks(): boolean {
    return this.origin.inBlocks;
  }

  get affine(): Affine | undefined {
    const { affine } = this.origin;
    if (affine === undefined) return undefined;
    const { sum } = affine;
    return { ...affine, x: this.delay(affine.x), ...(sum === undefined ? {} : { sum: this.delay(sum) }) };
  }

  plain(): string {
    return this.delay(this.origin.plain());
  }

  blocked(): string {
    return this.delay(this.origin.blocked());
  }

  shape(): string {
    return this.origin.shape();
  }

  /** A tensor of this value's rank, once the trigger is known. */
  delay(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#zeros ??= this.emitter.zerosOnce(this.trigger.shape(), this.type.dims.length);
    const made = this.emitter.node("Reshape", [name, this.#zeros]);
    this.#known.set(name, made);
    return made;
  }
}
