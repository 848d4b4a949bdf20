// Sizes of tensor axes: known numbers, or expressions over symbols such as N, H and W that are known only when the
// graph runs. Two expressions are equal when their texts are equal; `evaluateDim` puts numbers in.
import { fail } from "../base/index.ts";

/** An axis length that depends on symbols, e.g. `floor((H+5)/2)`. */
export interface DimExpression {
  readonly text: string;
  readonly evaluate: (bindings: DimBindings) => number;
}

/** The length of one axis. */
export type Dim = number | DimExpression;

/** A value for each symbol. */
export type DimBindings = Readonly<Record<string, number>>;

/** A free symbol, e.g. `symbol("H")`. */
export function symbol(name: string): DimExpression {
  return {
    text: name,
    evaluate: (bindings) => {
      const value = bindings[name];
      if (value === undefined)
        throw fail("invalid-argument", {
          where: "evaluateDim",
          expected: `a value for the symbol ${name}`,
          got: `values for ${Object.keys(bindings).join(", ") || "nothing"}`,
        });
      return value;
    },
  };
}

/** The number a dim stands for under the bindings. */
export function evaluateDim(dim: Dim, bindings: DimBindings): number {
  return typeof dim === "number" ? dim : dim.evaluate(bindings);
}

/** `dim` as text: a number or the expression. */
export function dimText(dim: Dim): string {
  return typeof dim === "number" ? `${dim}` : dim.text;
}

/** True when both are the same number or the same expression. */
export function sameDim(a: Dim, b: Dim): boolean {
  return dimText(a) === dimText(b);
}

/** floor((dim + offset) / divisor) + 1: the output length of a sliding window. */
export function windowCount(dim: Dim, offset: number, divisor: number): Dim {
  const count = (value: number): number => Math.floor((value + offset) / divisor) + 1;
  if (typeof dim === "number") return count(dim);
  if (divisor === 1) return plus(dim, offset + 1);
  return {
    text: `(floor(${plus(dim, offset).text}/${divisor})+1)`,
    evaluate: (bindings) => count(dim.evaluate(bindings)),
  };
}

function plus(dim: DimExpression, constant: number): DimExpression {
  if (constant === 0) return dim;
  const text = `(${dim.text}${constant < 0 ? "-" : "+"}${Math.abs(constant)})`;
  return { text, evaluate: (bindings) => dim.evaluate(bindings) + constant };
}
