// Tells what a child process died of, in words and with a code that says what to do about it.
import { fail } from "../base/index.ts";

const CRASHES: readonly string[] = ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP", "SIGSYS"];
/** Windows ends a crashed process with an NTSTATUS of severity "error" as its exit code. */
const WINDOWS_CRASH = 0xc0000000;

/**
 * The error for a process that ended with a job in hand.
 *
 * @param end the signal, the exit code, or why it could not be started.
 * @param lastWords the end of its error output.
 * @returns `out-of-memory`, `corrupt-data` for a crash, `internal` for all else.
 */
export function deathError(where: string, end: string | number, lastWords: string): Error {
  const expected = "the worker process to finish it";
  if (/heap out of memory|bad_alloc|Cannot allocate memory/i.test(lastWords) || end === "SIGKILL")
    return fail("out-of-memory", {
      where,
      expected,
      got: end === "SIGKILL" ? "signal SIGKILL, as systems send when memory runs out" : "no memory left",
      fix: "Use fewer processes or a larger memory limit.",
    });
  const crashed = typeof end === "number" ? end >= WINDOWS_CRASH || end < 0 : CRASHES.includes(end);
  return fail(crashed ? "corrupt-data" : "internal", {
    where,
    expected,
    got: `${describeEnd(end)}${lastLine(lastWords)}`,
    ...(crashed
      ? { fix: "A decoder crashed on it, so the file is probably damaged; the other files are not affected." }
      : {}),
  });
}

function describeEnd(end: string | number): string {
  if (typeof end === "number") return `exit code ${end}`;
  return end.startsWith("SIG") ? `signal ${end}` : end;
}

/** The last line that says what went wrong, shortened. */
function lastLine(lastWords: string): string {
  const lines = lastWords.split("\n").map((line) => line.trim());
  const line = lines.findLast((text) => /error|assert|abort|fatal/i.test(text));
  return line === undefined ? "" : ` (${line.slice(0, 200)})`;
}
