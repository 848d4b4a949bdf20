import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { ProcessPool, type ProcessPoolOptions } from "../../src/machine/index.ts";

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const machine = new URL("../../dist/machine/index.js", import.meta.url).href;
const base = new URL("../../dist/base/index.js", import.meta.url).href;

/** A pool whose processes answer a message `n` with the value of `body`. */
async function poolOf(body: string, options: Partial<ProcessPoolOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "lowmag-processes-"));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "worker.mjs");
  await writeFile(
    path,
    `import { serveJobs } from "${machine}";\nimport { fail } from "${base}";\n` +
      `const sleep = (ms) => new Promise((done) => setTimeout(done, ms));\n` +
      `serveJobs(async (n, { signal, report }) => {\n${body}\n});\n`,
  );
  const pool = new ProcessPool<unknown, unknown>(pathToFileURL(path), { count: 2, ...options });
  closers.push(() => pool.close());
  return pool;
}

async function fileThatStops() {
  const folder = await mkdtemp(join(tmpdir(), "lowmag-grace-"));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, "kept.txt") };
}

/** "code: message" of the error that a promise ends in, or what it resolved to. */
function endOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => (isLowmagError(error) ? `${error.code}: ${error.message}` : error));
}

const named = (where: string) => ({ where });

describe("ProcessPool", () => {
  it("gives each reply to whoever asked, and passes arrays as they are", async () => {
    const pool = await poolOf("await sleep(n === 0 ? 80 : 1); return { n, bytes: new Uint8Array([n, 2]) };");
    const replies = await Promise.all([0, 1, 2, 3, 4].map((n) => pool.run(n, named(`job ${n}`))));
    expect(replies).toEqual([0, 1, 2, 3, 4].map((n) => ({ n, bytes: new Uint8Array([n, 2]) })));
    expect(pool.pids.length).toBe(2);
  });

  it("starts no process before there is work, and no more than there is work for", async () => {
    const pool = await poolOf("return process.pid;", { count: 4 });
    expect(pool.pids).toEqual([]);
    await pool.run(1, named("a job"));
    await pool.run(2, named("a job"));
    expect(pool.pids.length).toBe(1);
  });

  it("rejects the job of a process that crashes, replaces the process, and does the other jobs", async () => {
    const pool = await poolOf("if (n === 2) process.abort(); return n * 10;");
    const ends = await Promise.all([1, 2, 3, 4, 5].map((n) => endOf(pool.run(n, named(`slide ${n}.svs`)))));
    expect(ends[1]).toMatch(
      /^corrupt-data: slide 2\.svs: expected the worker process to finish it, got signal SIGABRT.*\. A decoder crashed on it/,
    );
    expect(ends.filter((_, i) => i !== 1)).toEqual([10, 30, 40, 50]);
  });

  it("tells a segmentation fault from a process that leaves", async () => {
    const pool = await poolOf(
      "if (n === 1) process.kill(process.pid, 'SIGSEGV'); else process.exit(7); await sleep(1e5);",
    );
    expect(await endOf(pool.run(1, named("a")))).toContain(
      "corrupt-data: a: expected the worker process to finish it, got signal SIGSEGV",
    );
    expect(await endOf(pool.run(2, named("b")))).toBe(
      "internal: b: expected the worker process to finish it, got exit code 7.",
    );
  });

  it("kills a process that hangs in a loop, and goes on", async () => {
    const pool = await poolOf("if (n === 1) for (;;) ; return 'done';", { count: 1 });
    const hanging = pool.run(1, { where: "a.ndpi", timeoutMs: 400 });
    const next = pool.run(2, named("b.ndpi"));
    expect(await endOf(hanging)).toContain(
      "internal: a.ndpi: expected the worker process to finish within 0.4 s, got no answer.",
    );
    expect(await next).toBe("done");
  });

  it("lets a process that ran out of its heap cost one job, and says that memory was short", async () => {
    const pool = await poolOf(
      "const all = []; if (n === 1) for (;;) all.push(new Array(1000).fill(n)); return n;",
      {
        count: 1,
        maxOldSpaceMb: 32,
      },
    );
    const ends = [endOf(pool.run(1, named("huge.svs"))), endOf(pool.run(2, named("small.svs")))];
    expect(await ends[0]).toMatch(/^out-of-memory: huge\.svs: .* got no memory left/);
    expect(await ends[1]).toBe(2);
  });

  it("carries errors across with their code and parts, and keeps the process", async () => {
    const pool = await poolOf(
      "if (n === 1) throw fail('missing-metadata', { where: 'a.svs', expected: 'µm/px', got: 'none', fix: 'Give --mpp.' });" +
        "if (n === 2) throw new TypeError('x is not a function'); return process.pid;",
      { count: 1 },
    );
    const before = await pool.run(0, named("first"));
    expect(await endOf(pool.run(1, named("a")))).toBe(
      "missing-metadata: a.svs: expected µm/px, got none. Give --mpp.",
    );
    expect(await endOf(pool.run(2, named("b")))).toBe(
      "internal: b: expected no failure inside, got x is not a function.",
    );
    expect(await pool.run(3, named("last"))).toBe(before);
  });

  it("passes reports on while a job runs", async () => {
    const pool = await poolOf("report({ done: 1 }); report({ done: 2 }); return n;");
    const reports: unknown[] = [];
    await pool.run(5, { where: "a", onReport: (value) => reports.push(value) });
    expect(reports).toEqual([{ done: 1 }, { done: 2 }]);
  });

  it("asks a job to stop, drops one that waits, and leaves the others alone", async () => {
    const pool = await poolOf("while (n === 1 && !signal.aborted) await sleep(5); return process.pid;", {
      count: 1,
    });
    const [first, waiting] = [new AbortController(), new AbortController()];
    const ends = [
      endOf(pool.run(1, { where: "one", signal: first.signal })),
      endOf(pool.run(2, { where: "two", signal: waiting.signal })),
      endOf(pool.run(3, named("three"))),
    ];
    waiting.abort();
    expect(await ends[1]).toBe("cancelled: two: expected to run to the end, got an interruption.");
    first.abort();
    expect(await ends[0]).toBe("cancelled: one: expected to run to the end, got an interruption.");
    expect(pool.pids).toEqual([await ends[2]]);
  });

  it("kills a process that does not stop when asked", async () => {
    const pool = await poolOf("for (;;) ;", { count: 1 });
    const controller = new AbortController();
    const end = endOf(pool.run(1, { where: "stubborn", signal: controller.signal }));
    setTimeout(() => controller.abort(), 200);
    expect(await end).toBe("cancelled: stubborn: expected to run to the end, got an interruption.");
  });

  it("gives a job that was asked to stop the time it is told to", async () => {
    const { path, folder } = await fileThatStops();
    const body = `await sleep(1000); writeFileSync(${JSON.stringify(path)}, "kept");`;
    for (const [graceMs, kept] of [
      [100, false],
      [60_000, true],
    ] as const) {
      const pool = await poolOf(`const { writeFileSync } = await import("node:fs");\n${body}`, {
        count: 1,
        graceMs,
      });
      const controller = new AbortController();
      const end = endOf(pool.run(1, { where: "slow to stop", signal: controller.signal }));
      setTimeout(() => controller.abort(), 300);
      expect(await end).toContain("cancelled: slow to stop");
      expect(await readdir(folder), `${graceMs} ms`).toEqual(kept ? ["kept.txt"] : []);
    }
  });

  it("rejects what waits when it is closed, and everything after", async () => {
    const pool = await poolOf("await sleep(1e5);", { count: 1 });
    const ends = [endOf(pool.run(1, named("one"))), endOf(pool.run(2, named("two")))];
    await pool.close();
    expect(await ends[0]).toContain("cancelled: ");
    expect(await ends[1]).toContain("cancelled: two: ");
    expect(await endOf(pool.run(3, named("three")))).toContain("cancelled: three: ");
    expect(pool.pids).toEqual([]);
  });

  it("refuses a script that is not there with the job, not with silence", async () => {
    const pool = new ProcessPool(new URL("file:///nowhere/worker.mjs"), { count: 1 });
    expect(await endOf(pool.run(1, named("a job")))).toMatch(
      /^internal: a job: .* got exit code 1 \(.*Cannot find module/,
    );
  });
});
