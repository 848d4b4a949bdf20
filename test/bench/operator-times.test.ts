import { describe, expect, it } from "vitest";
import {
  operatorTimes,
  type ProfileEvent,
  profileTable,
  totalOf,
} from "../../bench/performance/operator-times.ts";

const run = (ts: number): ProfileEvent => ({ cat: "Session", name: "model_run", ts, dur: 100 });
const kernel = (
  name: string,
  operator: string,
  ts: number,
  dur: number,
  dims: number[] = [1],
): ProfileEvent => ({
  ...{ cat: "Node", name: `${name}_kernel_time`, ts, dur },
  args: { op_name: operator, output_type_shape: [{ float: dims }] },
});
/** Two runs that count, after one that warms up and takes long. */
const events = [
  run(0),
  kernel("Conv_0", "Conv", 10, 90_000),
  ...[1000, 2000].flatMap((ts) => [
    run(ts),
    kernel("Conv_0", "Conv", ts + 1, 3000, [1, 32, 8, 8]),
    kernel("Conv_1", "Conv", ts + 2, 1000, [1, 64, 4, 4]),
    kernel("Mul_2", "Mul", ts + 3, 6000, [1, 32, 8, 8]),
    { cat: "Node", name: "Mul_2_fence_before", ts: ts + 3, dur: 500 },
  ]),
];

describe("a profile", () => {
  it("is sorted by operator, per run, without the run that warms up", () => {
    expect(operatorTimes(events, "operators")).toEqual([
      { name: "Mul", operator: "Mul", calls: 1, milliseconds: 6, shape: "1x32x8x8" },
      { name: "Conv", operator: "Conv", calls: 2, milliseconds: 4, shape: "" },
    ]);
  });

  it("is sorted by node with what it puts out", () => {
    const nodes = operatorTimes(events, "nodes");
    expect(nodes.map(({ name, milliseconds }) => [name, milliseconds])).toEqual([
      ["Mul_2", 6],
      ["Conv_0", 3],
      ["Conv_1", 1],
    ]);
    expect(nodes[1]!.shape).toBe("1x32x8x8");
  });

  it("is a table of times and shares", () => {
    const times = operatorTimes(events, "operators");
    expect(totalOf(times)).toBe(10);
    expect(profileTable(times, "operators", 10).split("\n").slice(2)).toEqual([
      "| Mul | 1 | 6.00 | 60.0 % |",
      "| Conv | 2 | 4.00 | 40.0 % |",
      "| all | | 10.00 | |",
    ]);
    expect(profileTable(operatorTimes(events, "nodes"), "nodes", 10)).toContain(
      "| Conv_1 | Conv | 1x64x4x4 | 1.00 | 10.0 % |",
    );
  });

  it("is empty where nothing was run after warming up", () => {
    expect(operatorTimes(events.slice(0, 2), "operators")).toEqual([]);
  });
});
