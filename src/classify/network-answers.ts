// The outputs of an exported graph as answers, one per image, whichever runtime computed them.
import { fail } from "../base/index.ts";
import type { NetworkAnswer } from "./types.ts";

/** The outputs that an answer is made of; the feature map is not asked for. */
export const ANSWER_OUTPUTS: readonly string[] = ["probabilities", "logits", "classActivation"];

/** An output as runtimes give it. */
interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: unknown;
}

/**
 * The answers of a batch, in memory of their own.
 *
 * @param outputs by name: {@link ANSWER_OUTPUTS}.
 * @throws LowmagError `engine-failure` for outputs that are not float32.
 */
export function networkAnswers(
  outputs: Readonly<Record<string, OutputTensor>>,
  images: number,
  classes: number,
): NetworkAnswer[] {
  const [rows, columns] = outputs.classActivation!.dims.slice(2) as [number, number];
  const part = (name: string, i: number, length: number): Float32Array => {
    const { data } = outputs[name]!;
    if (!(data instanceof Float32Array))
      throw fail("engine-failure", {
        where: `output \`${name}\``,
        expected: "float32",
        got: "other numbers",
      });
    return data.slice(i * length, (i + 1) * length);
  };
  return Array.from({ length: images }, (_, i) => ({
    probabilities: part("probabilities", i, classes),
    logits: part("logits", i, classes),
    columns,
    rows,
    places: part("classActivation", i, classes * rows * columns),
  }));
}
