// The option schemas as the single source of truth: what they agree with, and how they word what is wrong.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { architectureNames } from "../../src/models/index.ts";
import {
  ARCHITECTURES,
  commandLineOf,
  describeOptions,
  distillOptions,
  flagOf,
  prepareOptions,
  resolveOptions,
  SLIDE_OVERRIDES,
  splitOptions,
  TISSUE_METHOD_NAMES,
  trainOptions,
} from "../../src/options/index.ts";
import { TISSUE_METHODS } from "../../src/tissue/index.ts";

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isLowmagError(error, "invalid-argument")) return error.message;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("resolving options", () => {
  it("fills in the published recipe", () => {
    const resolved = resolveOptions("distill", distillOptions, { teacher: "t", data: "d", mpp: 4, out: "o" });
    expect(resolved).toMatchObject({
      epochs: 100,
      learningRate: 1e-3,
      optimizer: "adam",
      weightDecay: 1e-4,
      schedule: "constant",
      batch: 32,
      temperature: 1,
      resizers: "both",
      pixelLoss: "l2",
      loss: "intended",
      softWeight: 1,
      pixelWeight: 1,
      jitterHue: 0.2,
    });
  });

  it("is idempotent", () => {
    const once = resolveOptions("train", trainOptions, { data: "d", out: "o", mpp: 2, epochs: 3 });
    expect(resolveOptions("train", trainOptions, once)).toEqual(once);
  });

  it("takes `undefined` for a key left out", () => {
    const options = { data: "d", out: "o", epochs: undefined };
    expect(resolveOptions("train", trainOptions, options).epochs).toBe(100);
  });

  it("names the operation, the key and what was got", () => {
    const wrong = { data: "d", out: "o", epochs: 0 };
    expect(messageOf(() => resolveOptions("train", trainOptions, wrong))).toBe(
      "`train`: expected `epochs` to be a whole number of at least 1, got 0. Passes over the training images.",
    );
  });

  it("suggests the key that was meant", () => {
    const wrong = { data: "d", out: "o", learning_rate: 1 };
    expect(messageOf(() => resolveOptions("train", trainOptions, wrong))).toBe(
      "`train`: expected a key of `train`, got `learning_rate`. Did you mean `learningRate`?",
    );
  });
});

describe("the schemas", () => {
  it("know the same networks as the models room", () => {
    expect([...ARCHITECTURES]).toEqual([...architectureNames]);
  });

  it("describe ranges in words", () => {
    const expectations = Object.fromEntries(
      describeOptions(splitOptions).map(({ key, expectation }) => [key, expectation]),
    );
    expect(expectations.seed).toBe("a whole number from 0 to 4294967295");
    expect(expectations.by).toBe("one of patient, block, image");
    expect(expectations.dataMpp).toBe("a number above 0");
  });
});

describe("a command line made from options", () => {
  it("leaves defaults out and gives switches their own flag", () => {
    const options = {
      data: "my tiles",
      unlabelled: ["a", "b"],
      classes: ["A", "B"],
      flip: false,
      epochs: 100,
      mpp: 4,
    };
    expect(commandLineOf("distill", distillOptions, options)).toBe(
      "lowmag distill --data 'my tiles' --classes A,B --unlabelled a --unlabelled b --mpp 4 --no-flip",
    );
  });

  it("quotes every text for the shell", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((text) => !text.includes("\0")),
        (text) => {
          const line = commandLineOf("train", trainOptions, { data: text });
          const word = line.slice("lowmag train --data ".length);
          const bare = /^[\w./:,@%+=-]+$/.test(word);
          const unquoted = bare ? word : word.slice(1, -1).replaceAll(`'\\''`, "'");
          expect(unquoted).toBe(text);
        },
      ),
    );
  });

  it("has a flag for every key", () => {
    expect(flagOf("jitterBrightness")).toBe("--jitter-brightness");
    expect(flagOf("mpp")).toBe("--mpp");
  });
});

describe("options of slides", () => {
  it("name the methods that the tissue room has, in its order", () => {
    expect(TISSUE_METHOD_NAMES).toEqual(TISSUE_METHODS);
  });

  it("may be overridden for single slides where a cell of a table can hold them", () => {
    const described = describeOptions(prepareOptions);
    for (const key of SLIDE_OVERRIDES)
      expect(["string", "number", "integer", "boolean"], key).toContain(
        described.find((option) => option.key === key)?.kind,
      );
  });
});
