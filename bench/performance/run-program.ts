// Runs a program as a process of its own and hands back what it said. An interruption ends the process and is not taken for
// a failure of it.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";

/** Raised where something cannot be measured here at all: its rows are left out with this reason. */
export class NotHere extends Error {}

/** What a failed program said last; enough to see why. */
const KEPT_CHARACTERS = 2000;

/** Standard output of a program that ends well. @throws Error when it ends otherwise; the signal's reason when it fires. */
export async function runProgram(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  // A group of its own: Ctrl-C reaches this process alone, which then ends the other.
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  firstToGo(child.pid);
  const end = (): boolean => child.kill("SIGKILL");
  signal.addEventListener("abort", end, { once: true });
  const said = { output: "", errors: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.errors = `${said.errors}${text}`.slice(-KEPT_CHARACTERS);
  });
  const how = await new Promise<number | string | null>((resolve, reject) => {
    child.once("error", reject).once("close", (code, killed) => resolve(code ?? killed));
  });
  signal.removeEventListener("abort", end);
  signal.throwIfAborted();
  if (how === 0) return said.output;
  const why = said.errors.trim().split("\n").at(-1) ?? "";
  throw new Error(`\`${[...args].slice(0, 3).join(" ")}\` ended with ${how}${why === "" ? "" : `: ${why}`}`);
}

/** Where memory runs out, this process goes and no other (Linux; elsewhere nothing happens). */
function firstToGo(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // Another system, or the process is gone already.
  }
}
