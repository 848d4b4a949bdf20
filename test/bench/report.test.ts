import { describe, expect, it } from "vitest";
import { report, verdict } from "../../bench/performance/report.ts";
import { figureText, sectionTable } from "../../bench/performance/section-table.ts";
import { recordOf, training } from "./made-up.ts";

describe("the report", () => {
  it("has a table with figures, the ratio and its range, the target, and whether it is met", () => {
    const { rows } = recordOf([training([100, 130], [100, 140], [100, 150])]);
    expect(sectionTable(rows, "training").split("\n")).toEqual([
      "| work (px) | cores | lowmag, ms/image | PyTorch, ms/image | times as fast (range) | target | met |",
      "|---|---|---|---|---|---|---|",
      "| 1024² | 1 | 100 | 140 | 1.40 (1.30–1.50) | ≥ 1.2 | yes |",
    ]);
  });

  it("counts the targets and names those that are not met", () => {
    const { rows } = recordOf([training([100, 110])]);
    expect(verdict(rows)).toBe(
      "0 of 1 targets are met; not met:\n\n- Training step: forward, backward and Adam, 1024², one core: 1.10, target ≥ 1.2.",
    );
    expect(verdict(recordOf([training([100, 130])]).rows)).toBe("1 of 1 targets are met.");
  });

  it("never rounds a figure across its target", () => {
    const { rows } = recordOf([training([1000, 1197])]);
    expect(verdict(rows)).toContain("1.197, target ≥ 1.2");
  });

  it("names what was not measured, and why, and says so in the table", () => {
    const { rows } = recordOf([{ id: "command-train", skipped: "there are no tissue images at tissue" }]);
    expect(verdict(rows)).toContain("Not measured:");
    expect(verdict(rows)).toContain("there are no tissue images at tissue.");
    expect(sectionTable(rows, "command")).toContain("| not measured | ≤ 0.05 |");
  });

  it("tells machine, commit, versions and load, and that a run was broken off", () => {
    const text = report(recordOf([training([100, 130])], { load: 2, dirty: true }, true));
    for (const said of ["Some CPU", "0123456789", "uncommitted", "PyTorch 1.13.0", "at work", "Partial"])
      expect(text).toContain(said);
    const quiet = report(recordOf([training([100, 130])]));
    for (const unsaid of ["uncommitted", "at work", "Partial"]) expect(quiet).not.toContain(unsaid);
  });

  it("has only the sections that were measured", () => {
    const text = report(recordOf([training([100, 130])]));
    expect(text.match(/^## .*/gm)).toEqual(["## Training step: forward, backward and Adam"]);
  });

  it("writes figures with three digits", () => {
    expect([0.0123, 0.5, 14.23, 1531.4, 0].map(figureText)).toEqual([
      "0.0123",
      "0.500",
      "14.2",
      "1531",
      "0.00",
    ]);
  });
});
