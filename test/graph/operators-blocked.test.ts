// Lowerings to blocked layout pass the contract of every operator, for any number of images and for a known one.
import { afterAll, describe, expect, it } from "vitest";
import { blockSize } from "../../src/engine/index.ts";
import { blockedRules } from "../../src/graph/blocked/index.ts";
import { conv, type OperatorName, operators, type Value } from "../../src/graph/index.ts";
import { OperatorRunner } from "./operator-case.ts";
import { expectGradients, expectOutputs } from "./operator-contract.ts";
import { blockedSamples } from "./samples/blocked.ts";
import { samples } from "./samples/index.ts";
import type { Sample } from "./samples/sample.ts";

const block = await blockSize();

/** A map as it comes out of a convolution that changes nothing, which puts it into blocks. */
function inBlocks(input: Value): Value {
  const channels = input.dims[1];
  if (input.dims.length !== 4 || input.dtype !== "float32" || typeof input.dims[0] === "number") return input;
  if (typeof channels !== "number" || channels % block! !== 0) return input;
  const identity = Float32Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0));
  const weight = input.graph.constant(`identity of ${input.name}`, identity, [channels, channels, 1, 1]);
  return conv(input, weight, { kernel: [1, 1], strides: [1, 1], pads: [0, 0] });
}

/** Runners by the number of images their graphs take; undefined for any. */
const runners = new Map<number | undefined, OperatorRunner>();
afterAll(() => Promise.all([...runners.values()].map((runner) => runner.release())));

function runnerFor(images: number | undefined): OperatorRunner {
  const known = runners.get(images);
  if (known !== undefined) return known;
  const target = { device: "cpu", block: block!, ...(images === undefined ? {} : { images }) } as const;
  const made = new OperatorRunner(target, inBlocks);
  runners.set(images, made);
  return made;
}

function describeInBlocks<K extends OperatorName>(name: K): void {
  // Maps that fit, and then those of the plain layout, which must come out as ever where they do not.
  const fitting = (blockedSamples as unknown as { [name in OperatorName]?: Sample<name>[] })[name] ?? [];
  const cases = [...fitting, ...(samples[name] as Sample<K>[]).slice(0, 4)];
  it.each(cases.map((sample) => [sample.label, sample] as const))(
    "keeps the contract: %s",
    async (_, sample) => {
      for (const images of [undefined, sample.inputs[0]!.dims[0]]) {
        await expectOutputs(runnerFor(images), name, sample);
        if (typeof operators[name].gradient === "function")
          await expectGradients(runnerFor(images), name, sample);
      }
    },
  );
}

describe.skipIf(block === undefined).each(Object.keys(blockedRules) as OperatorName[])(
  "%s in blocks",
  (name) => describeInBlocks(name),
);

describe("the blocked layout", () => {
  it("has blocks as wide as a processor's vectors, or is not there", () => {
    expect([undefined, 4, 8, 16]).toContain(block);
  });
});
