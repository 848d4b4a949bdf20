// Runs one parsed command: config file under flags, progress to standard error, the result to standard output.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command as CommanderCommand } from "commander";
import { flagOf, type OptionOrigin } from "../options/index.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";
import { configName, printConfig, readConfigFile } from "./config-file.ts";
import { EXIT_DONE } from "./exit-codes.ts";
import { readFlags } from "./flags.ts";
import { ProgressDisplay } from "./progress-display.ts";
import { defaultCacheFolder, displayMode, type Terminal } from "./terminal.ts";

/** The flags that every command has besides its own options. */
export interface GeneralFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly config?: string;
  readonly printConfig?: boolean;
}

/**
 * Runs a command and returns the exit code.
 *
 * @param positionalValues the values commander gave for the positional arguments.
 * @throws whatever the operation throws; the caller words it.
 */
export async function runCommand(
  command: Command,
  parsed: CommanderCommand,
  positionalValues: readonly unknown[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const general = parsed.opts<GeneralFlags>();
  const flags = readFlags(parsed, command, positionalValues);
  const configPath = general.config ?? resumedConfig(flags);
  const config = configPath === undefined ? {} : await readConfigFile(configPath, command);
  const raw = { ...config, ...flags };
  if (general.printConfig) {
    terminal.stdout.write(printConfig(command, raw));
    return EXIT_DONE;
  }
  const display = new ProgressDisplay(terminal.stderr, displayMode(terminal, general.quiet ?? false));
  const context = commandContext(terminal, display, general.quiet ?? false, signal);
  try {
    const outcome = await command.execute(raw, originFinder(command, flags, config, configPath), context);
    display.keep();
    const exitCode = printOutcome(outcome, terminal, general.json ?? false);
    await outcome.afterwards?.();
    return exitCode;
  } finally {
    display.keep();
  }
}

/** `--resume --out RUN` needs no other option: the run's own config says the rest. */
function resumedConfig({ resume, out }: Readonly<Record<string, unknown>>): string | undefined {
  if (resume !== true || typeof out !== "string") return undefined;
  const path = join(out, "config.json");
  return existsSync(path) ? path : undefined;
}

function commandContext(
  terminal: Terminal,
  display: ProgressDisplay,
  quiet: boolean,
  signal: AbortSignal,
): CommandContext {
  return {
    signal,
    onProgress: display.listen,
    onNote: (sentence) => {
      if (quiet) return;
      display.clear();
      terminal.stderr.write(`${sentence}\n`);
    },
    defaultCache: defaultCacheFolder(terminal),
    startedAt: 0,
  };
}

/** Flags name themselves; keys of a config are named with the file; a missing option is missing from the command. */
function originFinder(
  command: Command,
  flags: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
  configPath: string | undefined,
): (key: string) => OptionOrigin {
  const positional = new Set(command.positionals.map(({ key }) => key));
  return (key) => {
    if (key in flags && !positional.has(key)) return { where: `\`${flagOf(key)}\``, subject: "" };
    if (!(key in flags) && key in config)
      return { where: configName(configPath ?? ""), subject: `\`${key}\`` };
    const subject = positional.has(key) ? `\`${key}\`` : `\`${flagOf(key)}\``;
    return { where: `\`lowmag ${command.name}\``, subject };
  };
}

function printOutcome(
  { result, text, exitCode = EXIT_DONE }: CommandResult,
  terminal: Terminal,
  json: boolean,
): number {
  if (json) terminal.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  else if (text !== "") terminal.stdout.write(`${text}\n`);
  return exitCode;
}
