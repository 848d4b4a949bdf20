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
  if (offset === 0 && divisor === 1) return addDim(dim, 1);
  const shifted = offset === 0 ? dim.text : `${dim.text}${offset < 0 ? "-" : "+"}${Math.abs(offset)}`;
  const text = divisor === 1 ? addText(dim.text, offset + 1) : `(floor((${shifted})/${divisor})+1)`;
  if (divisor === 1 && offset === -1) return dim;
  return { text, evaluate: (bindings) => count(dim.evaluate(bindings)) };
}

/** dim + constant. */
export function addDim(dim: Dim, constant: number): Dim {
  if (typeof dim === "number") return dim + constant;
  if (constant === 0) return dim;
  return { text: addText(dim.text, constant), evaluate: (bindings) => dim.evaluate(bindings) + constant };
}

/** The product of several axis lengths. */
export function productDim(dims: readonly Dim[]): Dim {
  const symbols = dims.filter((dim): dim is DimExpression => typeof dim !== "number");
  const factor = dims.reduce<number>(
    (product, dim) => (typeof dim === "number" ? product * dim : product),
    1,
  );
  if (symbols.length === 0) return factor;
  if (symbols.length === 1 && factor === 1) return symbols[0]!;
  return {
    text: `(${[...(factor === 1 ? [] : [`${factor}`]), ...symbols.map((dim) => dim.text)].join("*")})`,
    evaluate: (bindings) => symbols.reduce((product, dim) => product * dim.evaluate(bindings), factor),
  };
}

/** The sum of several axis lengths. */
export function sumDim(dims: readonly Dim[]): Dim {
  const total = dims.reduce<number>((sum, dim) => (typeof dim === "number" ? sum + dim : sum), 0);
  const symbols = dims.filter((dim): dim is DimExpression => typeof dim !== "number");
  if (symbols.length === 0) return total;
  const joined: DimExpression = {
    text: symbols.length === 1 ? symbols[0]!.text : `(${symbols.map((dim) => dim.text).join("+")})`,
    evaluate: (bindings) => symbols.reduce((sum, dim) => sum + dim.evaluate(bindings), 0),
  };
  return addDim(joined, total);
}

function addText(text: string, constant: number): string {
  return `(${text}${constant < 0 ? "-" : "+"}${Math.abs(constant)})`;
}
