// `synthesize --slides` and `prepare` fit together: the command that the one names runs, and finds every piece.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { capture } from "./capture.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-cli-slides-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("names a command that prepares its slides, piece by piece", async () => {
  const out = join(folder, "slides");
  const size = ["--images-per-patient", "2", "--size", "288", "--mpp", "1"];
  const made = await capture([
    ...["synthesize", "--slides", "--out", out, "--patients", "3", "--unlabelled-patients", "1"],
    ...[...size, "--seed", "3", "--workers", "1"],
  ]);
  expect(made.exitCode, made.stderr).toBe(0);
  expect(made.stdout).toContain("3 labelled slides (1 Abnormal, 1 Normal, 1 Sprue)");
  expect(made.stdout).toContain("1 unlabelled slides");
  const next = /^Next: lowmag (.*)$/m.exec(made.stdout)![1]!;
  const prepared = await capture([...next.split(" "), "--workers", "1"]);
  expect(prepared.exitCode, prepared.stderr).toBe(0);
  const [head, ...rows] = (await readFile(join(out, "tissue/mpp-1/manifest.csv"), "utf8")).trim().split("\n");
  expect(head!.split(",")).toEqual(expect.arrayContaining(["image", "label", "patient"]));
  expect(rows).toHaveLength(6);
});
