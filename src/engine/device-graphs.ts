// The small graphs that move and add vectors on a device: gradients to one vector, a vector to parameters, up and down.
import { add, encodeOnnx, Graph, join, type LoweringTarget, part, reshape } from "../graph/index.ts";
import type { UpdateRule } from "./executor.ts";
import type { LayoutEntry } from "./layout.ts";
import { gradientOutput } from "./program.ts";

/** A graph with the names of its outputs, which a session must know before it loads it. */
export interface DeviceGraph {
  readonly model: Uint8Array;
  readonly outputs: readonly string[];
}

const TARGET: LoweringTarget = { device: "gpu" };

const encoded = (graph: Graph): DeviceGraph => ({
  model: encodeOnnx(graph, { target: TARGET }),
  outputs: [...graph.outputs.keys()],
});

/** Gradients by parameter -> `sum`, one vector; with `add`, added to the vector `before`. */
export function joinGraph(entries: readonly LayoutEntry[], adds: boolean): DeviceGraph {
  const graph = new Graph();
  const flat = entries.map(({ name, dims, count }) =>
    reshape(graph.input(gradientOutput(name), dims), [count]),
  );
  const count = entries.reduce((sum, entry) => sum + entry.count, 0);
  const joined = join(flat);
  graph.output("sum", adds ? add(graph.input("before", [count]), joined) : joined);
  return encoded(graph);
}

/** The vector `newParameters` -> every parameter by its name with `parameterOutput`. */
export function splitGraph(entries: readonly LayoutEntry[]): DeviceGraph {
  const graph = new Graph();
  const count = entries.reduce((sum, entry) => sum + entry.count, 0);
  const vector = graph.input("newParameters", [count]);
  for (const { name, dims, offset, count: length } of entries)
    graph.output(parameterOutput(name), reshape(part(vector, offset, length), dims));
  return encoded(graph);
}

/** The output of `splitGraph` for a parameter. */
export const parameterOutput = (name: string): string => `parameter:${name}`;

/** The update rule as it is. */
export const updateGraph = ({ graph }: UpdateRule): DeviceGraph => encoded(graph);

/** Vectors `v0`, `v1`, … -> the same as `copy0`, `copy1`, …: how they come up and go down. */
export function copyGraph(lengths: readonly number[]): DeviceGraph {
  const graph = new Graph();
  lengths.forEach((length, i) => {
    graph.output(`copy${i}`, graph.input(`v${i}`, [length]));
  });
  return encoded(graph);
}
