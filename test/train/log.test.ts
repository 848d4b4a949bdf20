import { describe, expect, it } from "vitest";
import { type EpochRecord, epochText, logText, parseLog, waitingAdvice } from "../../src/train/index.ts";

const record: EpochRecord = {
  epoch: 3,
  step: 27,
  learningRate: 0.00072249,
  train: { loss: 1.25, parts: { soft: 0.25, pixel: 1 } },
  validation: {
    loss: 0.5,
    parts: { soft: 0.1, pixel: 0.4 },
    accuracy: 0.75,
    balancedAccuracy: 0.7,
    auroc: null,
  },
  best: true,
  seconds: 12.34,
};

describe("the log", () => {
  it("reads back what it wrote, without a last line that a crash cut short", () => {
    const text = logText([record, { ...record, epoch: 4 }]);
    expect(parseLog(text)).toEqual([record, { ...record, epoch: 4 }]);
    expect(parseLog(`${text}{"epoch":5,"st`)).toHaveLength(2);
    expect(parseLog("")).toEqual([]);
  });

  it("tells an epoch in one line, leaving out what is not known", () => {
    expect(epochText(record, 20)).toBe(
      "epoch 3/20: loss 1.2500 (soft 0.2500, pixel 1.0000), rate 0.000722; validation loss 0.5000, accuracy 0.750, balanced accuracy 0.700, best so far; 12.3 s",
    );
    const bare = { ...record, train: { loss: 2, parts: {} }, validation: null };
    expect(epochText(bare, 20)).toBe("epoch 3/20: loss 2.0000, rate 0.000722; 12.3 s");
    expect(epochText({ ...bare, waitingShare: 0.04 }, 20)).toBe(epochText(bare, 20));
    expect(epochText({ ...bare, waitingShare: 0.314 }, 20)).toBe(
      "epoch 3/20: loss 2.0000, rate 0.000722; 12.3 s, 31% of it waiting for images",
    );
  });

  it("says what helps where much time went into waiting, but not of a first epoch, which fills caches", () => {
    expect(waitingAdvice({ ...record, waitingShare: 0.314 })).toMatch(/^note: 31% of epoch 3 .*--cache/);
    expect(waitingAdvice({ ...record, waitingShare: 0.05 })).toBeNull();
    expect(waitingAdvice(record)).toBeNull();
    expect(waitingAdvice({ ...record, epoch: 1, waitingShare: 0.9 })).toBeNull();
  });
});
