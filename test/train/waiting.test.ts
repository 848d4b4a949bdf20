// How much of a run's time the engine waits for data: by a clock that the test moves, and through the loop with a loader
// that is slow by so many milliseconds.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLoader, type Loader } from "../../src/dataset/index.ts";
import { feed, take } from "../../src/train/feeder.ts";
import { timingOf } from "../../src/train/log.ts";
import { WaitingClock } from "../../src/train/waiting-clock.ts";
import { labelTask, makeTissue, runBriefly, type TestTissue } from "./tissue.ts";

/** A promise that the test settles. */
function pending<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
const settled = () => sleep(0);

describe("the waiting clock", () => {
  it("counts the time without data while fewer runs are under way than there are workers", async () => {
    let time = 0;
    const clock = new WaitingClock(2, () => time);
    const [first, second, data] = [pending<void>(), pending<void>(), pending<string>()];
    const fed = clock.forData(data.promise); // 0 to 10: both idle
    time = 10;
    void clock.during(first.promise); // 10 to 30: one idle
    time = 30;
    void clock.during(second.promise); // 30 to 70: none idle
    time = 70;
    second.resolve();
    await settled(); // 70 to 75: one idle again
    time = 75;
    expect(clock.waited).toBe(35);
    data.resolve("a batch");
    expect(await fed).toBe("a batch");
    time = 1000; // nothing is asked for
    expect(clock.waited).toBe(35);
    expect(clock.firstRunAt).toBe(10);
  });

  it("is not confused by failures of data and runs", async () => {
    let time = 0;
    const clock = new WaitingClock(1, () => time);
    const [run, data] = [pending<void>(), pending<void>()];
    clock.during(run.promise).catch(() => undefined);
    const fed = clock.forData(data.promise);
    run.reject(new Error("no memory"));
    await settled();
    time = 5;
    data.reject(new Error("no file"));
    await expect(fed).rejects.toThrow("no file");
    time = 9;
    expect(clock.waited).toBe(5);
  });
});

describe("feeding", () => {
  it("keeps one row of batches across takers, loading ahead of them", async () => {
    const asked: number[] = [];
    const load: Loader["load"] = ({ images }) => {
      asked.push(images[0]!);
      return Promise.resolve({ views: [] });
    };
    const loader: Loader = { load, close: () => Promise.resolve() };
    const requests = [0, 1, 2, 3, 4].map((image) => ({ images: [image], draws: [null] }));
    const batches = feed(loader, requests, 1, new WaitingClock(1));
    const taken: number[] = [];
    for await (const { request } of take(batches, 2)) taken.push(request.images[0]!);
    expect(taken).toEqual([0, 1]);
    expect(asked).toEqual([0, 1, 2, 3]); // the two that were taken, the next, and one ahead
    for await (const { request } of take(batches, 9)) taken.push(request.images[0]!);
    expect(taken).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("a run's log", () => {
  let tissue: TestTissue;
  beforeAll(async () => {
    tissue = await makeTissue();
  });
  afterAll(() => tissue.remove());

  /** A loader that answers one request after another, each after so many milliseconds. */
  async function slow(milliseconds: number): Promise<Loader> {
    const views = labelTask(tissue).views;
    const loader = await createLoader({
      dataset: tissue.dataset,
      views,
      cacheFolder: `${tissue.folder}/slow`,
    });
    let before = Promise.resolve();
    const load: Loader["load"] = async (request) => {
      const turn = before.then(() => sleep(milliseconds));
      before = turn;
      await turn;
      return loader.load(request);
    };
    return { load, close: () => loader.close() };
  }

  it("says what share of an epoch the engine waited, and when the first step began", async () => {
    const loader = await slow(100);
    const startedAt = performance.now() - 5000;
    const { log } = await runBriefly(tissue, labelTask(tissue), { loader, epochs: 2, startedAt });
    await loader.close();
    // How much of the loader's time shows depends on how busy the machine is; that some does, on nothing.
    const waited = log.map(({ waitingShare = 0, seconds }) => waitingShare * seconds);
    expect(waited[0]! + waited[1]!).toBeGreaterThan(0);
    expect(Math.max(...log.map(({ waitingShare = 2 }) => waitingShare))).toBeLessThanOrEqual(1);
    expect(log[0]!.firstStep!.began).toBeGreaterThan(5.05);
    expect(log[0]!.firstStep!.done).toBeGreaterThanOrEqual(log[0]!.firstStep!.began);
    expect(log[1]!.firstStep).toBeUndefined();
    const timing = timingOf(log);
    expect(timing.firstStepSeconds).toBe(log[0]!.firstStep!.began);
    expect(timing.waitingShare).toBeGreaterThan(0);
  });

  it("loads an epoch's first images while the one before is validated", async () => {
    const loader = await slow(0);
    const asked: { images: number; augmented: boolean }[] = [];
    const load: Loader["load"] = (request) => {
      asked.push({ images: request.images.length, augmented: request.draws[0] !== null });
      return loader.load(request);
    };
    let whenValidated: readonly { augmented: boolean }[] = [];
    await runBriefly(tissue, labelTask(tissue), {
      loader: { load, close: () => loader.close() },
      epochs: 2,
      onEpoch: async () => {
        if (whenValidated.length === 0) whenValidated = [...asked];
      },
    });
    await loader.close();
    const lastOfValidation = whenValidated.findLastIndex(({ augmented }) => !augmented);
    expect(whenValidated.slice(lastOfValidation + 1).length).toBeGreaterThan(0);
  });
});
