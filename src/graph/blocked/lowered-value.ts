// A value of a graph in its lowered form: the same numbers may stand in plain layout, in blocks, or as a map still to be
// scaled and shifted channel by channel. Each form is made from another when something first asks for it.
import type { TensorType } from "../types.ts";
import { type Affine, affine } from "./affine.ts";
import type { BandedMap } from "./bands.ts";
import type { Blocks } from "./blocks.ts";
import type { LateConvolution } from "./signs.ts";

/** A value as lowerings see it. */
export interface LoweredValue {
  readonly type: TensorType;
  /** Row-major, as ONNX has it. */
  plain(): string;
  /** In blocks; only for maps whose channels fit. */
  blocked(): string;
  /** Any form, for its shape. */
  shape(): string;
  /** The numbers, where they are part of the graph. */
  readonly constant: Float32Array | undefined;
  /** True where the numbers are in blocks or still to be scaled, so that `blocked` costs less than `plain`. */
  readonly inBlocks: boolean;
  /** A factor and an offset that were not applied yet. */
  readonly affine: Affine | undefined;
  /** How to have the map by bands of rows, where it does not exist as a whole yet. */
  readonly banded: BandedMap | undefined;
  /** A convolution that was not written yet. */
  readonly late: LateConvolution | undefined;
}

/** What a lowering made. */
export type Form =
  | { readonly plain: string }
  | { readonly blocked: string }
  | { readonly affine: Affine }
  | { readonly banded: BandedMap }
  | { readonly late: LateConvolution };

/** A value that nodes of the lowered graph make. */
export class StoredValue implements LoweredValue {
  readonly affine: Affine | undefined;
  readonly banded: BandedMap | undefined;
  readonly late: LateConvolution | undefined;
  #plain: string | undefined;
  #blocked: string | undefined;

  constructor(
    readonly type: TensorType,
    form: Form,
    readonly blocks: Blocks | null,
    readonly constant: Float32Array | undefined = undefined,
  ) {
    if ("plain" in form) this.#plain = form.plain;
    if ("blocked" in form) this.#blocked = form.blocked;
    this.affine = "affine" in form ? form.affine : undefined;
    this.banded = "banded" in form ? form.banded : undefined;
    this.late = "late" in form ? form.late : undefined;
  }

  get inBlocks(): boolean {
    return [this.#blocked, this.affine, this.banded, this.late].some((form) => form !== undefined);
  }

  plain(): string {
    this.#plain ??= this.blocks!.toPlain(this.blocked(), this.type.dims[1] as number);
    return this.#plain;
  }

  blocked(): string {
    this.#blocked ??= this.#inBlocks();
    return this.#blocked;
  }

  shape(): string {
    return this.#plain ?? this.#blocked ?? this.affine?.x ?? this.banded?.like ?? this.late!.emit();
  }

  #inBlocks(): string {
    if (this.affine !== undefined) return affine(this.blocks!, this.affine);
    return this.late?.emit() ?? this.banded?.whole() ?? this.blocks!.fromPlain(this.plain());
  }
}
