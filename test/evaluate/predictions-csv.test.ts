import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { evaluateModels, predictionsCsv } from "../../src/evaluate/index.ts";
import { CLASSES, sampleInput } from "./sample-input.ts";

describe("the predictions table", () => {
  const record = evaluateModels(sampleInput({ draws: 2 }));

  it("reads back as one row per model and image with every probability", () => {
    const rows = parse(predictionsCsv(record), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(6 * 72);
    const { image, patient, label, predicted, probabilities } = record.models[1]!.predictions[4]!;
    expect(rows[72 + 4]).toEqual({
      model: "student-2",
      image,
      patient,
      label,
      predicted,
      ...Object.fromEntries(CLASSES.map((name, c) => [`probability: ${name}`, `${probabilities[c]}`])),
    });
  });

  it("leaves an unknown patient empty", () => {
    const unknown = evaluateModels(sampleInput({ draws: 2 }, { knownPatients: false }));
    expect((parse(predictionsCsv(unknown)) as string[][])[1]![2]).toBe("");
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])("defuses the formula %j in names", (evil) => {
    const input = sampleInput({ draws: 2, classes: [evil, "Normal", "Sprue"] });
    const models = input.models.map((model) => ({
      ...model,
      name: `${evil}${model.name}`,
      predictions: model.predictions.map((one, i) => ({
        ...one,
        image: `${evil}${i}`,
        patient: evil,
        label: one.label === "Abnormal" ? evil : one.label,
      })),
    }));
    const rows = parse(predictionsCsv(evaluateModels({ ...input, models }))) as string[][];
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    expect(rows[1]![2]).toBe(`'${evil}`);
  });

  it("quotes separators, quotation marks and line breaks", () => {
    const input = sampleInput({ draws: 2 });
    const awkward = 'a,"b"\nc';
    const models = input.models.map((model) => ({
      ...model,
      predictions: model.predictions.map((one, i) => (i === 0 ? { ...one, image: awkward } : one)),
    }));
    const rows = parse(predictionsCsv(evaluateModels({ ...input, models }))) as string[][];
    expect(rows[1]![1]).toBe(awkward);
  });
});
