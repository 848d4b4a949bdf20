// The sentence that a reader takes away must be what the numbers say, no more.
import { describe, expect, it } from "vitest";
import { describeFinding, verdictOf } from "../../src/report/index.ts";
import { makeRecord, SEVEN_MODELS, THREE_CLASSES } from "./fixture.ts";

const ONE_STUDENT = SEVEN_MODELS.filter(({ name }) => ["teacher", "student-4", "baseline-4"].includes(name));

function headline(
  differences: Readonly<Record<string, readonly [number, number, number]>>,
  models = ONE_STUDENT,
): string {
  return describeFinding(makeRecord({ classes: THREE_CLASSES, models, differences })).headline;
}

describe("the finding about one student", () => {
  it("says how far it is above the baseline where the interval leaves out 0", () => {
    const words = headline({
      "student-4|baseline-4": [0.12, 0.04, 0.2],
      "student-4|teacher": [-0.02, -0.06, 0.03],
    });
    expect(words).toMatch(
      /^At 4 µm\/px the distilled student scores 0\.\d{3} \[.*\] balanced accuracy, at 1\/16 of the teacher's cost/,
    );
    expect(words).toContain("0.120 [0.040, 0.200] above the label-only baseline");
    expect(words).toContain("no difference from the teacher was shown (difference −0.020 [−0.060, 0.030])");
  });

  it("says that no difference was shown where the interval covers or touches 0", () => {
    for (const low of [-0.01, 0]) {
      const words = headline({ "student-4|baseline-4": [0.09, low, 0.2] });
      expect(words).toContain("no difference from the label-only baseline was shown");
      expect(words).not.toContain("above the label-only baseline");
    }
  });

  it("says that it is below where it is below, with the interval turned the same way", () => {
    const words = headline({ "student-4|baseline-4": [-0.1, -0.18, -0.03] });
    expect(words).toContain("0.100 [0.030, 0.180] below the label-only baseline");
  });

  it("claims nothing without an interval", () => {
    const record = makeRecord({ classes: THREE_CLASSES, models: ONE_STUDENT, intervals: false });
    expect(describeFinding(record).headline).toContain("without an interval, so that nothing is shown");
  });

  it("reads a comparison that was made the other way round", () => {
    const record = makeRecord({
      classes: THREE_CLASSES,
      models: ONE_STUDENT,
      differences: { "student-4|baseline-4": [0.12, 0.04, 0.2] },
    });
    const turned = record.comparisons.map((comparison) => {
      const { value, interval } = comparison.difference;
      const difference = {
        value: -value!,
        interval: { ...interval!, low: -interval!.high, high: -interval!.low },
      };
      return { ...comparison, first: comparison.second, second: comparison.first, difference };
    });
    expect(describeFinding({ ...record, comparisons: turned }).headline).toBe(
      describeFinding(record).headline,
    );
  });

  it("does not take a baseline of another resolution for its own", () => {
    const models = SEVEN_MODELS.filter(({ name }) => ["teacher", "student-4", "baseline-8"].includes(name));
    expect(headline({}, models)).toContain(
      "it was not compared with a label-only baseline of this resolution",
    );
  });
});

describe("the finding about several students", () => {
  it("names every resolution under what was shown there, and picks none", () => {
    const words = headline(
      {
        "student-2|baseline-2": [0.01, -0.03, 0.05],
        "student-4|baseline-4": [0.12, 0.04, 0.2],
        "student-8|baseline-8": [-0.2, -0.3, -0.1],
      },
      [...SEVEN_MODELS],
    );
    expect(words).toBe(
      "Distilled students had higher balanced accuracy at 4 µm/px and lower balanced accuracy at 8 µm/px than label-only baselines; at 2 µm/px no difference was shown.",
    );
  });

  it("says that no difference was shown where none was", () => {
    const differences = Object.fromEntries(
      [2, 4, 8].map((mpp) => [`student-${mpp}|baseline-${mpp}`, [0.03, -0.02, 0.08] as const]),
    );
    expect(headline(differences, [...SEVEN_MODELS])).toBe(
      "No difference in balanced accuracy between distilled students and label-only baselines was shown at 2, 4 or 8 µm/px.",
    );
  });

  it("names the students where two share a resolution", () => {
    const models = [...ONE_STUDENT, { name: "student-4-b", role: "student" as const, mpp: 4, skill: 2 }];
    const words = headline(
      { "student-4|baseline-4": [0.12, 0.04, 0.2], "student-4-b|baseline-4": [0.02, -0.04, 0.1] },
      models,
    );
    expect(words).toBe(
      "Of the distilled students, student-4 had higher balanced accuracy than label-only baselines; for student-4-b no difference was shown.",
    );
  });

  it("gives each student its own sentence with its numbers", () => {
    const { details, basis } = describeFinding(makeRecord({ classes: THREE_CLASSES, models: SEVEN_MODELS }));
    expect(details).toHaveLength(3);
    expect(details[2]).toContain("At 8 µm/px");
    expect(details[2]).toContain("1/64 of the teacher's cost");
    expect(basis).toContain("95%");
  });
});

describe("the finding about a fine-tuned student", () => {
  it("judges it against the distilled student where it was not compared with a baseline", () => {
    const models = [...ONE_STUDENT, { name: "tuned-4", role: "fine-tuned" as const, mpp: 4, skill: 2.4 }];
    const record = makeRecord({ classes: THREE_CLASSES, models });
    const interval = { low: 0.01, high: 0.09, level: 0.95, method: "" };
    const tuned = { ...record.comparisons[0]!, first: "tuned-4", second: "student-4", pValue: 0.02 };
    const comparisons = [
      ...record.comparisons.filter(({ first }) => first !== "tuned-4"),
      { ...tuned, difference: { value: 0.05, interval } },
    ];
    const { headline: sentence, details } = describeFinding({ ...record, comparisons });
    expect(sentence).toContain("the distilled student scores");
    expect(details).toHaveLength(1);
    expect(details[0]).toContain("0.050 [0.010, 0.090] above the distilled student of this resolution");
  });
});

describe("the finding without students", () => {
  it("states one model's score and that there is nothing to compare it with", () => {
    expect(headline({}, SEVEN_MODELS.slice(0, 1))).toMatch(
      /^The teacher scores 0\.\d{3} .*no other model to compare it with\.$/,
    );
  });

  it("states the range of several", () => {
    const models = SEVEN_MODELS.filter(({ role }) => role !== "student");
    expect(headline({}, models)).toContain("there is no distilled student among them");
  });
});

describe("verdictOf", () => {
  it("decides only where the whole interval is on one side of 0", () => {
    const at = (low: number, high: number) =>
      verdictOf({ value: (low + high) / 2, interval: { low, high, level: 0.95, method: "" } });
    expect([at(0.1, 0.2), at(-0.2, -0.1), at(-0.1, 0.1), at(0, 0.1)]).toEqual([
      "above",
      "below",
      "not shown",
      "not shown",
    ]);
    expect(verdictOf({ value: 0.5, interval: null })).toBe("no interval");
  });
});
