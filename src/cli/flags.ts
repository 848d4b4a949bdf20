// Makes commander options from an option schema and reads the given ones back as values of the right kind.
// Text that is not of the kind stays text, so that the schema's own check words the error.
import { type Command as CommanderCommand, Option } from "commander";
import { describeOptions, flagOf, type OptionDescription } from "../options/index.ts";
import type { Command } from "./command.ts";

/** The options of a command that are flags: all that are not given by position. */
export function flagOptions(command: Command): readonly OptionDescription[] {
  const positional = new Set(command.positionals.map(({ key }) => key));
  return describeOptions(command.options).filter(({ key }) => !positional.has(key));
}

/** Adds a command's flags and positional arguments to commander. */
export function addFlags(target: CommanderCommand, command: Command): void {
  for (const { key, variadic } of command.positionals) {
    const description = describeOptions(command.options).find((option) => option.key === key);
    const word = `${key}${variadic ? "..." : ""}`;
    target.argument(`[${word}]`, description?.description ?? "");
  }
  for (const option of flagOptions(command)) for (const flag of flagsFor(option)) target.addOption(flag);
}

/** One visible flag per option; a switch also gets its hidden opposite, so that a flag can undo a config file. */
function flagsFor(option: OptionDescription): Option[] {
  const flag = flagOf(option.key);
  const heading = option.group === "" ? "Options:" : `${option.group}:`;
  if (option.kind === "boolean") {
    const on = new Option(flag, option.description).helpGroup(heading);
    const off = new Option(flag.replace("--", "--no-"), option.off).helpGroup(heading);
    return option.defaultValue === true ? [on.hideHelp(), off] : [on, off.hideHelp()];
  }
  const value = new Option(`${flag} <${option.placeholder}>`, helpText(option)).helpGroup(heading);
  if (option.kind === "strings" || option.kind === "numbers")
    value.argParser((text: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), text]);
  return [value];
}

function helpText({ description, defaultValue, required, separator }: OptionDescription): string {
  if (required) return `${description} (required)`;
  if (defaultValue === undefined) return description;
  if (Array.isArray(defaultValue))
    return defaultValue.length === 0
      ? description
      : `${description} (default: ${defaultValue.join(separator)})`;
  return `${description} (default: ${String(defaultValue)})`;
}

/** The options that were given on the command line, by key. */
export function readFlags(
  parsed: CommanderCommand,
  command: Command,
  positionalValues: readonly unknown[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const given = parsed.opts<Record<string, unknown>>();
  for (const option of flagOptions(command))
    if (parsed.getOptionValueSource(option.key) === "cli")
      values[option.key] = parseValue(option, given[option.key]);
  command.positionals.forEach(({ key }, index) => {
    const value = positionalValues[index];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) values[key] = value;
  });
  return values;
}

function parseValue({ kind, separator }: OptionDescription, raw: unknown): unknown {
  if (kind === "number" || kind === "integer") return parseNumber(raw);
  if (kind !== "strings" && kind !== "numbers") return raw;
  const texts = (raw as readonly string[]).flatMap((text) =>
    separator === "" ? [text] : text.split(separator).map((part) => part.trim()),
  );
  return kind === "numbers" ? texts.map(parseNumber) : texts;
}

function parseNumber(raw: unknown): unknown {
  const number = Number(raw);
  return typeof raw === "string" && raw.trim() !== "" && Number.isFinite(number) ? number : raw;
}
