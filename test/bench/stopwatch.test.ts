import { describe, expect, it } from "vitest";
import { Stopwatch } from "../../bench/performance/lowmag/stopwatch.ts";

/** A stopwatch on clocks that only `work` moves: half of the wall's time is the processor's. */
function atWork(seconds: number): { watch: Stopwatch; work: (milliseconds: number) => void } {
  let wall = 100;
  const watch = new Stopwatch(seconds, () => ({ cpu: wall / 2, wall }));
  return {
    watch,
    work: (milliseconds) => {
      wall += milliseconds;
    },
  };
}

describe("the stopwatch", () => {
  it("takes the least of the repetitions after the one that warms up", () => {
    const { watch, work } = atWork(0.001);
    work(2);
    watch.lap(); // warming up, and the fastest
    for (const milliseconds of [30, 10, 20]) {
      work(milliseconds);
      watch.lap();
    }
    expect(watch.timesPer(2)).toEqual({ cpuMilliseconds: 2.5, wallMilliseconds: 5 });
  });

  it("leaves out what lies before a repetition begins", () => {
    const { watch, work } = atWork(0.001);
    watch.lap();
    work(30);
    watch.begin();
    work(6);
    watch.lap();
    expect(watch.timesPer(1)).toEqual({ cpuMilliseconds: 3, wallMilliseconds: 6 });
  });

  it("has seen enough after two repetitions and the time it was given", () => {
    const { watch, work } = atWork(0.02);
    watch.lap();
    work(25);
    watch.lap();
    expect(watch.isEnough).toBe(false);
    work(1);
    watch.lap();
    expect(watch.isEnough).toBe(true);
  });

  it("has not seen enough before the time it was given", () => {
    const { watch, work } = atWork(0.02);
    watch.lap();
    for (let lap = 0; lap < 3; lap++) {
      work(6);
      watch.lap();
    }
    expect(watch.isEnough).toBe(false);
  });

  it("has seen enough after one repetition where it was given no time", () => {
    const { watch, work } = atWork(0);
    work(6);
    expect(watch.isEnough).toBe(false);
    watch.lap();
    expect(watch.isEnough).toBe(true);
    expect(watch.timesPer(1)).toEqual({ cpuMilliseconds: 3, wallMilliseconds: 6 });
  });

  it("reads the processor's clock in milliseconds where it is given none", () => {
    const watch = new Stopwatch(0);
    const before = process.cpuUsage();
    for (let used = 0; used < 5000; ) {
      const { user, system } = process.cpuUsage(before);
      used = user + system;
    }
    watch.lap();
    const { cpuMilliseconds } = watch.timesPer(1);
    expect(cpuMilliseconds).toBeGreaterThanOrEqual(5);
    const { user, system } = process.cpuUsage(); // since the process began, in microseconds
    expect(cpuMilliseconds).toBeLessThan((user + system) / 1000);
  });
});
