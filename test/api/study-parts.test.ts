// The parts of a study that need no training: choices, examples, what a training process is handed, shares, paths.
import { describe, expect, it } from "vitest";
import { chooseCandidates } from "../../src/api/study/choose.ts";
import { chooseDisagreements } from "../../src/api/study/disagreements.ts";
import type { RunOutcome } from "../../src/api/study/execute-runs.ts";
import { sharesOf } from "../../src/api/study/jobs.ts";
import { settingsOf } from "../../src/api/study/run-records.ts";
import { trainingData } from "../../src/api/study/training-data.ts";
import type { DatasetReading, Split, TissueImage } from "../../src/dataset/index.ts";
import type { StudyCellInput } from "../../src/evaluate/index.ts";
import type { PlannedCell, PlannedRun, StudyPlan } from "../../src/study/index.ts";

const COST = { epochs: 1, steps: 1, images: 1, macs: 1, seconds: 1, peakBytes: 1e9, workerBytes: 0 };

function runOf(
  key: string,
  options: PlannedRun["options"] = {},
  needs: PlannedRun["needs"] = {},
): PlannedRun {
  const facts = { key, name: key, cell: "cell", seed: 1, candidate: null, cost: COST };
  return { ...facts, kind: "distilled", operation: "distill", options, needs };
}

/** A run that is finished, with what validation said of its chosen epoch, the second of three. */
function done(planned: PlannedRun, loss: number, auroc: number | null): RunOutcome {
  const epoch = (validation: object) => ({ validation });
  const log = [epoch({ loss: 0, auroc: 1 }), epoch({ loss, auroc }), epoch({ loss: 0, auroc: 1 })];
  const finished = { log, record: { bestEpoch: 2 } };
  return { planned, state: "done", reused: false, finished } as unknown as RunOutcome;
}

function planOf(candidates: readonly { settings: object; runs: readonly PlannedRun[] }[]): StudyPlan {
  const cell = {
    id: "cell",
    runs: candidates.flatMap(({ runs }) => runs.map(({ key }) => key)),
    candidates: candidates.map(({ settings, runs }) => ({ settings, runs: runs.map(({ key }) => key) })),
  };
  const runs = candidates.flatMap((candidate) => candidate.runs);
  return { cells: [cell as unknown as PlannedCell], runs, givenTeacher: null };
}

describe("a choice on validation data", () => {
  const pair = (name: string, options?: PlannedRun["options"]) => [
    runOf(`${name}1`, options),
    runOf(`${name}2`, options),
  ];
  const outcomesOf = (...outcomes: RunOutcome[]) => new Map(outcomes.map((one) => [one.planned.key, one]));

  it("takes the lowest mean loss over the seeds, at the epoch that was kept", () => {
    const [a, b] = [pair("a"), pair("b")];
    const plan = planOf([
      { settings: { learningRate: 1 }, runs: a },
      { settings: { learningRate: 2 }, runs: b },
    ]);
    const outcomes = outcomesOf(
      done(a[0]!, 1, 0.9),
      done(a[1]!, 5, 0.9),
      done(b[0]!, 2, 0.1),
      done(b[1]!, 3, 0.1),
    );
    const { chosen, choices } = chooseCandidates(plan, outcomes);
    expect(chosen.get("cell")).toEqual(["b1", "b2"]);
    expect(choices).toEqual([
      {
        cell: "cell",
        metric: "validation loss, lower is better",
        candidates: [
          { settings: { learningRate: 2 }, value: 2.5 },
          { settings: { learningRate: 1 }, value: 3 },
        ],
      },
    ]);
  });

  it("goes by the AUROC where the settings change what the loss means, and by `select` elsewhere", () => {
    for (const [settings, select, metric] of [
      [{ temperature: 2 }, "loss", "auroc"],
      [{ temperature: 2 }, "accuracy", "accuracy"],
      [{ learningRate: 2 }, "balancedAccuracy", "balancedAccuracy"],
    ] as const) {
      const plan = planOf([
        { settings, runs: pair("a", { select }) },
        { settings, runs: pair("b", { select }) },
      ]);
      expect(chooseCandidates(plan, new Map()).choices[0]!.metric).toBe(
        `validation ${metric}, higher is better`,
      );
    }
  });

  it("takes the first of equals, and never one without a value before one with", () => {
    const [a, b, c] = [pair("a"), pair("b"), pair("c")];
    const plan = planOf([
      { settings: { gamma: 1 }, runs: a },
      { settings: { gamma: 2 }, runs: b },
      { settings: { gamma: 3 }, runs: c },
    ]);
    const failed = (planned: PlannedRun): RunOutcome => ({ planned, state: "failed", reason: "no" });
    const outcomes = outcomesOf(
      failed(a[0]!),
      failed(a[1]!),
      done(b[0]!, 1, 1),
      failed(b[1]!),
      done(c[1]!, 1, 1),
    );
    const { chosen, choices } = chooseCandidates(plan, outcomes);
    expect(chosen.get("cell")).toEqual(["b1", "b2"]);
    expect(choices[0]!.candidates.map(({ value }) => value)).toEqual([1, 1, null]);
  });
});

describe("examples of disagreement", () => {
  const classes = ["A", "B"];
  const cell = (id: string, kind: string, mpp: number, says: string): StudyCellInput => {
    const test = [...says].map((word, i) => ({
      image: `${i}`,
      patient: null,
      label: i % 2 === 0 ? "A" : "B",
      probabilities: word === "A" ? [0.9, 0.1] : [0.1, 0.9],
    }));
    const facts = { id, arm: id, kind, mpp, labelFraction: 1, unlabelledFraction: 0 };
    return { ...facts, seeds: [{ seed: 1, test }] } as unknown as StudyCellInput;
  };

  it("are as many where the teacher is right as where the student is, and each image once", () => {
    //                               true: ABABABAB
    const teacher = cell("teacher", "teacher", 1, "ABABABBA");
    const student = cell("distilled", "distilled", 2, "BABAABAB");
    const chosen = chooseDisagreements([teacher, student], classes, 4);
    expect(chosen.map(({ image, right }) => [image, right])).toEqual([
      [0, "teacher"],
      [6, "student"],
      [1, "teacher"],
      [7, "student"],
    ]);
    expect(chooseDisagreements([teacher, student], classes, 99)).toHaveLength(6);
    expect(chooseDisagreements([teacher, teacher], classes, 3)).toEqual([]);
  });
});

describe("what a training process is handed", () => {
  const image = (id: string, label: string | null, split: Split | null) =>
    ({ id, label, split }) as TissueImage;
  const images = [
    image("train", "A", "train"),
    image("hidden", null, "train"),
    image("val", "B", "val"),
    image("test", "A", "test"),
    image("test without label", null, "test"),
    image("tissue", null, null),
    image("aside", "A", null),
  ];
  const dataset: DatasetReading = { classes: ["A", "B"], images, notes: [], preparation: [] };
  const ids = (operation: "train" | "distill") => trainingData(dataset, operation).images.map(({ id }) => id);

  it("holds no image of the test split, and no unlabelled tissue for a training from labels", () => {
    expect(ids("train")).toEqual(["train", "val", "aside"]);
    expect(ids("distill")).toEqual(["train", "hidden", "val", "tissue", "aside"]);
  });
});

describe("the shares of a study's trainings", () => {
  const plan: StudyPlan = {
    cells: [],
    givenTeacher: null,
    runs: [runOf("a"), runOf("b"), runOf("c"), runOf("d", {}, { teacher: "a" })],
  };

  it("are as many trainings as can begin at once, within threads and memory, unless said otherwise", () => {
    expect(sharesOf(plan, { workers: 8, maxMemory: 64 })).toEqual({
      jobs: 3,
      workers: 8,
      memory: 64e9,
    });
    expect(sharesOf(plan, { workers: 2, maxMemory: 64 }).jobs).toBe(2);
    expect(sharesOf(plan, { workers: 8, maxMemory: 2.5 }).jobs).toBe(2);
    expect(sharesOf(plan, { workers: 8, maxMemory: 0.5 }).jobs).toBe(1);
    expect(sharesOf(plan, { jobs: 7, workers: 2, maxMemory: 1 }).jobs).toBe(7);
  });
});

describe("the settings in a record", () => {
  it("name paths relative to the study file, and leave everything else", () => {
    const settings = {
      title: "/work of art",
      data: { data: "/a/b/tissue/m.csv", unlabelled: ["/a/more", "/a/b/x.csv"], include: "/x/" },
      teacher: { run: "/a/b/runs/t", mpp: 1 },
      arms: [{ name: "tuned", from: "distilled", options: { weights: "/a/b/w.safetensors" } }],
      seeds: [1, 2],
      leaks: { allow: [["/a/b/1.png", "2.png"]] },
    };
    expect(settingsOf(settings, "/a/b")).toEqual({
      ...settings,
      data: { data: "tissue/m.csv", unlabelled: ["../more", "x.csv"], include: "/x/" },
      teacher: { run: "runs/t", mpp: 1 },
      arms: [{ name: "tuned", from: "distilled", options: { weights: "w.safetensors" } }],
    });
  });
});
