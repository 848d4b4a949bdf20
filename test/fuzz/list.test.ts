// The list of targets: every group has its short tests, every target a name of its own, every sound file is sound.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutationCount } from "../support/mutate.ts";
import { FUZZ_GROUPS, FUZZ_TARGETS } from "./targets.ts";

describe("the targets", () => {
  it("of every group are run by a test file of the group's name", () => {
    for (const group of Object.keys(FUZZ_GROUPS))
      expect([group, existsSync(new URL(`${group}.test.ts`, import.meta.url))]).toEqual([group, true]);
  });

  it("have names of their own and the same file to damage each time", async () => {
    expect(new Set(FUZZ_TARGETS.map(({ name }) => name)).size).toBe(FUZZ_TARGETS.length);
    for (const { name, original } of FUZZ_TARGETS)
      expect([name, Buffer.compare(await original(), await original())]).toEqual([name, 0]);
  });

  it("are as many copies as LOWMAG_MUTATIONS says, 2,000 unless it does", () => {
    const before = process.env.LOWMAG_MUTATIONS;
    try {
      delete process.env.LOWMAG_MUTATIONS;
      expect(mutationCount()).toBe(2000);
      process.env.LOWMAG_MUTATIONS = "7";
      expect(mutationCount()).toBe(7);
      process.env.LOWMAG_MUTATIONS = "many";
      expect(mutationCount).toThrow(/positive whole number/);
    } finally {
      if (before === undefined) delete process.env.LOWMAG_MUTATIONS;
      else process.env.LOWMAG_MUTATIONS = before;
    }
  });
});
