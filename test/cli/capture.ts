// A stand-in terminal for tests that call the command line's `main` inside the test process.
import { main } from "../../src/cli/index.ts";

/** What a command line wrote and how it ended. */
export interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line and captures both streams. */
export async function capture(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Captured> {
  const out: string[] = [];
  const errors: string[] = [];
  const exitCode = await main(argv, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => errors.push(text) },
    env,
    interactive: false,
    platform: "linux",
  });
  return { exitCode, stdout: out.join(""), stderr: errors.join("") };
}
