// Config files: a command's options by key, as YAML or JSON. Read strictly, and written with comments by --print-config.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseDocument, stringify } from "yaml";
import { fail } from "../base/index.ts";
import { describeOptions, type OptionDescription, unknownKey } from "../options/index.ts";
import { type Command, fileNameOf } from "./command.ts";

/** How messages name a config file. */
export function configName(path: string): string {
  return `config \`${basename(path)}\``;
}

/**
 * Reads a config file. `$schema` is allowed and dropped, so that editors can check the file.
 *
 * @throws LowmagError `not-found`, `corrupt-data` (not YAML or JSON), `invalid-argument` (unknown key, with a suggestion).
 */
export async function readConfigFile(path: string, command: Command): Promise<Record<string, unknown>> {
  const content = parseConfig(path, await readText(path));
  delete content.$schema;
  const unknown = Object.keys(content).find((key) => !(key in command.options.shape));
  if (unknown !== undefined) throw unknownKey(command.name, command.options, unknown, configName(path));
  return content;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw fail("not-found", {
      where: configName(path),
      expected: "a readable YAML or JSON file",
      got: (cause as NodeJS.ErrnoException).code === "ENOENT" ? `no file at ${path}` : String(cause),
      fix: "Check the path; `--print-config` writes a config to start from.",
      cause,
    });
  }
}

function parseConfig(path: string, text: string): Record<string, unknown> {
  const document = parseDocument(text, { uniqueKeys: true });
  const problem = document.errors[0];
  if (problem)
    throw fail("corrupt-data", {
      where: configName(path),
      expected: "YAML or JSON",
      got: problem.message.split("\n")[0]?.replace(/[:.]$/, "") ?? "a syntax error",
    });
  const content: unknown = document.toJS() ?? {};
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw fail("corrupt-data", {
      where: configName(path),
      expected: "keys and values",
      got: Array.isArray(content) ? "a list" : "a single value",
    });
  return content as Record<string, unknown>;
}

/** A commented YAML config: every option with its explanation, set to the given value or its default. */
export function printConfig(command: Command, values: Readonly<Record<string, unknown>>): string {
  const head = [
    `# Options of \`lowmag ${command.name}\`. Use: lowmag ${command.name} --config FILE (flags win over this file).`,
    `# yaml-language-server: $schema=node_modules/lowmag/schema/${fileNameOf(command)}.schema.json`,
  ];
  const entries = describeOptions(command.options).map((option) => configEntry(option, values[option.key]));
  return `${[...head, ...entries].join("\n")}\n`;
}

function configEntry(option: OptionDescription, value: unknown): string {
  const allowed = option.choices.length > 0 ? ` One of: ${option.choices.join(", ")}.` : "";
  const required = option.required ? " Required." : "";
  const comment = `\n# ${option.description}${allowed}${required}`;
  const shown = value ?? option.defaultValue;
  if (shown === undefined) return `${comment}\n# ${option.key}:`;
  const yaml = stringify({ [option.key]: shown }, { lineWidth: 0, collectionStyle: "flow" }).trim();
  return `${comment}\n${yaml.startsWith("{") ? unwrapFlow(yaml) : yaml}`;
}

/** `{ key: [ 1, 2 ] }` -> `key: [ 1, 2 ]`: lists on one line, the mapping itself in block style. */
function unwrapFlow(yaml: string): string {
  return yaml.replace(/^\{\s*/, "").replace(/\s*\}$/, "");
}
