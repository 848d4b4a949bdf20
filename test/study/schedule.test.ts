// Running a graph of tasks: what must come first, how much fits at once, and what becomes of the rest when one fails.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import {
  runSchedule,
  type ScheduledTask,
  type ScheduleEvent,
  type ScheduleOptions,
} from "../../src/study/index.ts";

const task = (key: string, needs: readonly string[] = [], seconds = 1, bytes = 1): ScheduledTask => ({
  ...{ key, needs, seconds, bytes },
});

/** A world in which every task takes as many ticks as its seconds, and time passes only when all wait. */
class World {
  readonly log: string[] = [];
  readonly running = new Set<string>();
  time = 0;
  readonly #ends: { readonly at: number; readonly end: () => void }[] = [];

  constructor(
    readonly tasks: readonly ScheduledTask[],
    readonly fails: ReadonlySet<string> = new Set(),
  ) {}

  async run(options: ScheduleOptions, onStart: (key: string, world: World) => void = () => undefined) {
    const finished = runSchedule(
      this.tasks,
      async (key, { signal }) => {
        this.running.add(key);
        this.log.push(`+${key}`);
        onStart(key, this);
        const { seconds } = this.tasks.find((candidate) => candidate.key === key)!;
        await new Promise<void>((end) => this.#ends.push({ at: this.time + seconds, end }));
        this.running.delete(key);
        this.log.push(`-${key}`);
        if (signal?.aborted || this.fails.has(key)) throw new Error(`${key} failed`);
      },
      { now: () => 1000 * this.time, ...options },
    );
    let done = false;
    const mark = () => {
      done = true;
    };
    finished.then(mark, mark);
    while (!done) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const next = this.#ends.sort((a, b) => a.at - b.at).shift();
      if (next === undefined) continue;
      this.time = next.at;
      next.end();
    }
    return finished;
  }
}

const states = async (promise: ReturnType<World["run"]>) =>
  Object.fromEntries([...(await promise)].map(([key, { state }]) => [key, state]));

describe("a schedule", () => {
  it("begins with the longest path", async () => {
    const world = new World([
      task("short"),
      task("teacher", [], 1),
      task("student", ["teacher"], 9),
      task("long", [], 5),
    ]);
    await world.run({ jobs: 1 });
    expect(world.log.filter((line) => line.startsWith("+"))).toEqual([
      "+teacher",
      "+student",
      "+long",
      "+short",
    ]);
  });

  it("works on as many tasks as it has jobs", async () => {
    const world = new World([task("a", [], 4), task("b", [], 3), task("c", [], 2), task("d", [], 1)]);
    await world.run({ jobs: 2 });
    expect(world.log).toEqual(["+a", "+b", "-b", "+c", "-a", "+d", "-c", "-d"]);
    expect(world.time).toBe(5);
  });

  it("runs what wants more memory than there is alone", async () => {
    const world = new World([
      task("large", [], 1, 100),
      task("a", [], 3, 4),
      task("b", [], 2, 6),
      task("c", [], 1, 6),
    ]);
    const together: string[] = [];
    await world.run({ jobs: 4, maxMemory: 10 }, () => together.push([...world.running].sort().join("")));
    expect(together).toContain("ab");
    for (const running of together) expect(["a", "b", "c", "large", "ab", "ac"]).toContain(running);
  });

  it("skips what needs a failed task, says which failed, and goes on with the rest", async () => {
    const world = new World(
      [task("a"), task("b", ["a"]), task("c", ["b"]), task("d"), task("e", ["d"])],
      new Set(["a"]),
    );
    const outcomes = await world.run({ jobs: 1 });
    expect(outcomes.get("a")).toMatchObject({ state: "failed", error: new Error("a failed") });
    expect(outcomes.get("b")).toEqual({ state: "skipped", because: "a" });
    expect(outcomes.get("c")).toEqual({ state: "skipped", because: "a" });
    expect(outcomes.get("e")).toEqual({ state: "done" });
  });

  it("waits for what is running when it is cancelled, and begins nothing more", async () => {
    const controller = new AbortController();
    const world = new World([task("a", [], 5), task("b", [], 4), task("c"), task("d", ["a"])]);
    const outcomes = states(
      world.run({ jobs: 2, signal: controller.signal }, (key) => key === "b" && controller.abort()),
    );
    expect(await outcomes).toEqual({ a: "cancelled", b: "cancelled", c: "cancelled", d: "cancelled" });
    expect(world.log).toEqual(["+a", "+b", "-b", "-a"]);
  });

  it("begins nothing when it was cancelled before", async () => {
    const world = new World([task("a"), task("b")]);
    expect(await states(world.run({ jobs: 2, signal: AbortSignal.abort() }))).toEqual({
      a: "cancelled",
      b: "cancelled",
    });
    expect(world.log).toEqual([]);
  });

  it("says how much is done and how long the rest will take", async () => {
    const events: ScheduleEvent[] = [];
    const world = new World([task("a", [], 6), task("b", ["a"], 2), task("done", [], 0)]);
    await world.run({ jobs: 1, onEvent: (event) => events.push(event) });
    const settled = events.filter(({ kind }) => kind === "settled");
    expect(
      settled.map(({ key, doneSeconds, remainingSeconds }) => [key, doneSeconds, remainingSeconds]),
    ).toEqual([
      ["a", 6, 2],
      ["b", 8, 0],
      ["done", 8, 0],
    ]);
  });

  it("counts the share of a task that it reports, between 0 and 1", async () => {
    const events: ScheduleEvent[] = [];
    await runSchedule(
      [task("a", [], 10)],
      async (_, { report }) => {
        for (const share of [0.25, 7, -1]) report(share);
      },
      { jobs: 1, onEvent: (event) => events.push(event) },
    );
    const progress = events.filter(({ kind }) => kind === "progress");
    expect(progress.map(({ doneSeconds }) => doneSeconds)).toEqual([2.5, 10, 0]);
  });

  it("leaves the share at what was done when it is interrupted", async () => {
    const stop = new AbortController();
    const events: ScheduleEvent[] = [];
    await runSchedule(
      [task("a", [], 10), task("b", ["a"], 30)],
      async (_, { report }) => {
        report(0.5);
        stop.abort();
        throw new Error("stopped");
      },
      { jobs: 1, signal: stop.signal, onEvent: (event) => events.push(event) },
    );
    expect(events.at(-1)).toMatchObject({ kind: "settled", doneSeconds: 5, totalSeconds: 40 });
  });

  it.each([
    ["a task that needs an unknown one", [task("a", ["b"])]],
    ["a key twice", [task("a"), task("a")]],
    ["a circle", [task("a", ["b"]), task("b", ["a"]), task("c")]],
    ["a task that needs itself", [task("a", ["a"])]],
  ])("refuses %s before anything runs", async (_, tasks) => {
    const world = new World(tasks);
    const error: unknown = await world.run({ jobs: 1 }).catch((reason: unknown) => reason);
    expect(isLowmagError(error, "invalid-argument")).toBe(true);
    expect(world.log).toEqual([]);
  });

  it("of any shape never runs a task before what it needs, never twice, never beyond jobs and memory, and settles all", async () => {
    const graph = fc.array(
      fc.record({
        needs: fc.array(fc.nat(30), { maxLength: 3 }),
        seconds: fc.integer({ min: 0, max: 9 }),
        bytes: fc.integer({ min: 0, max: 12 }),
        fails: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      }),
      { maxLength: 14 },
    );
    await fc.assert(
      fc.asyncProperty(graph, fc.integer({ min: 1, max: 4 }), async (nodes, jobs) => {
        const tasks = nodes.map(({ needs, seconds, bytes }, i) =>
          task(`${i}`, i === 0 ? [] : [...new Set(needs.map((need) => `${need % i}`))], seconds, bytes),
        );
        const fails = new Set(nodes.flatMap((node, i) => (node.fails ? [`${i}`] : [])));
        const world = new World(tasks, fails);
        const settled: string[] = [];
        const done = new Set<string>();
        const onEvent = ({ kind, key, outcome }: ScheduleEvent) => {
          if (kind !== "settled") return;
          settled.push(key);
          if (outcome?.state === "done") done.add(key);
        };
        const outcomes = await world.run({ jobs, maxMemory: 12, onEvent }, (key) => {
          const running = tasks.filter((each) => world.running.has(each.key));
          expect(running.length).toBeLessThanOrEqual(jobs);
          if (running.length > 1)
            expect(running.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(12);
          for (const need of tasks.find((each) => each.key === key)!.needs) expect(done).toContain(need);
        });
        expect(settled.sort()).toEqual(tasks.map(({ key }) => key).sort());
        const began = world.log.filter((line) => line.startsWith("+"));
        expect(new Set(began).size).toBe(began.length);
        for (const { key, needs } of tasks) {
          const lost = needs.some((need) => outcomes.get(need)!.state !== "done");
          expect(outcomes.get(key)!.state).toBe(lost ? "skipped" : fails.has(key) ? "failed" : "done");
        }
      }),
      { numRuns: 120 },
    );
  });
});
