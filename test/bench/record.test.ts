import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { experiments } from "../../bench/performance/experiments.ts";
import { loadPartial, publish, savePartial } from "../../bench/performance/publication.ts";
import { readRecord } from "../../bench/performance/record.ts";
import { rowRules } from "../../bench/performance/rows.ts";
import { facts, recordOf, training } from "./made-up.ts";

describe("rows", () => {
  it("are each made of an experiment that is run, under names that are their own", () => {
    const ids = new Set(experiments().map(({ id }) => id));
    expect(rowRules().filter(({ of }) => !ids.has(of))).toEqual([]);
    expect(new Set(rowRules().map(({ id }) => id)).size).toBe(rowRules().length);
    expect(ids.size).toBe(experiments().length);
  });

  it("use every experiment", () => {
    const used = new Set(rowRules().map(({ of }) => of));
    expect(experiments().filter(({ id }) => !used.has(id))).toEqual([]);
  });

  it("hold the median of ratios within rounds, not the ratio of medians", () => {
    const { rows } = recordOf([training([100, 110], [200, 300], [300, 390])]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ id: "train-1024-b1-one", own: 200, other: 300, value: 1.3, met: true });
  });

  it("say by what they were missed", () => {
    const { rows } = recordOf([training([100, 110])]);
    expect(rows[0]).toMatchObject({ value: 1.1, target: { atLeast: 1.2 }, met: false });
  });

  it("are left out with the reason where the other program is not there", () => {
    const alone = {
      id: "train-1024-b1-one",
      rounds: [{ lowmag: { cpuMilliseconds: 100 } }],
      absent: { pytorch: "there is no Python with torch here" },
    };
    expect(recordOf([alone]).rows[0]).toMatchObject({
      own: 100,
      skipped: "there is no Python with torch here",
    });
  });

  it("are left out with the reason where an experiment failed", () => {
    const failed = { id: "checkpointing-2048", skipped: "out of memory" };
    const { rows } = recordOf([failed]);
    expect(rows.map(({ id }) => id)).toEqual(["memory-2048-checkpointing", "time-2048-checkpointing"]);
    expect(rows.every((row) => "skipped" in row && row.skipped === "out of memory")).toBe(true);
  });

  it("divide the teacher's rate by the faster of the two products", () => {
    const forward = {
      id: "forward-512-b1-one",
      rounds: [
        {
          lowmag: { cpuMilliseconds: 10, flops: 1e9, productGflops: 100 },
          pytorch: { cpuMilliseconds: 25, productGflops: 125 },
        },
      ],
    };
    const rate = recordOf([forward]).rows.find(({ section }) => section === "rate");
    expect(rate).toMatchObject({ own: 100, other: 125, value: 0.8, met: false });
  });
});

describe("a record's files", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lowmag-record-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("leave the published ones alone until the run is over", async () => {
    const out = join(folder, "performance");
    await publish(out, recordOf([training([100, 130])]));
    const before = await readFile(`${out}.json`, "utf8");
    await savePartial(out, recordOf([training([50, 130])], {}, true));
    expect(await readFile(`${out}.json`, "utf8")).toBe(before);
    await publish(out, recordOf([training([50, 130])]));
    expect(await readFile(`${out}.json`, "utf8")).not.toBe(before);
    expect(await readRecord(`${out}.partial.json`)).toBeNull();
  });

  it("let a run that was broken off go on where it stood", async () => {
    const out = join(folder, "performance");
    await savePartial(out, recordOf([training([100, 130])], {}, true));
    const broken = await loadPartial(out, { ...facts, date: "2026-01-03" }, 3);
    expect(broken).toMatchObject({
      partial: true,
      date: facts.date,
      experiments: [{ id: "train-1024-b1-one" }],
    });
  });

  it("refuse to mix two machines, commits, numbers of rounds or versions of PyTorch", async () => {
    const out = join(folder, "performance");
    await savePartial(out, recordOf([training([100, 130])], {}, true));
    const machine = { ...facts.machine, cpu: "Another" };
    await expect(loadPartial(out, { ...facts, machine }, 3)).rejects.toThrow("another machine");
    await expect(loadPartial(out, { ...facts, commit: "fedcba9876543210" }, 3)).rejects.toThrow(
      "commit 0123456789",
    );
    await expect(loadPartial(out, facts, 5)).rejects.toThrow("3 rounds");
    const versions = { ...facts.versions, pytorch: "2.0" };
    await expect(loadPartial(out, { ...facts, versions }, 3)).rejects.toThrow("PyTorch");
    await expect(loadPartial(join(folder, "none"), facts, 3)).rejects.toThrow("nothing to go on with");
  });

  it("of an older form are not taken for a record", async () => {
    const out = join(folder, "performance");
    await publish(out, recordOf([training([100, 130])]));
    const text = (await readFile(`${out}.json`, "utf8")).replace('"format": 2', '"format": 1');
    await writeFile(`${out}.json`, text);
    expect(await readRecord(`${out}.json`)).toBeNull();
  });
});
