// Words for errors: lowmag's own, commander's usage errors brought into the same grammar, and defects.
import type { CommanderError } from "commander";
import { closestWord, fail, isLowmagError, type LowmagError } from "../base/index.ts";

/** Brings a usage error of commander into the grammar of lowmag's errors. */
export function usageError(
  error: CommanderError,
  where: string,
  flags: readonly string[],
  commandNames: readonly string[],
): LowmagError {
  const token = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  const word = token.split(" ")[0] ?? token;
  switch (error.code) {
    case "commander.unknownCommand":
      return fail("invalid-argument", {
        where,
        expected: "a command",
        got: `\`${word}\``,
        fix: suggestion(word, commandNames, `Commands: ${commandNames.join(", ")}.`),
      });
    case "commander.unknownOption":
      return fail("invalid-argument", {
        where,
        expected: "one of its flags",
        got: `\`${word}\``,
        fix: suggestion(word, flags, `See \`${where.replaceAll("`", "")} --help\`.`),
      });
    case "commander.optionMissingArgument":
      return fail("invalid-argument", {
        where: `\`${word}\``,
        expected: `a value (\`${token}\`)`,
        got: "nothing",
      });
    default:
      return fail("invalid-argument", {
        where,
        expected: "arguments as its help says",
        got: error.message.replace(/^error: /, "").replace(/\.$/, ""),
        fix: `See \`${where.replaceAll("`", "")} --help\`.`,
      });
  }
}

function suggestion(word: string, candidates: readonly string[], otherwise: string): string {
  const closest = closestWord(word, candidates);
  return closest === undefined ? otherwise : `Did you mean \`${closest}\`?`;
}

/** An error as the object that `--json` prints. */
export function errorAsJson(error: unknown): { error: object } {
  if (isLowmagError(error)) return { error: error.toJSON() };
  return { error: { code: "internal", message: error instanceof Error ? error.message : String(error) } };
}

/** An error as text for a person; `debug` adds the stack and its causes. */
export function errorAsText(error: unknown, debug: boolean): string {
  const stack = debug && error instanceof Error ? `\n${stackWithCauses(error)}` : "";
  if (isLowmagError(error)) return `error: ${error.message}${stack}`;
  const message = error instanceof Error ? error.message : String(error);
  const hint = debug
    ? ""
    : " Run the same command with LOWMAG_DEBUG=1 in the environment and report what it prints.";
  return `error: unexpected: ${message}\nThis is a defect in lowmag.${hint}${stack}`;
}

function stackWithCauses(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${stackWithCauses(error.cause)}` : own;
}
