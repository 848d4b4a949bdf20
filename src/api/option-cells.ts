// Options of single slides from the cells of a list.
import type * as z from "zod";
import { describeOptions, type OptionsSchema, resolveOptions } from "../options/index.ts";

/**
 * Options with the cells of a slide's row in place of some.
 *
 * @param command for messages.
 * @throws LowmagError `invalid-argument` for a cell that is no value of its option, with the line.
 */
export function withCells<S extends OptionsSchema>(
  command: string,
  schema: S,
  options: z.output<S>,
  cells: Readonly<Record<string, string>>,
  where: string,
): z.output<S> {
  if (Object.keys(cells).length === 0) return options;
  const values = Object.entries(cells).map(([key, text]) => [key, cellValue(schema, key, text)]);
  const changed = { ...options, ...Object.fromEntries(values) };
  return resolveOptions(command, schema, changed, (key) => ({ where, subject: `\`${key}\`` }));
}

/** A cell as the kind of its option; text that is not of the kind stays text, so that the schema words the error. */
function cellValue(schema: OptionsSchema, key: string, text: string): unknown {
  const kind = describeOptions(schema).find((option) => option.key === key)?.kind;
  if (kind === "boolean")
    return { true: true, yes: true, false: false, no: false }[text.toLowerCase()] ?? text;
  if (kind !== "number" && kind !== "integer") return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
