// Judging a study: what is compared with what, over which seeds, how tests are corrected, and what is refused.
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import {
  type Answer,
  evaluateStudy,
  type StudyCellInput,
  type StudyEvaluation,
  type StudyEvaluationInput,
  type StudySeedAnswers,
} from "../../src/evaluate/index.ts";
import {
  aurocComponents,
  aurocDifference,
  classificationMetrics,
  combineAurocs,
  effectiveUnits,
  holmAdjust,
  overallIndex,
  preparePredictions,
} from "../../src/stats/index.ts";
import { CLASSES, sampleStudy } from "./study-input.ts";

const input = sampleStudy();
const study = evaluateStudy(input);
const TEACHER = "teacher-1um-l100-u0";

function cellOf(evaluation: StudyEvaluation, id: string) {
  return evaluation.cells.find((cell) => cell.id === id)!;
}

function comparisonOf(evaluation: StudyEvaluation, question: string, first: string, metric = "macroAuroc") {
  return evaluation.comparisons.find(
    (one) => one.question === question && one.first === first && one.metric === metric,
  )!;
}

/** The study with one cell, or one seed of it, changed. */
function edit(
  id: string,
  change: (cell: StudyCellInput) => StudyCellInput,
  from: StudyEvaluationInput = input,
): StudyEvaluationInput {
  return { ...from, cells: from.cells.map((cell) => (cell.id === id ? change(cell) : cell)) };
}

function editSeed(
  id: string,
  seed: number,
  change: (answers: StudySeedAnswers) => Partial<StudySeedAnswers>,
): StudyEvaluationInput {
  return edit(id, (cell) => ({
    ...cell,
    seeds: cell.seeds.map((one) => (one.seed === seed ? { ...one, ...change(one) } : one)),
  }));
}

function prepare(answers: readonly Answer[]) {
  return preparePredictions(
    answers.map(({ label }) => CLASSES.indexOf(label)),
    answers.map(({ probabilities }) => probabilities),
    3,
  );
}

describe("a cell of a study", () => {
  const cell = cellOf(study, "distilled-4um-l100-u100");
  const given = input.cells.find(({ id }) => id === cell.id)!;

  it("has every seed's metrics, their mean and their spread", () => {
    const perSeed = given.seeds.map(({ test }) => classificationMetrics(prepare(test)).overall.macroF1!);
    const { value, perSeed: found, standardDeviation, interval } = cell.metrics.macroF1!;
    expect(found).toEqual(perSeed);
    expect(value).toBeCloseTo((perSeed[0]! + perSeed[1]! + perSeed[2]!) / 3, 12);
    const spread = Math.sqrt(perSeed.reduce((sum, one) => sum + (one - value!) ** 2, 0) / 2);
    expect(standardDeviation).toBeCloseTo(spread, 12);
    expect(interval!.low).toBeLessThan(value!);
    expect(interval!.high).toBeGreaterThan(value!);
    expect(interval!.method).toBe("bootstrap standard error by patient, Student's t");
    expect(cell.perClass.Sprue!.recall!.perSeed).toHaveLength(3);
  });

  it("sums the confusion matrices of its seeds", () => {
    expect(cell.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(3 * 72);
    const correct = cell.confusion.reduce((sum, row, i) => sum + row[i]!, 0);
    expect(correct / (3 * 72)).toBeCloseTo(cell.metrics.accuracy!.value!, 12);
  });

  it("is better calibrated after temperatures fitted on its validation answers alone", () => {
    const sure = edit(cell.id, (one) => ({ ...one, seeds: one.seeds.map(sharpen) }));
    const { before, after, temperatures } = cellOf(evaluateStudy(sure), cell.id).calibration;
    for (const temperature of temperatures) expect(temperature).toBeGreaterThan(1.5);
    expect(after!.error.value).toBeLessThan(before.error.value! - 0.03);
    expect(after!.bins.reduce((sum, { count }) => sum + count, 0)).toBe(3 * 72);
    const other = editSeed(cell.id, 1, (seed) => ({ validation: sharpen(seed).validation }));
    const moved = cellOf(evaluateStudy(other), cell.id);
    expect(moved.calibration.temperatures[0]).toBeGreaterThan(cell.calibration.temperatures[0]! * 1.5);
    expect(moved.metrics).toEqual(cell.metrics);
  });

  it("is not scaled without validation answers, or where they ask for certainty, and the notes say so", () => {
    const silent = evaluateStudy(editSeed(cell.id, 2, () => ({ validation: [] })));
    expect(cellOf(silent, cell.id).calibration).toMatchObject({ after: null, temperatures: { 1: null } });
    expect(silent.notes.join("\n")).toContain(`want of validation answers: ${cell.id}.`);
    const sure = editSeed(cell.id, 2, ({ validation }) => ({ validation: validation.map(perfect) }));
    expect(cellOf(evaluateStudy(sure), cell.id).calibration.after).toBeNull();
    expect(evaluateStudy(sure).notes.join("\n")).toContain("ask for full certainty");
  });

  it("agrees with the teacher of its own seed and labels; teachers with none", () => {
    const teacher = input.cells.find(({ id }) => id === TEACHER)!;
    const share = given.seeds.map(({ test }, s) => {
      const [own, other] = [prepare(test), prepare(teacher.seeds[s]!.test)];
      return own.predicted.filter((answer, i) => answer === other.predicted[i]).length / 72;
    });
    expect(cell.agreement!.share.perSeed).toEqual(share);
    expect(cell.agreement!.kappa.value).toBeGreaterThan(0.4);
    expect(cellOf(study, TEACHER).agreement).toBeNull();
  });

  it("has no agreement at a seed that the teacher lacks, and none where there is no teacher of its labels", () => {
    const two = edit(TEACHER, (one) => ({ ...one, seeds: one.seeds.slice(1) }));
    const { share } = cellOf(evaluateStudy(two), cell.id).agreement!;
    expect(share.perSeed[0]).toBeNull();
    expect(share.value).toBeCloseTo((share.perSeed[1]! + share.perSeed[2]!) / 2, 12);
    const none = edit(TEACHER, (one) => ({ ...one, labelFraction: 0.5 }));
    expect(cellOf(evaluateStudy(none), cell.id).agreement).toBeNull();
  });

  it("that is trained once has no spread, and the notes say that it is not known", () => {
    const once = evaluateStudy(sampleStudy({}, { seeds: [5] }));
    expect(once.cells[0]!.metrics.accuracy!.standardDeviation).toBeNull();
    expect(once.notes.join("\n")).toContain("Every network was trained once");
  });
});

describe("the questions of a study", () => {
  const asked = [
    ...new Set(study.comparisons.map((one) => [one.question, one.first, one.second].join(" > "))),
  ];

  it("are asked wherever both cells are there, and nowhere else", () => {
    expect(asked).toEqual([
      `student-teacher > distilled-4um-l100-u0 > ${TEACHER}`,
      `student-teacher > distilled-4um-l100-u100 > ${TEACHER}`,
      `student-teacher > distilled-8um-l100-u0 > ${TEACHER}`,
      `student-teacher > published-4um-l100-u0 > ${TEACHER}`,
      `student-teacher > fine-tuned-4um-l100-u100 > ${TEACHER}`,
      "student-baseline > distilled-4um-l100-u0 > baseline-4um-l100-u0",
      "student-baseline > distilled-4um-l100-u100 > baseline-4um-l100-u0",
      "student-baseline > published-4um-l100-u0 > baseline-4um-l100-u0",
      "student-baseline > fine-tuned-4um-l100-u100 > baseline-4um-l100-u0",
      "fine-tuned-student > fine-tuned-4um-l100-u100 > distilled-4um-l100-u100",
      "unlabelled-none > distilled-4um-l100-u100 > distilled-4um-l100-u0",
      "variant-reference > published-4um-l100-u0 > distilled-4um-l100-u0",
    ]);
    expect(study.comparisons).toHaveLength(12 * 4);
  });

  it("are answered over the seeds both cells have", () => {
    const fewer = edit(TEACHER, (cell) => ({ ...cell, seeds: cell.seeds.filter(({ seed }) => seed !== 2) }));
    const one = comparisonOf(evaluateStudy(fewer), "student-teacher", "distilled-8um-l100-u0", "accuracy");
    expect(one.seeds).toEqual([1, 3]);
    const whole = comparisonOf(study, "student-teacher", "distilled-8um-l100-u0", "accuracy");
    expect(one.difference.perSeed).toEqual([0, 2].map((place) => whole.difference.perSeed[place]));
  });

  it("are left out where no seed is common, and the notes say so", () => {
    const apart = edit("published-4um-l100-u0", (cell) => ({
      ...cell,
      seeds: cell.seeds.slice(0, 1).map((one) => ({ ...one, seed: 99 })),
    }));
    const result = evaluateStudy(apart);
    expect(result.comparisons.some(({ first }) => first === "published-4um-l100-u0")).toBe(false);
    const notes = result.notes.join("\n");
    expect(notes).toContain(`published-4um-l100-u0 and ${TEACHER} have no seed in common`);
    expect(notes).toContain("Fewer than 3 seeds: published-4um-l100-u0.");
  });

  it("take the difference in macro AUROC and its interval from DeLong by patient, over the seeds", () => {
    const found = comparisonOf(study, "student-teacher", "distilled-8um-l100-u0");
    const pair = [found.first, found.second].map((id) => input.cells.find((cell) => cell.id === id)!);
    const unitOf = Int32Array.from(pair[0]!.seeds[0]!.test, ({ patient }) => Number(patient!.slice(2)));
    const [first, second] = pair.map(({ seeds }) =>
      combineAurocs(
        seeds.map(({ test }) => ({ components: aurocComponents(prepare(test), unitOf), weight: 1 / 3 })),
      ),
    );
    const units = effectiveUnits(prepare(pair[0]!.seeds[0]!.test), unitOf)[overallIndex("macroAuroc")]!;
    const expected = aurocDifference(first!, second!, units);
    expect(found.difference.value).toBeCloseTo(expected.value, 12);
    expect(found.difference.interval!.low).toBeCloseTo(expected.bounds(0.95)!.low, 12);
    expect(found.test!.pValue).toBeCloseTo(expected.test()!, 12);
    expect(found.test!.method).toBe("DeLong by patient");
    expect(comparisonOf(study, "student-teacher", found.first, "accuracy").test!.method).toBe(
      "paired bootstrap by patient",
    );
  });

  it("give a cell compared with its like no difference, and show it non-inferior only with enough patients", () => {
    const same = (shape: { patients: number }) => {
      const plain = sampleStudy({}, shape);
      const teacher = plain.cells.find(({ id }) => id === TEACHER)!;
      return evaluateStudy(
        edit("distilled-4um-l100-u0", (cell) => ({ ...cell, seeds: teacher.seeds }), plain),
      );
    };
    for (const metric of ["accuracy", "macroAuroc"]) {
      const few = comparisonOf(same({ patients: 9 }), "student-teacher", "distilled-4um-l100-u0", metric);
      expect(few.difference.perSeed).toEqual([0, 0, 0]);
      expect(few.test!.pValue).toBe(1);
      expect(few.nonInferiority!.shown).toBe(false);
    }
    const many = comparisonOf(same({ patients: 300 }), "student-teacher", "distilled-4um-l100-u0");
    expect(many.nonInferiority!.shown).toBe(true);
  });
});

describe("the tests of a study", () => {
  it.each(["accuracy", "macroAuroc"])(
    "of %s are one family, corrected by Holm, one-sided ones doubled",
    (metric) => {
      const family = study.comparisons.filter((one) => one.metric === metric);
      const pValues = family.flatMap(({ test, nonInferiority }) => [
        test?.pValue ?? null,
        nonInferiority === null ? null : Math.min(1, 2 * nonInferiority.pValue),
      ]);
      const adjusted = family.flatMap(({ test, nonInferiority }) => [
        test?.adjusted ?? null,
        nonInferiority?.adjusted ?? null,
      ]);
      expect(adjusted).toEqual(holmAdjust(pValues));
      expect(pValues.filter((p) => p !== null)).toHaveLength(12 + 5);
    },
  );

  it("of non-inferiority are made for the teacher only, and shown by the adjusted p-value", () => {
    for (const { question, nonInferiority } of study.comparisons) {
      expect(nonInferiority !== null).toBe(question === "student-teacher");
      if (nonInferiority === null) continue;
      expect(nonInferiority.margin).toBe(0.05);
      expect(nonInferiority.shown).toBe(nonInferiority.adjusted < 0.05);
    }
    const wide = evaluateStudy({ ...input, margin: 0.1 });
    const shown = (first: string) => comparisonOf(wide, "student-teacher", first).nonInferiority!.shown;
    expect(shown("fine-tuned-4um-l100-u100")).toBe(true);
    expect(shown("distilled-8um-l100-u0")).toBe(false);
  });

  it("agree, before correction, with the intervals", () => {
    for (const { difference, test, nonInferiority } of study.comparisons) {
      const { low, high } = difference.interval!;
      expect(test!.pValue < 0.05).toBe(low > 0 || high < 0);
      if (nonInferiority !== null) expect(nonInferiority.pValue < 0.025).toBe(low > -0.05);
    }
  });

  it("are told to the reader in one sentence", () => {
    expect(study.family).toContain("12 two-sided tests of a difference and 5 one-sided tests");
    expect(study.family).toContain("margin of 0.05");
    expect(study.family).toContain("held against 5%");
    expect(study.family).toContain("tested at 2.5%");
  });
});

describe("a study", () => {
  it("is judged alike every time, and the numbers of one cell do not depend on which others there are", () => {
    expect(evaluateStudy(input)).toEqual(study);
    const alone = evaluateStudy({ ...input, cells: input.cells.slice(3, 4) });
    expect(alone.cells[0]!.metrics).toEqual(cellOf(study, "distilled-4um-l100-u0").metrics);
    expect(alone.comparisons).toEqual([]);
    expect(alone.notes.join("\n")).toContain("No teacher of the same labels to compare with");
  });

  it("counts images and patients of every class", () => {
    expect(study).toMatchObject({ images: 72, patients: 24, resampling: "200 bootstrap draws by patient" });
    expect(study.support).toEqual(
      Object.fromEntries(CLASSES.map((name) => [name, { images: 24, patients: 8 }])),
    );
  });

  it("without patients is resampled by image, says so everywhere, and warns", () => {
    const unknown = evaluateStudy(sampleStudy({}, { knownPatients: false }));
    expect(unknown).toMatchObject({ patients: null, resampling: "200 bootstrap draws by image" });
    expect(unknown.support.Normal).toEqual({ images: 24, patients: null });
    expect(unknown.notes[0]).toContain("treat the 72 images as independent");
    const methods = new Set(unknown.comparisons.map(({ test }) => test!.method));
    expect(methods).toEqual(new Set(["paired bootstrap by image", "DeLong by image"]));
  });

  it("with a class of one patient has no interval of AUROC differences, and says why", () => {
    const lone = (answers: readonly Answer[]) =>
      answers.map((one) => (one.label === "Sprue" ? { ...one, patient: "P-2" } : one));
    const cells = input.cells.map((cell) => ({
      ...cell,
      seeds: cell.seeds.map((seed) => ({ ...seed, test: lone(seed.test) })),
    }));
    const result = evaluateStudy({ ...input, cells });
    const one = comparisonOf(result, "student-teacher", "distilled-4um-l100-u0");
    expect(one).toMatchObject({ test: null, nonInferiority: null, difference: { interval: null } });
    expect(one.difference.value).not.toBeNull();
    expect(result.notes.join("\n")).toContain('Class "Sprue" comes from one patient alone');
  });

  it("with a class that no image has leaves it out of class means and gives null for it", () => {
    const without = (answers: readonly Answer[]) => answers.filter(({ label }) => label !== "Sprue");
    const cells = input.cells.map((cell) => ({
      ...cell,
      seeds: cell.seeds.map((seed) => ({ ...seed, test: without(seed.test) })),
    }));
    const result = evaluateStudy({ ...input, cells });
    expect(result.cells[0]!.perClass.Sprue!.recall).toMatchObject({ value: null, interval: null });
    expect(result.cells[0]!.metrics.macroAuroc!.value).toBeGreaterThan(0.5);
    expect(result.support.Sprue).toEqual({ images: 0, patients: 0 });
    expect(JSON.stringify(result)).toEqual(JSON.stringify(JSON.parse(JSON.stringify(result))));
  });

  it("says when a network made no error", () => {
    const sure = edit(TEACHER, (cell) => ({
      ...cell,
      seeds: cell.seeds.map((seed) => ({ ...seed, test: seed.test.map(perfect) })),
    }));
    const result = evaluateStudy(sure);
    expect(result.notes.join("\n")).toContain(`No errors at all: ${TEACHER}.`);
    expect(cellOf(result, TEACHER).metrics.accuracy!.interval!.low).toBeCloseTo(0.025 ** (1 / 24), 10);
    expect(
      comparisonOf(result, "student-teacher", "distilled-8um-l100-u0").difference.interval,
    ).not.toBeNull();
  });
});

describe("a study that cannot be judged is refused", () => {
  const id = "published-4um-l100-u0";
  const where = `cell "${id}", seed 2, test split`;
  it.each<[string, StudyEvaluationInput, string, string[]]>([
    ["no cells", { ...input, cells: [] }, "invalid-argument", ["at least one cell"]],
    [
      "two cells of one id",
      { ...input, cells: [...input.cells, input.cells[0]!] },
      "invalid-argument",
      [`"${TEACHER}" twice`],
    ],
    ["a seed twice", edit(id, twice), "invalid-argument", [`cell "${id}"`, '"1" twice']],
    ["a cell without seeds", edit(id, (cell) => ({ ...cell, seeds: [] })), "invalid-argument", ["none"]],
    [
      "NaN, naming cell, seed and image",
      editSeed(id, 2, ({ test }) => ({ test: replace(test, 4, { probabilities: [Number.NaN, 0, 1] }) })),
      "not-finite",
      [`${where}, image "test/Normal/1-1.png"`],
    ],
    [
      "a missing class",
      editSeed(id, 2, ({ test }) => ({ test: replace(test, 0, { probabilities: [0.5, 0.5] }) })),
      "shape-mismatch",
      [where, "expected 3 probabilities"],
    ],
    [
      "images in another order",
      editSeed(id, 2, ({ test }) => ({ test: test.toReversed() })),
      "shape-mismatch",
      [where, `as cell "${TEACHER}", seed 1`],
    ],
    ["fewer images", editSeed(id, 2, ({ test }) => ({ test: test.slice(1) })), "shape-mismatch", [where]],
    ["no images", editSeed(id, 2, () => ({ test: [] })), "invalid-argument", [where]],
    [
      "another patient",
      editSeed(id, 2, ({ test }) => ({ test: replace(test, 0, { patient: "X" }) })),
      "shape-mismatch",
      ['expected patient "P-0"'],
    ],
    [
      "a label that no class has",
      editSeed(id, 2, ({ test }) => ({ test: replace(test, 0, { label: "Spruce" }) })),
      "invalid-argument",
      ['Did you mean "Sprue"?'],
    ],
    [
      "other validation images",
      editSeed(id, 2, ({ validation }) => ({ validation: validation.slice(1) })),
      "shape-mismatch",
      ["validation split"],
    ],
    ["an unknown metric", { ...input, primary: "acuracy" }, "invalid-argument", ['Did you mean "accuracy"?']],
    ["no margin", { ...input, margin: 0 }, "invalid-argument", ["margin"]],
    ["a level of 95", { ...input, level: 95 }, "invalid-argument", ["level"]],
    ["half a draw", { ...input, draws: 0.5 }, "invalid-argument", ["draws"]],
    ["draws without end", { ...input, draws: 1e9 }, "invalid-argument", ["draws"]],
    ["a seed that is none", { ...input, seed: Number.NaN }, "invalid-argument", ["seed"]],
    ["one class", { ...input, classes: ["Normal"] }, "invalid-argument", ["two different classes"]],
    ["no resolution", edit(id, (cell) => ({ ...cell, mpp: 0 })), "invalid-argument", [`cell "${id}", mpp`]],
    [
      "labels beyond all",
      edit(id, (cell) => ({ ...cell, labelFraction: 1.5 })),
      "invalid-argument",
      ["label fraction"],
    ],
    [
      "negative tissue",
      edit(id, (cell) => ({ ...cell, unlabelledFraction: -1 })),
      "invalid-argument",
      ["unlabelled fraction"],
    ],
  ])("%s", (_, wrong, code, parts) => {
    let caught: unknown;
    try {
      evaluateStudy(wrong);
    } catch (error) {
      caught = error;
    }
    expect(isLowmagError(caught) && caught.code).toBe(code);
    for (const part of parts) expect((caught as Error).message).toContain(part);
  });
});

function twice(cell: StudyCellInput): StudyCellInput {
  return { ...cell, seeds: [...cell.seeds, cell.seeds[0]!] };
}

function replace(answers: readonly Answer[], place: number, change: Partial<Answer>): Answer[] {
  return answers.map((one, i) => (i === place ? { ...one, ...change } : one));
}

/** The answers of a network that is far too sure. */
function sharpen(seed: StudySeedAnswers): StudySeedAnswers {
  const surer = (answers: readonly Answer[]) =>
    answers.map((one) => {
      const powers = one.probabilities.map((probability) => probability ** 4);
      const sum = powers.reduce((total, power) => total + power, 0);
      return { ...one, probabilities: powers.map((power) => power / sum) };
    });
  return { ...seed, test: surer(seed.test), validation: surer(seed.validation) };
}

function perfect(answer: Answer): Answer {
  return { ...answer, probabilities: CLASSES.map((name) => Number(name === answer.label)) };
}
