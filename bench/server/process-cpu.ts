// CPU time of a process and all that it started, from Linux's /proc.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Seconds that a process and its living and ended children have computed so far. */
export function cpuSecondsOf(pid: number): number {
  const facts = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name in brackets may hold anything; the numbers follow it.
  const numbers = facts
    .slice(facts.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = numbers.slice(11, 15);
  const own = (user + system + childrenUser + childrenSystem) / TICKS_PER_SECOND;
  return own + childrenOf(pid).reduce((sum, child) => sum + cpuSecondsOf(child), 0);
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const text = readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").trim();
      return text === "" ? [] : text.split(" ").map(Number);
    } catch {
      return []; // the thread has ended
    }
  });
}
