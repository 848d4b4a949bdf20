// Finds the programs and runs one side of an experiment with them.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { root } from "../facts.ts";
import type { TrainCommand } from "./command.ts";
import type { Side } from "./experiments.ts";
import type { Measured } from "./lowmag/work.ts";
import { NotHere, runProgram } from "./run-program.ts";

/** How the sides are run. */
export interface Programs {
  /** A Python with torch; `null` where there is none. */
  readonly python: string | null;
  readonly command: TrainCommand;
}

const own = fileURLToPath(new URL("./lowmag/main.js", import.meta.url));
const peer = fileURLToPath(new URL("bench/performance/pytorch/main.py", root));

/** Does a side's work once. @throws NotHere; Error for a program that fails, with the last line it said. */
export async function runSide(side: Side, programs: Programs, signal: AbortSignal): Promise<Measured> {
  if (side.program === "command") return programs.command.measure(signal);
  if (side.program === "lowmag") return lastLine(process.execPath, [own, ...side.args], signal);
  if (programs.python === null) throw new NotHere("there is no Python with torch here");
  return lastLine(programs.python, [peer, ...side.args], signal);
}

async function lastLine(command: string, args: readonly string[], signal: AbortSignal): Promise<Measured> {
  const output = await runProgram(command, args, signal);
  const figures = JSON.parse(output.trim().split("\n").at(-1)!) as Record<string, number>;
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(DIGITS))]),
  );
}

/** As many as a measurement can have. */
const DIGITS = 6;

/** A Python that can load torch. */
export interface FoundPython {
  readonly path: string;
  readonly python: string;
  readonly pytorch: string;
}

/** The one asked for, or the first of the usual ones; `null` where torch cannot be loaded. */
export function findPython(asked: string | undefined): FoundPython | null {
  const script = "import sys, torch; print(sys.version.split()[0], torch.__version__)";
  const paths = asked === undefined ? ["python3", "/usr/bin/python3"] : [asked];
  for (const path of paths) {
    try {
      const said = execFileSync(path, ["-c", script], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      const [python = "", pytorch = ""] = said.trim().split(" ");
      return { path, python, pytorch };
    } catch {
      // Not there, or without torch: the next.
    }
  }
  return null;
}
