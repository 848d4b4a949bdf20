import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { WorkerPool } from "../../src/machine/index.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lowmag-machine-"));
  folders.push(folder);
  return folder;
}

/** "code: message" of the refusal that an action ends in. */
async function refusalOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (!isLowmagError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
  return "no error";
}

async function poolOf(body: string, count = 2): Promise<WorkerPool<number, number>> {
  const path = join(await newFolder(), "worker.mjs");
  await writeFile(
    path,
    `import { parentPort, workerData } from "node:worker_threads";\nparentPort.on("message", (n) => {${body}});\n`,
  );
  return new WorkerPool<number, number>("pool", pathToFileURL(path), count, { factor: 3 });
}

describe("WorkerPool", () => {
  it("gives each reply to whoever asked, in whatever order they come", async () => {
    const pool = await poolOf(
      "setTimeout(() => parentPort.postMessage(n * workerData.factor), n === 0 ? 60 : 1);",
    );
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    expect(await Promise.all(numbers.map((n) => pool.run(n)))).toEqual(numbers.map((n) => 3 * n));
    await pool.close();
  });

  it("rejects everything that waits when a thread dies, with the reason", async () => {
    const pool = await poolOf("if (n === 3) throw new Error('no more'); else setTimeout(() => {}, 1e6);");
    const waiting = [1, 3, 4].map((n) => refusalOf(() => pool.run(n)));
    const message = "internal: pool: expected its worker threads to stay alive, got no more.";
    expect(await Promise.all(waiting)).toEqual([message, message, message]);
    expect(await refusalOf(() => pool.run(5))).toBe(message);
    await pool.close();
  });

  it("notices a thread that leaves without a word", async () => {
    const pool = await poolOf("process.exit(7);");
    expect(await refusalOf(() => pool.run(1))).toBe(
      "internal: pool: expected its worker threads to stay alive, got exit code 7.",
    );
    await pool.close();
  });
});
