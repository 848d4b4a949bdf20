import { describe, expect, it } from "vitest";
import { movesBetween, moveText } from "../../bench/performance/moves.ts";
import type { Outcome } from "../../bench/performance/record.ts";
import { rowRules } from "../../bench/performance/rows.ts";
import { facts, recordOf, training } from "./made-up.ts";

const published = recordOf([training([100, 130], [100, 131], [100, 132])]);
/** A run without PyTorch. */
const alone = (milliseconds: number): Outcome => ({
  id: "train-1024-b1-one",
  rounds: [{ lowmag: { cpuMilliseconds: milliseconds } }, { lowmag: { cpuMilliseconds: milliseconds } }],
});
const moves = (...now: readonly Outcome[]) => movesBetween(published, recordOf(now), rowRules());

describe("the short form", () => {
  it("says of a row within the noise that it is as it was", () => {
    const [row, ...others] = moves(training([100, 133], [100, 134]));
    expect(others).toEqual([]);
    expect(row).toMatchObject({ of: "ratio", move: { moved: false } });
    expect(moveText(row!)).toContain("as it was");
  });

  it("compares ratios, whatever the machine's speed", () => {
    const [row] = moves(training([200, 262], [50, 65]));
    expect(row!.move.moved).toBe(false);
  });

  it("says what is better and what is worse, with both figures", () => {
    const [better] = moves(training([80, 131], [80, 131]));
    expect(moveText(better!)).toMatch(/1\.31 then, 1\.64 now: BETTER, \+25 %/);
    const [worse] = moves(training([125, 131], [125, 131]));
    expect(moveText(worse!)).toMatch(/1\.31 then, 1\.05 now: WORSE, −20 %/);
  });

  it("compares lowmag's own times where there is no PyTorch", () => {
    const [row] = moves(alone(130));
    expect(row).toMatchObject({ of: "own figure", better: false, move: { moved: true } });
    expect(moveText(row!)).toContain("100 ms then, 130 ms now: WORSE");
    expect(moves(alone(105))[0]!.move.moved).toBe(false); // times drift more than ratios
  });

  it("compares times on the same kind of machine only", () => {
    const machine = { ...facts.machine, cpu: "Another" };
    const now = recordOf([alone(130)], { machine });
    expect(movesBetween(published, now, rowRules())).toEqual([]);
  });

  it("leaves out what either has not measured", () => {
    expect(moves({ id: "train-1024-b1-one", skipped: "no" })).toEqual([]);
    expect(moves({ ...training([1, 1]), id: "train-512-b1-one" })).toEqual([]);
  });
});
