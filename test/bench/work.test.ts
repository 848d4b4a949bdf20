import { describe, expect, it } from "vitest";
import { timesOf } from "../../bench/performance/command.ts";
import { parseWork } from "../../bench/performance/lowmag/work.ts";

describe("a piece of work", () => {
  it("is told in the words that both programs understand", () => {
    expect(parseWork(["distill", "2048,512", "--batch", "2", "--workers", "2", "--cached"])).toEqual({
      ...{ kind: "distill", size: 2048, studentSize: 512, batch: 2, workers: 2, seconds: 1.5 },
      ...{ cached: true, checkpointing: false },
    });
    expect(parseWork(["train", "256"])).toMatchObject({ size: 256, studentSize: 256, batch: 1, workers: 1 });
  });

  it("is refused where it says nothing that can be done", () => {
    for (const words of [[], ["train"], ["train", "large"], ["paint", "256"]])
      expect(() => parseWork(words)).toThrow("expected forward|train|distill|product");
  });
});

describe("the log of a real training", () => {
  const epoch = {
    epoch: 1,
    step: 1,
    learningRate: 1,
    train: { loss: 1, parts: {} },
    validation: null,
    best: true,
  };

  it("tells the share of waiting over all epochs and the time to the first step", () => {
    const log = [
      { ...epoch, seconds: 10, waitingShare: 0.1, firstStep: { began: 1.5, done: 2 } },
      { ...epoch, seconds: 30, waitingShare: 0 },
    ];
    expect(timesOf(log)).toEqual({ epochSeconds: 20, waitingShare: 0.025, firstStepSeconds: 1.5 });
  });

  it("leaves out what it does not say", () => {
    expect(timesOf([{ ...epoch, seconds: 10 }])).toEqual({ epochSeconds: 10 });
  });
});
