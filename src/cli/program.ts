// The commander program: every command with its flags, general flags and help, made from the command definitions.
import { Command as CommanderCommand, Option } from "commander";
import type { Command, CommandGroup } from "./command.ts";
import { addFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

/** Called when a command line has been parsed. */
export type CommandHandler = (
  command: Command,
  parsed: CommanderCommand,
  positionalValues: readonly unknown[],
) => Promise<void>;

/** Builds the program; it throws commander's errors instead of exiting. */
export function buildProgram(
  commands: readonly Command[],
  groups: readonly CommandGroup[],
  version: string,
  terminal: Terminal,
  handle: CommandHandler,
): CommanderCommand {
  const program = new CommanderCommand("lowmag")
    .description("Resolution-based distillation for histology. For research use only.")
    .version(version, "-V, --version", "Print the version.")
    .helpOption("-h, --help", "Print this help.")
    .helpCommand("help [command]", "Print the help of a command.")
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(120, Math.max(80, terminal.stdout.columns ?? 100)),
    })
    .configureHelp({ minWidthToWrap: 30 })
    .enablePositionalOptions() // flags behind a command's word are that command's
    .exitOverride()
    .showSuggestionAfterError(false);
  const parents = new Map<string, CommanderCommand>();
  for (const command of commands) {
    const [first = "", second] = command.name.split(" ");
    const group = second === undefined ? undefined : groups.find(({ name }) => name === first);
    if (group !== undefined && !parents.has(first)) parents.set(first, addGroup(program, group));
    const parent = second === undefined ? program : (parents.get(first) ?? program);
    const added = addCommand(parent, second ?? first, command, handle);
    if (commands.some(({ name }) => name.startsWith(`${command.name} `))) parents.set(first, asParent(added));
  }
  program.addHelpText("after", "\nEvery command explains itself: lowmag <command> --help");
  return program;
}

/** A word that other commands stand behind. */
function addGroup(program: CommanderCommand, { name, summary, description }: CommandGroup): CommanderCommand {
  return program
    .command(name)
    .summary(summary)
    .description(description)
    .helpOption("-h, --help", "Print this help.")
    .helpCommand(false)
    .addHelpText("after", `\nEvery command explains itself: lowmag ${name} <command> --help`);
}

/** A command of its own that others stand behind ("study" and "study init"): flags behind the second word are the second's. */
function asParent(command: CommanderCommand): CommanderCommand {
  return command.enablePositionalOptions().helpCommand(false);
}

function addCommand(
  parent: CommanderCommand,
  word: string,
  command: Command,
  handle: CommandHandler,
): CommanderCommand {
  const target = parent
    .command(word)
    .summary(command.summary)
    .description(command.description)
    .helpOption("-h, --help", "Print this help.");
  addFlags(target, command);
  for (const option of generalOptions()) target.addOption(option);
  target.addHelpText("after", examplesText(command));
  target.action(async (...args: unknown[]) => {
    await handle(command, target, args.slice(0, command.positionals.length));
  });
  return target;
}

function generalOptions(): Option[] {
  return [
    new Option("--config <FILE>", "Read options from a YAML or JSON file; flags win over it."),
    new Option("--print-config", "Print a commented config with the given options, and stop."),
    new Option("--json", "Print the result as one JSON object on standard output."),
    new Option("--quiet", "No progress and no notes on standard error."),
  ].map((option) => option.helpGroup("General:"));
}

function examplesText(command: Command): string {
  const lines = command.examples.flatMap(({ command: line, says }) => [`  ${line}`, `      ${says}`]);
  return ["", `Example${command.examples.length > 1 ? "s" : ""}:`, ...lines].join("\n");
}
