import { describe, expect, it } from "vitest";
import type { Experiment, Side } from "../../bench/performance/experiments.ts";
import { type InTurns, inTurns } from "../../bench/performance/in-turns.ts";
import type { Outcome } from "../../bench/performance/record.ts";
import { NotHere } from "../../bench/performance/run-program.ts";

const side = (name: string): Side => ({ name, program: "lowmag", args: [] });
const experiment = (id: string): Experiment => ({
  ...{ id, short: false, seconds: 10 },
  sides: [side(`${id}/a`), side(`${id}/b`)],
});

/** Runs two experiments; `act` is what a side does. */
async function run(act: (name: string) => number | Promise<number>, more: Partial<InTurns> = {}) {
  const [order, lines, kept] = [[] as string[], [] as string[], [] as Outcome[]];
  const outcomes = await inTurns({
    experiments: [experiment("first"), experiment("second")],
    rounds: 2,
    known: [],
    runSide: async ({ name }) => {
      order.push(name);
      return { cpuMilliseconds: await act(name) };
    },
    onOutcome: async (outcome) => void kept.push(outcome),
    onProgress: (line) => void lines.push(line),
    signal: new AbortController().signal,
    ...more,
  });
  return { order, lines, kept, outcomes };
}

describe("experiments", () => {
  it("are run by their sides in turns, and another side begins each round", async () => {
    const { order } = await run(() => 1);
    expect(order.slice(0, 4)).toEqual(["first/a", "first/b", "first/b", "first/a"]);
    expect(order).toHaveLength(8);
  });

  it("are handed over one by one as they are finished", async () => {
    const { kept, outcomes } = await run(() => 1);
    expect(kept.map(({ id }) => id)).toEqual(["first", "second"]);
    expect(outcomes).toEqual(kept);
  });

  it("are run as often as they say themselves", async () => {
    const { order, lines } = await run(() => 1, {
      experiments: [{ ...experiment("first"), rounds: 1 }, experiment("second")],
    });
    expect(order.filter((name) => name.startsWith("first"))).toHaveLength(2);
    expect(lines[0]).toContain("about 30 s left");
  });

  it("that are known are not run again", async () => {
    const known: Outcome[] = [{ id: "first", rounds: [] }];
    const { order, outcomes } = await run(() => 1, { known });
    expect(order.every((name) => name.startsWith("second"))).toBe(true);
    expect(outcomes.map(({ id }) => id)).toEqual(["first", "second"]);
  });

  it("that fail are told with the reason, and the next one is run", async () => {
    const { outcomes } = await run((name) => {
      if (name === "first/b") throw new Error("out of memory");
      return 1;
    });
    expect(outcomes[0]).toEqual({ id: "first", skipped: "out of memory" });
    expect(outcomes[1]).toMatchObject({ id: "second", rounds: [{}, {}] });
  });

  it("keep the sides that can run here, and say why the others did not", async () => {
    const { order, outcomes } = await run((name) => {
      if (name.endsWith("b")) throw new NotHere("no such program");
      return 1;
    });
    expect(outcomes[0]).toMatchObject({ absent: { "first/b": "no such program" } });
    expect(outcomes[0]).toMatchObject({ rounds: [{ "first/a": { cpuMilliseconds: 1 } }, {}] });
    expect(order.filter((name) => name === "first/b")).toHaveLength(1); // asked once
  });

  it("that nobody can run here are left out", async () => {
    const { outcomes } = await run(() => {
      throw new NotHere("no tissue");
    });
    expect(outcomes[0]).toEqual({ id: "first", skipped: "no tissue" });
  });

  it("end at an interruption, and only what is finished counts", async () => {
    const interruption = new AbortController();
    const { order, outcomes, kept } = await run(
      (name) => {
        if (name === "second/b") interruption.abort();
        interruption.signal.throwIfAborted();
        return 1;
      },
      { signal: interruption.signal },
    );
    expect(order.at(-1)).toBe("second/b");
    expect(outcomes.map(({ id }) => id)).toEqual(["first"]);
    expect(kept).toEqual(outcomes);
  });

  it("tell what is next and how long the rest is expected to take", async () => {
    const { lines } = await run(() => 1);
    expect(lines[0]).toBe("1 of 2: first, about 40 s left");
    expect(lines[1]).toMatch(/^2 of 2: second, about \d+ s left$/);
  });
});
