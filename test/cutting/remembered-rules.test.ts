// The rules that a model remembers: checked when they come from a file, and by default those of `prepare`.
import { describe, expect, it } from "vitest";
import { rulesOf } from "../../src/api/prepare-rules.ts";
import { parseRememberedRules, USUAL_RULES } from "../../src/cutting/index.ts";
import { prepareOptions } from "../../src/options/index.ts";

describe("remembered rules", () => {
  it("are by default those of prepare", () => {
    const rules = rulesOf(prepareOptions.parse({ slides: ["a.svs"], out: "out" }));
    const { stepMpp, ...usual } = USUAL_RULES;
    expect(rules).toMatchObject(usual);
    expect(stepMpp).toBe(rules.mpp[0]);
  });

  it("come back from JSON as they were, without what else stands there", () => {
    const text = JSON.stringify({ ...USUAL_RULES, quality: 95, format: "png" });
    expect(parseRememberedRules(JSON.parse(text), "a.json")).toEqual(USUAL_RULES);
  });

  it.each([
    ["sizeStep", 0],
    ["sizeStep", 2.5],
    ["grid", 1e9],
    ["stride", 1.5],
    ["tissueMpp", "8"],
    ["tissueMethod", "toString"],
    ["margin", Number.POSITIVE_INFINITY],
    ["icc", 1],
    ["stepMpp", Number.NaN],
    ["stain", undefined],
  ])("are refused where %s is %s", (key, value) => {
    expect(() => parseRememberedRules({ ...USUAL_RULES, [key]: value }, "a.json")).toThrow(
      `a.json, \`${key}\``,
    );
  });

  it.each([null, 7, "rules", []])("are refused where they are %j", (value) => {
    expect(() => parseRememberedRules(value, "a.json")).toThrow("`tissueMethod`");
  });
});
