// How a failure ends: its exit code, and its words with and without the stack.
import { describe, expect, it } from "vitest";
import { fail } from "../../src/base/index.ts";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import { errorAsJson, errorAsText } from "../../src/cli/failure.ts";

const parts = { where: "here", expected: "this", got: "that", fix: "Do so." };

describe("the exit code", () => {
  it.each([
    ["invalid-argument", 2],
    ["data-leak", 2],
    ["not-writable", 2],
    ["checkpoint-mismatch", 2],
    ["engine-failure", 1],
    ["out-of-memory", 1],
    ["not-finite", 1],
    ["internal", 1],
    ["cancelled", 130],
  ] as const)("of %s is %d", (code, exitCode) => {
    expect(exitCodeOf(fail(code, parts))).toBe(exitCode);
  });

  it("of a defect is 1", () => {
    expect(exitCodeOf(new TypeError("x is undefined"))).toBe(1);
  });
});

describe("the words", () => {
  it("of our own errors are the message alone, with the stack and its causes when asked for", () => {
    const error = fail("not-found", { ...parts, cause: new Error("the cause") });
    expect(errorAsText(error, false)).toBe("error: here: expected this, got that. Do so.");
    expect(errorAsText(error, true)).toMatch(
      /^error: here: .*\nLowmagError: (.|\n)*caused by Error: the cause/,
    );
  });

  it("of a defect say that it is one and how to report it", () => {
    const text = errorAsText(new TypeError("x is undefined"), false);
    expect(text).toMatch(/^error: unexpected: x is undefined\nThis is a defect in lowmag\. .*LOWMAG_DEBUG=1/);
    expect(errorAsText(new TypeError("x is undefined"), true)).toContain("failure.test.ts");
    expect(errorAsJson(new TypeError("x is undefined"))).toEqual({
      error: { code: "internal", message: "x is undefined" },
    });
  });

  it("of an error as JSON keep its parts apart", () => {
    expect(errorAsJson(fail("not-found", parts))).toEqual({
      error: { code: "not-found", message: "here: expected this, got that. Do so.", ...parts },
    });
  });
});
