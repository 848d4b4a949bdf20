import { describe, expect, it } from "vitest";
import { distillationTask } from "../../src/distill/index.ts";
import { type ArchitectureName, initialState } from "../../src/models/index.ts";

const view = (mpp: number) => ({ mpp, mean: [0, 0, 0], std: [1, 1, 1] }) as const;

function task(studentMpp: number, architecture: ArchitectureName = "resnet10-thin-gn") {
  const classes = ["A", "B"];
  const state = initialState("resnet10-thin-gn", 2, 1);
  return distillationTask({
    teacher: { architecture: "resnet10-thin-gn", classes, state, view: view(1) },
    architecture,
    initialState: initialState(architecture, 2, 2),
    view: view(studentMpp),
  });
}

describe("the distillation task", () => {
  it("asks for both views of a pair, the teacher's first, and freezes the teacher in a graph of its own", () => {
    const made = task(4);
    expect(made.views.map(({ mpp }) => mpp)).toEqual([1, 4]);
    expect(made.frozen).toHaveLength(1);
    expect(made.weight(0)).toBe(1);
  });

  it("refuses a student finer than its teacher, and takes one of the same resolution", () => {
    expect(() => task(0.5)).toThrow(
      "student: expected a µm/px of at least the teacher's 1, got 0.5. A student works at a lower magnification, that is at more µm per pixel: raise `--mpp`.",
    );
    expect(() => task(1)).not.toThrow();
  });

  it("refuses a student whose feature map has another width", () => {
    expect(() => task(4, "resnet18-gn")).toThrow(
      "student: expected a feature map of the teacher's 256 channels (resnet10-thin-gn), got 512 (resnet18-gn). Maps are compared channel by channel: choose an architecture of the same width.",
    );
  });
});
