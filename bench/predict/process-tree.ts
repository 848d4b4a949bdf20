// A program and all that it starts, measured from outside: wall time, CPU time, and the peak of the memory that all its processes
// hold together (proportional set size, so that what they share counts once). Linux only.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What a program took. */
export interface Taken {
  readonly wallSeconds: number;
  /** Of all processes, user and system, as sampled last before each ended. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly output: string;
}

const SAMPLE_MILLISECONDS = 50;
/** Of `/proc/PID/stat`: clock ticks per second on every Linux that Node supports. */
const TICKS = 100;

/** Runs a program to its end. @throws Error when it ends with another exit code than 0 or those allowed. */
export async function runMeasured(
  command: string,
  args: readonly string[],
  allowed: readonly number[] = [0],
): Promise<Taken> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const cpu = new Map<number, number>();
  let peak = 0;
  const timer = setInterval(() => {
    let bytes = 0;
    for (const pid of treeOf(child.pid!)) {
      bytes += proportionalBytes(pid);
      cpu.set(pid, cpuOf(pid) ?? cpu.get(pid) ?? 0);
    }
    peak = Math.max(peak, bytes);
  }, SAMPLE_MILLISECONDS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  clearInterval(timer);
  if (code === null || !allowed.includes(code))
    throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  const cpuSeconds = [...cpu.values()].reduce((sum, one) => sum + one, 0);
  return { wallSeconds: (performance.now() - started) / 1000, cpuSeconds, peakMegabytes: peak / 1e6, output };
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

function cpuOf(pid: number): number | null {
  const fields = statOf(pid);
  return fields === null ? null : (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function proportionalBytes(pid: number): number {
  try {
    return 1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
