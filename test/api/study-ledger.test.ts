// The ledger of test readings: what was written stands, what was cut off is passed over, what was changed is noticed.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestLedger } from "../../src/api/study/test-ledger.ts";
import type { TestReading } from "../../src/evaluate/index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-ledger-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, "test-readings.jsonl");
const reading = (run: string): TestReading => ({
  at: "2026-01-02T03:04:05.678Z",
  run,
  modelHash: "m",
  testHash: "t",
  images: 3,
  afterFirstReading: false,
});

async function write(...runs: string[]): Promise<void> {
  const ledger = await TestLedger.open(folder);
  for (const run of runs) await ledger.append(reading(run));
}

const runs = async () => (await TestLedger.open(folder)).readings.map(({ run }) => run);

describe("the ledger of test readings", () => {
  it("holds what was written, in order, over several openings", async () => {
    expect(await runs()).toEqual([]);
    await write("a", "b");
    await write("c");
    expect((await TestLedger.open(folder)).readings).toEqual([reading("a"), reading("b"), reading("c")]);
  });

  it("only grows: earlier lines stay as they were written", async () => {
    await write("a");
    const before = readFileSync(path(), "utf8");
    await write("b");
    expect(readFileSync(path(), "utf8").startsWith(before)).toBe(true);
  });

  it("passes over a line that a crash cut off, and goes on behind it, crash after crash", async () => {
    await write("a", "b");
    const whole = readFileSync(path(), "utf8");
    const [, second = ""] = whole.split("\n");
    for (let cut = 1; cut < second.length; cut += 17) {
      writeFileSync(path(), whole.slice(0, whole.length - 1 - cut));
      expect(await runs()).toEqual(["a"]);
      await write("b2");
      appendFileSync(path(), second.slice(0, 9));
      await write("b3");
      expect(await runs()).toEqual(["a", "b2", "b3"]);
    }
  });

  it.each([
    ["a line taken out", (lines: string[]) => [lines[0]!, lines[2]!]],
    ["the first line taken out", (lines: string[]) => lines.slice(1)],
    ["a line altered", (lines: string[]) => [lines[0]!, lines[1]!.replace('"b"', '"x"'), lines[2]!]],
    ["a line damaged", (lines: string[]) => [lines[0]!, lines[1]!.slice(0, -9), lines[2]!]],
    ["lines exchanged", (lines: string[]) => [lines[1]!, lines[0]!, lines[2]!]],
    ["a line twice", (lines: string[]) => [lines[0]!, lines[1]!, lines[1]!, lines[2]!]],
  ])("notices %s", async (_, change) => {
    await write("a", "b", "c");
    const lines = readFileSync(path(), "utf8").trimEnd().split("\n");
    writeFileSync(path(), `${change(lines).join("\n")}\n`);
    await expect(TestLedger.open(folder)).rejects.toMatchObject({ code: "corrupt-data" });
  });

  it("counts nothing that it could not write", async () => {
    const ledger = await TestLedger.open(join(folder, "nowhere"));
    await expect(ledger.append(reading("a"))).rejects.toMatchObject({ code: "not-writable" });
    expect(ledger.readings).toEqual([]);
  });
});
