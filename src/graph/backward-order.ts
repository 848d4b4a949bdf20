// In which order the gradients of a graph are to be computed. The gradient of a map is read by the nodes that go on to
// earlier layers and by those that end in a parameter's gradient; the latter come first, or they keep the map, and what it is
// multiplied with, alive to the end.
import { spatial } from "./spatial.ts";
import type { Node, Value } from "./types.ts";

/** For nodes that go on: what must be known before they read a value. */
export type Precedence = ReadonlyMap<Node, ReadonlyMap<Value, readonly Value[]>>;

/** The order among the readers of each spatial value that `nodes` (in order) produce. */
export function sideGradientsFirst(nodes: readonly Node[]): Precedence {
  const readers = readersOf(nodes);
  const precedence = new Map<Node, Map<Value, readonly Value[]>>();
  for (const value of spatial(nodes.flatMap(({ outputs }) => outputs))) {
    const branches = [...(readers.get(value) ?? [])].map((node) => reachedFrom(node, readers));
    if (branches.length < 2) continue;
    const onward = onwardOf(branches);
    const ends = branches.flatMap((reached) => (onward.has(reached) ? [] : endsOf(reached, readers)));
    if (ends.length === 0) continue;
    for (const [node] of [...onward].map((reached) => [...reached])) {
      const known = precedence.get(node!) ?? new Map<Value, readonly Value[]>();
      precedence.set(node!, known.set(value, ends));
    }
  }
  return precedence;
}

/** The branch that leads furthest, and all that meet it. */
function onwardOf(branches: readonly ReadonlySet<Node>[]): Set<ReadonlySet<Node>> {
  const onward = new Set([branches.reduce((a, b) => (b.size > a.size ? b : a))]);
  for (const known of onward)
    for (const branch of branches) if ([...branch].some((node) => known.has(node))) onward.add(branch);
  return onward;
}

/** Nodes in an order that keeps the precedence, otherwise as they were. */
export function ordered(nodes: readonly Node[], precedence: Precedence): Node[] {
  const placed = new Set<Node>();
  const own = new Set(nodes);
  const place = (node: Node): void => {
    if (placed.has(node) || !own.has(node)) return;
    const before = [...node.inputs, ...(precedence.get(node)?.values() ?? [])].flat();
    for (const { producer } of before) if (producer !== null) place(producer);
    placed.add(node);
  };
  nodes.forEach(place);
  return [...placed];
}

type Readers = ReadonlyMap<Value, ReadonlySet<Node>>;

function readersOf(nodes: readonly Node[]): Readers {
  const readers = new Map<Value, Set<Node>>();
  for (const node of nodes)
    for (const input of node.inputs) {
      const known = readers.get(input) ?? new Set();
      readers.set(input, known.add(node));
    }
  return readers;
}

/** A node and all that depend on it. */
function reachedFrom(node: Node, readers: Readers): Set<Node> {
  const reached = new Set([node]);
  for (const { outputs } of reached)
    for (const output of outputs) for (const reader of readers.get(output) ?? []) reached.add(reader);
  return reached;
}

/** First outputs of the nodes that nothing reads any more. */
function endsOf(reached: ReadonlySet<Node>, readers: Readers): Value[] {
  return [...reached].flatMap(({ outputs }) =>
    outputs.every((output) => !readers.has(output)) ? [outputs[0]!] : [],
  );
}
