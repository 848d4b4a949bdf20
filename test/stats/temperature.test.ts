import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { fitTemperature, MAX_TEMPERATURE, MIN_TEMPERATURE, softmax } from "../../src/stats/index.ts";
import { golden } from "./golden.ts";

describe("temperature scaling", () => {
  it.each(golden.temperature)("finds SciPy's optimum, near $temperature", (one) => {
    const fit = fitTemperature(one.logits, one.labels);
    expect(Math.abs(fit.temperature / one.temperature - 1)).toBeLessThan(1e-6);
    expect(fit.logLossBefore).toBeCloseTo(one.logLossBefore, 12);
    expect(fit.logLossAfter).toBeCloseTo(one.logLossAfter, 12);
    expect(fit.atBound).toBe(false);
  });

  it("undoes a known factor on the logits", () => {
    const { logits, labels } = golden.temperature[0]!;
    const { temperature } = fitTemperature(logits, labels);
    const sharper = logits.map((row) => row.map((logit) => 7 * logit));
    expect(fitTemperature(sharper, labels).temperature).toBeCloseTo(7 * temperature, 8);
  });

  it("stops at its bounds, and says so, for data that ask for certainty or for none", () => {
    const certain = fitTemperature(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 1],
    );
    expect(certain).toMatchObject({ atBound: true });
    expect(certain.temperature).toBeCloseTo(MIN_TEMPERATURE, 10);
    const contrary = fitTemperature(
      [
        [1, 0],
        [0, 1],
      ],
      [1, 0],
    );
    expect(contrary).toMatchObject({ atBound: true });
    expect(contrary.temperature).toBeCloseTo(MAX_TEMPERATURE, 8);
  });

  it("refuses logits that are not finite, naming the image", () => {
    try {
      fitTemperature(
        [
          [0, 1],
          [Number.NaN, 1],
        ],
        [0, 1],
      );
      expect.unreachable();
    } catch (error) {
      expect(isLowmagError(error, "not-finite")).toBe(true);
      expect((error as Error).message).toBe("fitTemperature, image 1: expected finite logits, got [NaN, 1].");
    }
  });

  it("softmaxes huge logits without overflow", () => {
    expect(softmax([1000, 999])).toEqual(softmax([1, 0]));
    expect(softmax([2, 0], 2)).toEqual(softmax([1, 0]));
  });
});
