// Reverse-mode differentiation: adds to the graph the nodes that compute a scalar's gradients, one rule per operator.
import { fail } from "../base/index.ts";
import { add } from "./expressions.ts";
import { typeText } from "./graph.ts";
import { operators } from "./operators/index.ts";
import type { GradientContext, GradientRule, Node, OperatorName, Value } from "./types.ts";

/**
 * The gradients of a scalar with respect to values of the same graph, in their order.
 *
 * @param loss a scalar (dims []).
 * @param targets inputs or intermediate values, each of which must influence the loss.
 * @throws LowmagError `invalid-argument` if the loss is not a scalar, if a target does not influence it, or if the
 *   path from a target leads through an operator without a gradient rule.
 */
export function differentiate(loss: Value, targets: readonly Value[]): Value[] {
  if (loss.dims.length !== 0)
    throw fail("invalid-argument", {
      where: "differentiate",
      expected: "a scalar loss",
      got: typeText(loss),
    });
  const graph = loss.graph;
  const nodes = [...graph.nodes];
  const reached = influencedBy(nodes, targets);
  const gradients = new Map<Value, Value>([[loss, graph.scalar(1)]]);
  for (const node of nodes.reverse()) {
    const wanted = wantedInputs(node, reached);
    if (!wanted.includes(true) || !node.outputs.some((output) => gradients.has(output))) continue;
    const contributions = applyRule(node, gradients.get(node.outputs[0]!), wanted);
    node.inputs.forEach((input, i) => {
      const contribution = contributions[i];
      if (contribution === undefined || !wanted[i]) return;
      const known = gradients.get(input);
      gradients.set(input, known === undefined ? contribution : add(known, contribution));
    });
  }
  return targets.map((target) => {
    const gradient = gradients.get(target);
    if (gradient !== undefined) return gradient;
    throw fail("invalid-argument", {
      where: `differentiate \`${target.name}\``,
      expected: "a value that influences the loss",
      got: "one that does not",
    });
  });
}

/** All values that change smoothly with the targets, and the targets themselves. */
function influencedBy(nodes: readonly Node[], targets: readonly Value[]): Set<Value> {
  const reached = new Set(targets);
  for (const node of nodes)
    if (wantedInputs(node, reached).includes(true)) for (const output of node.outputs) reached.add(output);
  return reached;
}

/** For each input of a node, whether a gradient with respect to it is of use. */
function wantedInputs(node: Node, reached: ReadonlySet<Value>): boolean[] {
  const flat = operators[node.operator].flatInputs ?? [];
  return node.inputs.map((input, i) => reached.has(input) && !flat.includes(i));
}

function applyRule(
  node: Node,
  outputGradient: Value | undefined,
  wanted: readonly boolean[],
): readonly (Value | undefined)[] {
  const rule = operators[node.operator].gradient as GradientRule<OperatorName> | { readonly none: string };
  if (typeof rule === "function" && outputGradient !== undefined)
    return rule({
      inputs: node.inputs,
      outputs: node.outputs,
      attributes: node.attributes,
      outputGradient,
      wanted,
    } as GradientContext<OperatorName>);
  throw fail("invalid-argument", {
    where: "differentiate",
    expected: "operators with a gradient rule",
    got: `${node.operator} (${typeof rule === "function" ? "it has none for its further outputs" : rule.none})`,
  });
}
