import { describe, expect, it } from "vitest";
import {
  closestWord,
  fail,
  isLowmagError,
  type Progress,
  ProgressMeter,
  throwIfCancelled,
} from "../../src/base/index.ts";

describe("errors", () => {
  it("follow one grammar and can be told apart by code", () => {
    const error = fail("not-found", {
      where: "a.tif",
      expected: "a slide",
      got: "nothing",
      fix: "Check the path.",
    });
    expect(error.message).toBe("a.tif: expected a slide, got nothing. Check the path.");
    expect(isLowmagError(error)).toBe(true);
    expect(isLowmagError(error, "corrupt-data")).toBe(false);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      code: "not-found",
      where: "a.tif",
      got: "nothing",
    });
  });

  it("suggest the word that was meant, and nothing for a word that is far from all", () => {
    const keys = ["learningRate", "epochs", "temperature"];
    expect(closestWord("learning_rate", keys)).toBe("learningRate");
    expect(closestWord("epoch", keys)).toBe("epochs");
    expect(closestWord("temprature", keys)).toBe("temperature");
    expect(closestWord("colour", keys)).toBeUndefined();
  });

  it("turn a fired signal into `cancelled`", () => {
    expect(() => throwIfCancelled(undefined, "x")).not.toThrow();
    expect(() => throwIfCancelled(AbortSignal.abort(), "x")).toThrow(
      /^x: expected to run to the end, got an interruption/,
    );
  });
});

describe("progress", () => {
  it("counts, and estimates what remains from fresh work alone", () => {
    const reports: Progress[] = [];
    const meter = new ProgressMeter("work", 10, (report) => reports.push(report), 8);
    meter.advance(1, "note");
    expect(reports[0]).toMatchObject({ activity: "work", done: 9, total: 10, note: "note" });
    const { elapsedSeconds, remainingSeconds } = reports[0]!;
    expect(remainingSeconds).toBeCloseTo(elapsedSeconds, 6);
  });
});
