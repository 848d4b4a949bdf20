// Lowerings for a GPU pass the contract of every operator, on ONNX Runtime's CPU provider: what is tested is their mathematics.
import { afterAll, describe, expect, it } from "vitest";
import { type OperatorName, operators } from "../../src/graph/index.ts";
import { gpuLowerings } from "../../src/graph/operators/gpu.ts";
import { OperatorRunner } from "./operator-case.ts";
import { expectGradients, expectOutputs } from "./operator-contract.ts";
import { samples } from "./samples/index.ts";
import type { Sample } from "./samples/sample.ts";

const runner = new OperatorRunner({ device: "gpu" });
afterAll(() => runner.release());

/** Operators lowered in their own way for a GPU, and those whose gradients are. */
const names = [...(Object.keys(gpuLowerings) as OperatorName[]), "Conv", "Relu", "Abs"] as const;

function describeOnGpu<K extends OperatorName>(name: K): void {
  const cases: readonly Sample<K>[] = samples[name];
  const labelled = cases.map((sample) => [sample.label, sample] as const);
  it.each(labelled)("computes its reference: %s", (_, sample) => expectOutputs(runner, name, sample));
  if (typeof operators[name].gradient === "function")
    it.each(labelled)("has the gradient of its reference: %s", (_, s) => expectGradients(runner, name, s));
}

describe.each(names)("%s on a GPU", (name) => describeOnGpu(name));

describe("the table of lowerings for a GPU", () => {
  it("names operators that exist", () => {
    for (const name of names) expect(operators[name]).toBeDefined();
  });
});
