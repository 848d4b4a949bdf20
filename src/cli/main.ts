// The command line's entry: parses, runs, words errors, and says how it ended with an exit code.
import { readFileSync } from "node:fs";
import { type Command, CommanderError } from "commander";
import { isLowmagError } from "../base/index.ts";
import { flagOf } from "../options/index.ts";
import { commandGroups, commands } from "./commands/index.ts";
import { EXIT_DONE, EXIT_INTERRUPTED, exitCodeOf } from "./exit-codes.ts";
import { errorAsJson, errorAsText, usageError } from "./failure.ts";
import { flagOptions } from "./flags.ts";
import { buildProgram } from "./program.ts";
import { runCommand } from "./run-command.ts";
import { processTerminal, type Terminal, wantsDebug } from "./terminal.ts";

/** Runs a command line (without `node` and the script) and resolves to its exit code. */
export async function main(
  argv: readonly string[] = process.argv.slice(2),
  terminal: Terminal = processTerminal(),
): Promise<number> {
  const interruption = listenForInterruption(terminal);
  let exitCode = EXIT_DONE;
  const program = buildProgram(
    commands,
    commandGroups,
    packageVersion(),
    terminal,
    async (command, parsed, values) => {
      exitCode = await runCommand(command, parsed, values, terminal, interruption.signal);
    },
  );
  try {
    const listed = listOfCommands(program, argv);
    if (listed !== undefined) listed.outputHelp();
    else await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    return reportFailure(error, argv, terminal);
  } finally {
    interruption.stop();
  }
}

/** `lowmag` alone and a group's word alone ask what there is. */
function listOfCommands(program: Command, argv: readonly string[]): Command | undefined {
  if (argv.length === 0) return program;
  const group = commandGroups.some(({ name }) => argv.length === 1 && name === argv[0]);
  return group ? program.commands.find((command) => command.name() === argv[0]) : undefined;
}

/** Prints a failure (as JSON too, with `--json`) and returns its exit code. */
function reportFailure(thrown: unknown, argv: readonly string[], terminal: Terminal): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT_DONE;
  const error = thrown instanceof CommanderError ? inOurGrammar(thrown, argv) : thrown;
  if (argv.includes("--json")) terminal.stdout.write(`${JSON.stringify(errorAsJson(error), undefined, 2)}\n`);
  const cancelled = isLowmagError(error, "cancelled");
  const text = cancelled ? `interrupted: ${error.message}` : errorAsText(error, wantsDebug(terminal));
  terminal.stderr.write(`${text}\n`);
  return exitCodeOf(error);
}

function inOurGrammar(error: CommanderError, argv: readonly string[]): Error {
  const group = commandGroups.find(({ name }) => name === argv[0]);
  const named = (words: number) => commands.find(({ name }) => name === argv.slice(0, words).join(" "));
  const command = named(2) ?? named(1);
  const general = ["--help", "--config", "--print-config", "--json", "--quiet"];
  const flags =
    command === undefined
      ? ["--help", "--version"]
      : [...flagOptions(command).map(({ key }) => flagOf(key)), ...general];
  const where = `lowmag ${command?.name ?? group?.name ?? ""}`.trim();
  return usageError(error, `\`${where}\``, flags, wordsAfter(group?.name));
}

/** The words that may follow `lowmag`, or a group's word. */
function wordsAfter(group: string | undefined): readonly string[] {
  const split = commands.map(({ name }) => name.split(" "));
  if (group === undefined) return [...new Set(split.map(([first = ""]) => first))];
  return split.flatMap(([first, second]) => (first === group && second !== undefined ? [second] : []));
}

/** First Ctrl-C (or SIGTERM): finish the step in hand. Second: leave at once. */
function listenForInterruption(terminal: Terminal): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    terminal.stderr.write("\nStopping after the step in hand; press Ctrl-C again to stop at once.\n");
    controller.abort(name);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
