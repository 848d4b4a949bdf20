// Optimisers: a pure update of (parameters, gradient, state) as a graph over flat vectors, plus the numbers that change
// from step to step. Formulas and defaults are PyTorch's, but for SGD's momentum, 0.9 here.
import { fail } from "../base/index.ts";
import { add, div, Graph, mul, scaled, sqrt, square, sub, type Value } from "../graph/index.ts";

/** Which optimiser, and its constants. */
export type OptimiserOptions =
  | {
      readonly name: "adam" | "adamw";
      readonly weightDecay: number;
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
    }
  | {
      readonly name: "sgd";
      readonly weightDecay: number;
      readonly momentum?: number;
      readonly nesterov?: boolean;
    };

/** The update as a graph with inputs and outputs `parameters`, `state0`, …; further inputs `gradient` and the scalars. */
export interface Optimiser {
  readonly graph: Graph;
  /** How many state vectors of the length of the parameters; they start as zeros. */
  readonly stateCount: number;
  /** The scalars for a step, counted from 1. */
  readonly scalars: (step: number, learningRate: number) => Readonly<Record<string, number>>;
}

/**
 * Builds an optimiser for vectors of `count` parameters.
 *
 * `adam` adds weightDecay * parameters to the gradient (L2, as PyTorch's Adam); `adamw` shrinks the parameters instead
 * (Loshchilov & Hutter 2019); `sgd` adds L2 and keeps a momentum whose first value is the gradient.
 */
export function createOptimiser(options: OptimiserOptions, count: number): Optimiser {
  for (const [key, value] of Object.entries(options))
    if (typeof value === "number" && !(value >= 0 && Number.isFinite(value)))
      throw fail("invalid-argument", {
        where: `optimiser \`${options.name}\``,
        expected: `${key} of at least 0`,
        got: `${value}`,
      });
  return options.name === "sgd" ? sgd(options, count) : adam(options, count);
}

function vectors(
  graph: Graph,
  count: number,
  stateCount: number,
): { p: Value; g: Value; state: Value[]; rate: Value } {
  return {
    p: graph.input("parameters", [count]),
    g: graph.input("gradient", [count]),
    state: Array.from({ length: stateCount }, (_, i) => graph.input(`state${i}`, [count])),
    rate: graph.input("learningRate", []),
  };
}

function finish(graph: Graph, parameters: Value, state: readonly Value[]): void {
  graph.output("newParameters", parameters);
  state.forEach((value, i) => {
    graph.output(`newState${i}`, value);
  });
}

function adam(options: Extract<OptimiserOptions, { name: "adam" | "adamw" }>, count: number): Optimiser {
  const { name, weightDecay, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const graph = new Graph();
  const { p, g, state, rate } = vectors(graph, count, 2);
  const decayed = name === "adamw" ? sub(p, mul(p, scaled(rate, weightDecay))) : p;
  const gradient = name === "adam" && weightDecay > 0 ? add(g, scaled(p, weightDecay)) : g;
  const first = add(scaled(state[0]!, beta1), scaled(gradient, 1 - beta1));
  const second = add(scaled(state[1]!, beta2), scaled(square(gradient), 1 - beta2));
  const denominator = add(div(sqrt(second), graph.input("correction2", [])), graph.scalar(epsilon));
  const stepSize = div(rate, graph.input("correction1", []));
  finish(graph, sub(decayed, mul(stepSize, div(first, denominator))), [first, second]);
  return {
    graph,
    stateCount: 2,
    scalars: (step, learningRate) => ({
      learningRate,
      correction1: 1 - beta1 ** step,
      correction2: Math.sqrt(1 - beta2 ** step),
    }),
  };
}

function sgd(options: Extract<OptimiserOptions, { name: "sgd" }>, count: number): Optimiser {
  const { weightDecay, momentum = 0.9, nesterov = false } = options;
  const graph = new Graph();
  const { p, g, state, rate } = vectors(graph, count, 1);
  const gradient = weightDecay > 0 ? add(g, scaled(p, weightDecay)) : g;
  // The state starts as zeros, so the first velocity is the gradient itself, as in PyTorch.
  const velocity = add(scaled(state[0]!, momentum), gradient);
  const direction = nesterov ? add(gradient, scaled(velocity, momentum)) : velocity;
  finish(graph, sub(p, mul(rate, direction)), [velocity]);
  return { graph, stateCount: 1, scalars: (_step, learningRate) => ({ learningRate }) };
}
