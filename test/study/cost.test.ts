// What a study costs before anything is spent: counts that can be done by hand, lines through measurements, a table.
import { describe, expect, it } from "vitest";
import { forwardMacs } from "../../src/models/index.ts";
import {
  describePlan,
  fitMachineSpeed,
  fitPassSpeed,
  type MachineSpeed,
  parseMachineSpeed,
  planStudy,
  planTasks,
  scheduleLength,
  studyFacts,
} from "../../src/study/index.ts";
import { dataset, planOf, study } from "./tissue.ts";

const HEAD =
  "title: T\ndata: { data: d }\ntraining: { batch: 8, epochs: 2 }\nseeds: [1]\nstudents: { mpp: [4] }\n";
const SPEED: MachineSpeed = {
  train: { perImage: 0.001, perMac: 1e-10 },
  forward: { perImage: 0.0005, perMac: 1e-11 },
  perPixelLoaded: 1e-8,
  perPixelJittered: 4e-8,
  perStep: 0.01,
  perRun: 0.5,
};
const macs = (side: number) => forwardMacs("resnet10-thin-gn", 2, side, side);
const costs = (text: string) =>
  Object.fromEntries(
    planOf(text).runs.map(({ kind, options, cost }) => [
      `${kind} ${options.unlabelledFraction ?? ""}`.trim(),
      cost,
    ]),
  );

describe("the cost of a training", () => {
  // 24 labelled images of 512 px, 16 without labels, 8 to validate on.
  it("is three forward passes per training image and one per validation image, in every epoch", () => {
    expect(costs(HEAD).teacher).toMatchObject({
      epochs: 2,
      steps: 6,
      images: 24,
      macs: 2 * (24 * 3 + 8) * macs(512),
    });
    expect(costs(HEAD).baseline!.macs).toBe(2 * (24 * 3 + 8) * macs(128));
  });

  it("has the teacher's forward pass besides, in a distillation", () => {
    const teacher = 2 * (40 + 8) * macs(512);
    expect(costs(HEAD)["distilled 1"]).toMatchObject({
      steps: 10,
      macs: 2 * (40 * 3 + 8) * macs(128) + teacher,
    });
  });

  it("has it once for every flip, and once for every teacher, where its outputs are cached", () => {
    const cached = costs(HEAD.replace("mpp: [4]", "mpp: [4], cacheTeacher: true, jitterViews: student"));
    const own = (images: number) => 2 * (images * 3 + 8) * macs(128);
    expect(cached["distilled 0"]!.macs).toBeCloseTo(own(24) + (4 * 24 + 8) * macs(512), -3);
    expect(cached["distilled 1"]!.macs).toBeCloseTo(own(40) + (4 * 16 + (16 / 40) * 8) * macs(512), -3);
    const still = costs(HEAD.replace("mpp: [4]", "mpp: [4], cacheTeacher: true, jitter: false, flip: false"));
    expect(still["distilled 0"]!.macs).toBeCloseTo(own(24) + (24 + 8) * macs(512), -3);
  });

  it("is a sum of seconds per run, step, image, pixel and MAC", () => {
    const file = study(HEAD.replace("batch: 8", "batch: 8, jitter: false"));
    const plan = planStudy(file, studyFacts(dataset(), file), { speed: SPEED });
    const pass = (images: number, { perImage, perMac }: MachineSpeed["train"], side: number) =>
      images * (perImage + perMac * macs(side) + 1e-8 * side ** 2);
    const baseline = plan.runs.find(({ kind }) => kind === "baseline")!;
    expect(baseline.cost.seconds).toBeCloseTo(
      1 + 0.5 + 6 * 0.01 + pass(48, SPEED.train, 128) + pass(16, SPEED.forward, 128),
      9,
    );
    expect(planOf(HEAD).runs[0]!.cost.seconds).toBeNull();
  });

  it("wants more memory for larger images, for a teacher beside, and for every thread", () => {
    const { teacher, baseline, "distilled 0": distilled } = costs(HEAD);
    expect(teacher!.peakBytes).toBeGreaterThan(baseline!.peakBytes);
    expect(distilled!.peakBytes).toBeGreaterThan(baseline!.peakBytes);
    for (const { peakBytes, workerBytes } of [teacher!, baseline!, distilled!]) {
      expect(workerBytes).toBeGreaterThan(2 ** 24);
      expect(peakBytes).toBeGreaterThan(2 ** 28 + workerBytes / 2);
    }
  });
});

describe("images that cannot be brought to a resolution", () => {
  it("are counted before anything is spent", () => {
    expect(() => planOf(HEAD.replace("[4]", "[4, 100]"))).toThrow(
      "study file, `students.mpp`: expected images of at least 8 x 8 pixels at 100 µm/px, got 40 that would be smaller, such as train/0.png of 512 x 512 pixels at 1 µm/px.",
    );
    expect(() => planOf(`${HEAD}teacher: { mpp: 0.5 }\n`)).toThrow(
      "study file, `teacher.mpp`: expected a resolution that the images have, not 0.5 µm/px, got 56 that are coarser",
    );
  });

  it("are no more allowed than shares of tissue that is not there", () => {
    expect(() => planOf(`${HEAD}unlabelledFractions: [0, 0.5]\n`, dataset({ unlabelled: 0 }))).toThrow(
      "study file, `unlabelledFractions`: expected [0], as the data hold no tissue without labels, got [0,0.5].",
    );
  });

  it("nor students of another width than their teacher", () => {
    expect(() =>
      planOf(`${HEAD}arms: [{ name: wide, kind: distilled, options: { architecture: resnet18-gn } }]\n`),
    ).toThrow(
      "expected a feature map of the teacher's 256 channels (resnet10-thin-gn), got 512 (resnet18-gn) in arm `wide`.",
    );
  });
});

describe("a given teacher", () => {
  const text = `${HEAD}teacher: { run: t }\n`;
  const teacher = {
    path: "/t",
    modelHash: "m1",
    architecture: "resnet10-thin-gn",
    mpp: 2,
    classes: ["B", "A"],
  };
  const plan = (given: typeof teacher) => {
    const file = study(text);
    return planStudy(file, studyFacts(dataset(), file, { teacher: given }));
  };

  it("is not trained, and its model is part of its students' keys", () => {
    const { cells, runs, givenTeacher } = plan(teacher);
    expect(givenTeacher).toEqual(teacher);
    expect(cells[0]).toMatchObject({ id: "teacher-2um-l100", runs: [] });
    expect(runs.map(({ kind, needs }) => [kind, needs])).toEqual([
      ["baseline", {}],
      ["distilled", {}],
      ["distilled", {}],
    ]);
    const other = plan({ ...teacher, modelHash: "m2" }).runs;
    expect(other[0]!.key).toBe(runs[0]!.key);
    expect(other[1]!.key).not.toBe(runs[1]!.key);
  });

  it("must know the same classes and be no coarser than its students", () => {
    expect(() => plan({ ...teacher, classes: ["A", "C"] })).toThrow(
      "expected a teacher of the classes A, B, got A, C.",
    );
    expect(() => plan({ ...teacher, mpp: 8 })).toThrow("expected µm/px of at least the teacher's 8, got 4.");
  });
});

describe("a speed", () => {
  it("is the line through its measurements", () => {
    const on = (perImage: number, perMac: number) =>
      [1e7, 1e8, 1e9].map((count) => ({ macs: count, seconds: perImage + perMac * count }));
    const fitted = fitPassSpeed(on(0.002, 1e-10));
    expect(fitted.perImage).toBeCloseTo(0.002, 9);
    expect(fitted.perMac / 1e-10).toBeCloseTo(1, 6);
  });

  it("never has a part below 0", () => {
    expect(
      fitPassSpeed([
        { macs: 1, seconds: 1 },
        { macs: 2, seconds: 3 },
      ]),
    ).toMatchObject({ perImage: 0 });
    expect(
      fitPassSpeed([
        { macs: 1, seconds: 3 },
        { macs: 2, seconds: 1 },
      ]),
    ).toMatchObject({ perMac: 0 });
    expect(fitPassSpeed([{ macs: 5, seconds: 2 }])).toEqual({ perImage: 2, perMac: 0 });
  });

  it("tells steps from images", () => {
    const loop = (count: number, images: number, steps: number) => ({
      ...{ macs: count, images, steps, startSeconds: 0.2 },
      seconds: images * (0.001 + 1e-10 * count) + 0.03 * steps,
    });
    const speed = fitMachineSpeed({
      loops: [loop(2e7, 64, 2), loop(2.5e8, 16, 1), loop(1.3e9, 4, 1), loop(2e7, 16, 8)],
      forward: [
        { macs: 1e8, seconds: 0.001 },
        { macs: 1e9, seconds: 0.01 },
      ],
      loading: { plain: 1e-8, jittered: 5e-8 },
    });
    expect(speed.perStep).toBeCloseTo(0.03, 3);
    expect(speed.train.perMac / 1e-10).toBeCloseTo(1, 1);
    expect(speed).toMatchObject({ perPixelLoaded: 1e-8, perRun: 0.2 });
  });

  it("is read back from its file, and from nothing else", () => {
    expect(parseMachineSpeed(JSON.stringify(SPEED))).toEqual(SPEED);
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      "{}",
      JSON.stringify({ ...SPEED, perStep: -1 }),
      JSON.stringify({ ...SPEED, more: 1 }),
      JSON.stringify(SPEED).replace("0.01", "1e999"),
    ])
      expect(parseMachineSpeed(text)).toBeNull();
  });
});

describe("the table of a plan", () => {
  const text = `${HEAD}arms: [distilled, { name: try, kind: distilled, choose: { temperature: [1, 2] } }]\nunlabelledFractions: [0]\n`;
  const file = study(text);
  const plan = planStudy(file, studyFacts(dataset(), file), { speed: SPEED });
  const shares = { jobs: 2, workers: 4, memory: 2 ** 34 };

  it("counts a run once, and what is done as done", () => {
    const [teacher, student] = plan.runs;
    const { cells, runs, reused, macs: all } = describePlan(plan, shares, new Set([teacher!.key]));
    expect(cells.map((cell) => cell.runs)).toEqual([
      { fresh: 0, reused: 1, shared: 0 },
      { fresh: 1, reused: 0, shared: 0 },
      { fresh: 1, reused: 0, shared: 1 },
    ]);
    expect([runs, reused]).toEqual([2, 1]);
    expect(all).toBe(2 * student!.cost.macs);
  });

  it("adds times up along what must wait for what", () => {
    const [teacher, student] = plan.runs.map(({ cost }) => cost.seconds! / 2);
    expect(describePlan(plan, shares).wallSeconds).toBeCloseTo(teacher! + student!, 6);
    expect(describePlan(plan, { ...shares, jobs: 1, workers: 2 }).wallSeconds).toBeCloseTo(
      teacher! + 2 * student!,
      6,
    );
    expect(describePlan(plan, { ...shares, memory: 1 })).toMatchObject({ exceedsMemory: true });
    expect(describePlan(plan, { ...shares, memory: 1 }).wallSeconds).toBeCloseTo(teacher! + 2 * student!, 6);
    expect(planTasks(plan, shares).map(({ needs }) => needs.length)).toEqual([0, 1, 1]);
  });

  it("is as long as a schedule whose tasks take what they should", () => {
    const task = (key: string, seconds: number, needs: readonly string[] = [], bytes = 1) => ({
      key,
      seconds,
      needs,
      bytes,
    });
    const tasks = [task("a", 3), task("b", 2), task("c", 4, ["b"]), task("d", 1, [], 9)];
    expect(scheduleLength(tasks, { jobs: 1 })).toBe(10);
    expect(scheduleLength(tasks, { jobs: 4 })).toBe(6);
    expect(scheduleLength(tasks, { jobs: 4, maxMemory: 9 })).toBe(7);
    expect(scheduleLength([], { jobs: 4 })).toBe(0);
  });
});
