// `lowmag serve` as a person runs it: prints an address once it answers, and ends with Ctrl-C.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../src/api/index.ts";
import type { SlideRow } from "../../src/server/schemas.ts";
import { makeResults, makeSlide } from "./make-results.ts";

const command = fileURLToPath(new URL("../../bin/lowmag.js", import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-command-"));
  mkdirSync(join(folder, "slides"));
  for (const name of ["a.tif", "b.tif"]) await makeSlide(join(folder, "slides", name), 300, 200);
  makeResults(join(folder, "all", "student"), [{ name: "a", path: join(folder, "slides", "a.tif") }]);
  makeResults(join(folder, "all", "teacher"), [
    { name: "a", path: join(folder, "slides", "a.tif"), model: "teacher-1" },
  ]);
});
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL"); // what a failed test left
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[]) {
  const env = { ...process.env, LOWMAG_CACHE: join(folder, "cache") };
  const child = spawn(process.execPath, [command, "serve", ...args], { env });
  children.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, output, ended };
}

async function urlOf(child: ChildProcess, output: { stdout: string }): Promise<string> {
  await expect
    .poll(() => output.stdout.includes("}") || child.exitCode !== null, { timeout: 30_000 })
    .toBe(true);
  return (JSON.parse(output.stdout) as { url: string }).url;
}

describe("lowmag serve", () => {
  it("prints where it answers, answers, and ends well with Ctrl-C", async () => {
    const { child, output, ended } = run([
      join(folder, "all"),
      "--slides",
      join(folder, "slides"),
      "--port",
      "0",
      "--json",
    ]);
    const url = await urlOf(child, output);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(JSON.parse(output.stdout)).toMatchObject({ slides: 2, models: 2 });
    const rows = (await (await fetch(`${url}api/slides`)).json()) as SlideRow[];
    expect(rows.map(({ answers }) => answers.length)).toEqual([2, 0]);
    expect((await fetch(`${url}api/slides/${rows[0]!.id}/tiles/9/0_0.jpg`)).status).toBe(200);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    // Links survive: the key is kept, for its owner alone.
    const { mode, size } = statSync(join(folder, "cache", "serve.key"));
    expect([mode & 0o777, size]).toEqual([0o600, 32]);
    const again = await serve(
      { slides: [join(folder, "slides")], port: 0 },
      { defaultCache: join(folder, "cache") },
    );
    const later = (await (await fetch(`${again.url}api/slides`)).json()) as SlideRow[];
    await again.close();
    expect(later.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  });

  it("says what to do where there is nothing to show, or nothing of that name, or the port is taken", async () => {
    await expect(serve({})).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(serve({ results: [join(folder, "nowhere")] })).rejects.toMatchObject({ code: "not-found" });
    await expect(serve({ run: [folder], port: 0 })).rejects.toMatchObject({ code: "not-found" });
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    await expect(serve({ slides: [join(folder, "slides")], port })).rejects.toThrow(
      /another program uses.*--port/s,
    );
    other.close();
  });
});
