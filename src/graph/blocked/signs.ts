// Signs of numbers for each channel, and convolutions that can be given them.
import type { Emitter } from "../emitter.ts";
import type { LoweredValue } from "./lowered-value.ts";

/** -1 where a number is negative, else 1. */
export interface Signs {
  /** [C]. */
  readonly name: string;
  /** The signs, where they are part of the graph. */
  readonly constant: Float32Array | undefined;
}

/** A convolution that is written once it is known which of its channels are to change their sign. */
export interface LateConvolution {
  /** The convolution, blocked. */
  readonly emit: (signs?: Signs) => string;
  /** True where it reads an image: its map is the largest of a network. */
  readonly ofImage: boolean;
}

/** The signs of a vector [C]. */
export function signsOf(emitter: Emitter, vector: LoweredValue): Signs {
  const { constant } = vector;
  if (constant !== undefined) {
    const signs = constant.map((value) => (value < 0 ? -1 : 1));
    const name = emitter.tensor(`signs:${vector.plain()}`, [signs.length], () => signs);
    return { name, constant: signs };
  }
  const negative = emitter.node("Cast", [emitter.node("Less", [vector.plain(), emitter.scalar(0)])], {
    to: 1,
  });
  const twice = emitter.node("Mul", [negative, emitter.scalar(2)]);
  return { name: emitter.node("Sub", [emitter.scalar(1), twice]), constant: undefined };
}
