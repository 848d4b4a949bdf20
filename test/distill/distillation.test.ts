import { describe, expect, it } from "vitest";
import { type DistillationTaskOptions, distillationTask } from "../../src/distill/index.ts";
import { type ArchitectureName, initialState } from "../../src/models/index.ts";

const view = (mpp: number) => ({ mpp, mean: [0, 0, 0], std: [1, 1, 1] }) as const;

function task(
  studentMpp: number,
  architecture: ArchitectureName = "resnet10-thin-gn",
  options: Pick<DistillationTaskOptions, "jitterViews" | "teacherOutputs"> = {},
) {
  const classes = ["A", "B"];
  const state = initialState("resnet10-thin-gn", 2, 1);
  return distillationTask({
    teacher: { architecture: "resnet10-thin-gn", classes, state, view: view(1) },
    architecture,
    initialState: initialState(architecture, 2, 2),
    view: view(studentMpp),
    ...options,
  });
}

describe("the distillation task", () => {
  it("asks for both views of a pair, the teacher's first, and freezes the teacher in a graph of its own", () => {
    const made = task(4);
    expect(made.views.map(({ mpp }) => mpp)).toEqual([1, 4]);
    expect(made.frozen).toHaveLength(1);
    expect(made.weight(0)).toBe(1);
  });

  it("jitters both views of a pair, or by option the student's alone", () => {
    const keeping = (options: Parameters<typeof task>[2]) =>
      task(4, "resnet10-thin-gn", options).views.map(({ keepsColours }) => keepsColours ?? false);
    expect(keeping({})).toEqual([false, false]);
    expect(keeping({ jitterViews: "student" })).toEqual([true, false]);
  });

  it("asks for the student's view alone where outputs are supplied, and for images alike at the teacher's", () => {
    const made = task(4, "resnet10-thin-gn", { teacherOutputs: "supplied" });
    expect(made.views.map(({ mpp }) => mpp)).toEqual([4]);
    expect(made.frozen).toHaveLength(0);
    expect(made.alikeAt).toEqual([1]);
    const pixels = { data: new Float32Array(3), dims: [1, 3, 1, 1] } as const;
    expect(() => made.feeds({ views: [pixels] }, [0])).toThrow("expected a loader with teacher outputs");
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
