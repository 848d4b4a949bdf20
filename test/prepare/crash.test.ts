// A native decoder that crashes costs the slide it was reading: the compiled command goes on with the others, names the
// one in failures.csv and leaves with 3. Crashes are real ones: OpenSlide's on a file made for it, and a segmentation
// fault sent to a process at work.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openslideVersion } from "../../src/local/index.ts";
import { tiffOfTile } from "../support/claimed-tile.ts";
import { TWO_DISCS, writeSlide } from "./slides.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-crash-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LOWMAG = fileURLToPath(new URL("../../bin/lowmag.js", import.meta.url));

interface Run {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

/** Starts the compiled command. */
function lowmag(...words: string[]): Run {
  const child = spawn(process.execPath, [LOWMAG, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = new Promise<{ exitCode: number | null; output: string }>((resolve) => {
    child.once("close", (exitCode) => resolve({ exitCode, output }));
  });
  return { process: child, ended };
}

type Row = Record<string, string>;
const rowsOf = (path: string) => parse(readFileSync(path, "utf8"), { columns: true }) as Row[];
const slidesDone = (out: string) => [
  ...new Set(rowsOf(join(out, "mpp-1", "manifest.csv")).map(({ slide }) => slide)),
];

/** The processes that a process has started (Linux). */
function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return list.trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // it has ended
  }
}

const version = await openslideVersion();

describe("a crash while slides are prepared", { timeout: 120_000 }, () => {
  it.skipIf(version === null)(
    `costs one slide when OpenSlide aborts on it${version === null ? " (OpenSlide is not installed)" : ""}`,
    async () => {
      const slides = join(folder, "openslide");
      for (const name of ["a.tif", "c.tif", "d.tif"]) await writeSlide(slides, name, TWO_DISCS);
      writeFileSync(join(slides, "b.tif"), tiffOfTile(2 ** 30));
      const out = join(folder, "openslide-out");
      const options = ["--backend", "openslide", "--slide-mpp", "1", "--workers", "2"];
      const { exitCode, output } = await lowmag("prepare", slides, "--out", out, ...options).ended;
      expect([exitCode, output]).toEqual([3, expect.any(String)]);
      expect(rowsOf(join(out, "failures.csv"))).toEqual([
        expect.objectContaining({ slide: "b", reason: "crashed" }),
      ]);
      expect(slidesDone(out)).toEqual(["a", "c", "d"]);
    },
  );

  it.skipIf(process.platform !== "linux")("costs one slide when a process at work is hit", async () => {
    const slides = join(folder, "hit");
    const names = ["a", "b", "c", "d"];
    for (const name of names) await writeSlide(slides, `${name}.tif`, TWO_DISCS);
    const out = join(folder, "hit-out");
    const run = lowmag("prepare", slides, "--out", out, "--workers", "2");
    // A process is started for a slide, so the first one that is seen has one in hand.
    let worker: number | undefined;
    while (worker === undefined && run.process.exitCode === null) {
      [worker] = childrenOf(run.process.pid!);
      await sleep(5);
    }
    process.kill(worker!, "SIGSEGV");
    const { exitCode, output } = await run.ended;
    const [failure, ...others] = rowsOf(join(out, "failures.csv"));
    expect([exitCode, failure!.reason, others]).toEqual([3, "crashed", []]);
    expect(failure!.message).toContain("signal SIGSEGV");
    expect(output).toContain(failure!.slide!);
    expect([...slidesDone(out), failure!.slide].sort()).toEqual(names);
    // The same command does the slide that is left.
    expect((await lowmag("prepare", slides, "--out", out, "--workers", "2").ended).exitCode).toBe(0);
    expect(slidesDone(out)).toEqual(names);
  });
});
