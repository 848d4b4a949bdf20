// How long a measured speed stands.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBusy, keepSpeed, keptSpeed } from "../../src/api/kept-speed.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const speed = (perStep: number) => ({
  train: { perImage: 0.01, perMac: 1e-10 },
  forward: { perImage: 0.005, perMac: 1e-11 },
  perPixelLoaded: 1e-9,
  perPixelJittered: 1e-9,
  perStep,
  perRun: 0.5,
});

describe("a machine's speed", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lowmag-speed-test-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("stands for weeks, but for an hour only where it was measured on a busy machine", async () => {
    const now = Date.now();
    expect(await keptSpeed(folder, "a", now)).toBeNull();
    await keepSpeed(folder, "a", speed(0.9), true);
    expect(await keptSpeed(folder, "a", now + 30 * MINUTE)).toEqual(speed(0.9));
    expect(await keptSpeed(folder, "a", now + 90 * MINUTE)).toBeNull();
    await keepSpeed(folder, "a", speed(0.1), false);
    expect(await keptSpeed(folder, "a", now + 30 * MINUTE)).toEqual(speed(0.1));
    expect(await keptSpeed(folder, "a", now + 20 * DAY)).toEqual(speed(0.1));
    expect(await keptSpeed(folder, "a", now + 40 * DAY)).toBeNull();
    expect(await keptSpeed(folder, "another machine", now)).toBeNull();
  });

  it("is measured again where what was kept is damaged", async () => {
    await keepSpeed(folder, "b", speed(0.2), false);
    const [name] = (await readdir(folder)).filter((file) => file.startsWith("speed-b"));
    await writeFile(join(folder, name!), "{");
    expect(await keptSpeed(folder, "b", Date.now())).toBeNull();
  });

  it("is too low where half of the cores have other work", () => {
    expect(isBusy(0.4, 2)).toBe(false);
    expect(isBusy(1.5, 2)).toBe(true);
  });
});
