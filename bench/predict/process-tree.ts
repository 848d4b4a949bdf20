// A program and all that it starts, measured from outside: wall time, CPU time, and, in a run of its own since looking costs
// time, the peak of the memory that all its processes hold together (proportional set size: what they share counts once).
// Linux only.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What a program took. */
export interface Taken {
  readonly wallSeconds: number;
  /** User and system time of all processes. */
  readonly cpuSeconds: number;
}

/** Clock ticks per second in `/proc/PID/stat` on every Linux that Node supports. */
const TICKS = 100;
const SAMPLE_MILLISECONDS = 100;

/** Runs a program to its end. @throws Error when it ends with another exit code than 0. */
export async function runTimed(command: string, args: readonly string[]): Promise<Taken> {
  const before = endedChildrenSeconds();
  const started = performance.now();
  await run(command, args, () => undefined);
  return {
    wallSeconds: (performance.now() - started) / 1000,
    cpuSeconds: endedChildrenSeconds() - before,
  };
}

/** Peak memory of a program and all that it starts, in megabytes. @throws Error likewise. */
export async function peakMegabytes(command: string, args: readonly string[]): Promise<number> {
  let peak = 0;
  await run(command, args, (pid) => {
    const timer = setInterval(() => {
      const bytes = treeOf(pid).reduce((sum, one) => sum + proportionalBytes(one), 0);
      peak = Math.max(peak, bytes);
    }, SAMPLE_MILLISECONDS);
    return () => clearInterval(timer);
  });
  return peak / 1e6;
}

async function run(
  command: string,
  args: readonly string[],
  watch: (pid: number) => (() => void) | undefined,
): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  const stop = watch(child.pid!);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  stop?.();
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
}

/** CPU seconds of this process's children that have ended, and of theirs. */
function endedChildrenSeconds(): number {
  const fields = statOf(process.pid)!;
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

/** A process and its descendants that are alive. */
function treeOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(Number(name))?.[1] ?? Number.NaN);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (let i = 0; i < tree.length; i++) tree.push(...(children.get(tree[i]!) ?? []));
  return tree;
}

/** The fields of `/proc/PID/stat` after the command's name; `null` for a process that is gone. */
function statOf(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function proportionalBytes(pid: number): number {
  try {
    return 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
