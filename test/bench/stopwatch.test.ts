import { describe, expect, it } from "vitest";
import { Stopwatch } from "../../bench/performance/lowmag/stopwatch.ts";

/** Keeps the processor busy for so many milliseconds of CPU time. */
function work(milliseconds: number): void {
  const before = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    if (user + system >= 1000 * milliseconds) return;
  }
}

describe("the stopwatch", () => {
  it("takes the least of the repetitions after the one that warms up", () => {
    const watch = new Stopwatch(0.001);
    work(1);
    watch.lap(); // warming up, and the fastest
    for (const milliseconds of [30, 10, 20]) {
      work(milliseconds);
      watch.lap();
    }
    const { cpuMilliseconds, wallMilliseconds } = watch.timesPer(2);
    expect(cpuMilliseconds).toBeGreaterThanOrEqual(5);
    expect(cpuMilliseconds).toBeLessThan(9);
    expect(wallMilliseconds).toBeGreaterThanOrEqual(4.9);
  });

  it("leaves out what lies before a repetition begins", () => {
    const watch = new Stopwatch(0.001);
    watch.lap();
    work(30);
    watch.begin();
    work(5);
    watch.lap();
    expect(watch.timesPer(1).cpuMilliseconds).toBeLessThan(15);
  });

  it("has seen enough after two repetitions and the time it was given", () => {
    const watch = new Stopwatch(0.02);
    watch.lap();
    work(25);
    watch.lap();
    expect(watch.isEnough).toBe(false);
    work(1);
    watch.lap();
    expect(watch.isEnough).toBe(true);
  });

  it("has seen enough after one repetition where it was given no time", () => {
    const watch = new Stopwatch(0);
    work(5);
    expect(watch.isEnough).toBe(false);
    watch.lap();
    expect(watch.isEnough).toBe(true);
    expect(watch.timesPer(1).cpuMilliseconds).toBeGreaterThanOrEqual(5);
  });
});
