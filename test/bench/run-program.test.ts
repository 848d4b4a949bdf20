import { describe, expect, it } from "vitest";
import { runProgram } from "../../bench/performance/run-program.ts";

const node = (script: string, signal = new AbortController().signal) =>
  runProgram(process.execPath, ["-e", script], signal);

describe("a program that is measured", () => {
  it("hands back what it prints", async () => {
    expect(await node("console.log('one'); console.log('two')")).toBe("one\ntwo\n");
  });

  it("fails with its exit code and the last thing it said", async () => {
    await expect(
      node("console.error('at first'); console.error('no memory'); process.exit(3)"),
    ).rejects.toThrow(/ended with 3: no memory$/);
    await expect(node("process.kill(process.pid, 'SIGKILL')")).rejects.toThrow("ended with SIGKILL");
  });

  it("ends at an interruption, which is no failure of its own", async () => {
    const interruption = new AbortController();
    const running = node("setInterval(() => {}, 1000)", interruption.signal);
    setTimeout(() => interruption.abort(), 100);
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });
});
