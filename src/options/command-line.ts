// Options as the command line that would give them: flags are kebab-case keys, defaults are left out.
import { describeOptions, type OptionDescription, type OptionsSchema } from "./describe.ts";

/** The flag of a key: `learningRate` -> `--learning-rate`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * A command line for a shell: `lowmag train --data tiles --mpp 4 --no-flip`.
 *
 * @param positionals keys that are given by position, first.
 */
export function commandLineOf(
  name: string,
  schema: OptionsSchema,
  options: Readonly<Record<string, unknown>>,
  positionals: readonly string[] = [],
): string {
  const described = describeOptions(schema).filter(({ key, defaultValue }) => {
    const value = options[key];
    return value !== undefined && JSON.stringify(value) !== JSON.stringify(defaultValue);
  });
  const first = positionals.flatMap((key) =>
    [options[key] ?? []].flat().map((value) => quoted(String(value))),
  );
  const flags = described
    .filter(({ key }) => !positionals.includes(key))
    .map((option) => flagText(option, options[option.key]));
  return ["lowmag", name, ...first, ...flags.flat()].join(" ");
}

function flagText({ key, kind, separator }: OptionDescription, value: unknown): string[] {
  const flag = flagOf(key);
  if (kind === "boolean") return [value === true ? flag : flag.replace("--", "--no-")];
  if (!Array.isArray(value)) return [flag, quoted(String(value))];
  return separator === ""
    ? value.flatMap((item) => [flag, quoted(String(item))])
    : [flag, quoted(value.join(separator))];
}

/** Quotes what a POSIX shell would read in another way. */
function quoted(word: string): string {
  return /^[\w./:,@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
