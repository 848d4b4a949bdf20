// Turns what a caller gave into a complete, checked options object, once, at the door of every operation.
import type * as z from "zod";
import { closestWord, fail, type LowmagError } from "../base/index.ts";
import { describeOptions, type OptionDescription, type OptionsSchema } from "./describe.ts";

/**
 * How an option's value reached us, for messages: `where` opens the message and `subject` names the option there.
 * A flag is its own `where` (`--mpp`: expected a number above 0); a file or function says which of its keys it means.
 */
export interface OptionOrigin {
  readonly where: string;
  /** Empty when `where` already names the option. */
  readonly subject: string;
}

/** An issue in the form that zod gives it; only what is read here. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/**
 * Fills in defaults and checks an options object.
 *
 * @param name the operation, for messages ("train").
 * @param originOf where a key came from; by default the call of the operation itself.
 * @throws LowmagError `invalid-argument`: an unknown key (with the closest known one), a missing or a wrong value.
 */
export function resolveOptions<S extends OptionsSchema>(
  name: string,
  schema: S,
  input: unknown,
  originOf: (key: string) => OptionOrigin = (key) => ({ where: `\`${name}\``, subject: `\`${key}\`` }),
): z.output<S> {
  const parsed = schema.safeParse(dropUndefined(input));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0] as Issue;
  const unknown = issue.code === "unrecognized_keys" ? issue.keys?.[0] : undefined;
  if (unknown !== undefined) throw unknownKey(name, schema, unknown, originOf(unknown).where);
  const key = String(issue.path[0] ?? "");
  const option = describeOptions(schema).find((candidate) => candidate.key === key);
  throw wrongValue(issue, option, valueAt(input, key), originOf(key));
}

/** The error for a key that an operation does not have. */
export function unknownKey(name: string, schema: OptionsSchema, key: string, where: string): LowmagError {
  const known = Object.keys(schema.shape);
  const closest = closestWord(key, known);
  return fail("invalid-argument", {
    where,
    expected: `a key of \`${name}\``,
    got: `\`${key}\``,
    fix: closest === undefined ? `Known keys: ${known.join(", ")}.` : `Did you mean \`${closest}\`?`,
  });
}

function wrongValue(
  issue: Issue,
  option: OptionDescription | undefined,
  value: unknown,
  { where, subject }: OptionOrigin,
): LowmagError {
  const expectation = issue.code === "custom" ? issue.message : (option?.expectation ?? issue.message);
  const named = subject === "" || option === undefined;
  const missing = !named && value === undefined;
  const expected = named ? expectation : missing ? subject : `${subject} to be ${expectation}`;
  return fail("invalid-argument", {
    where,
    expected,
    got: inWords(value),
    ...(option === undefined || option.description === "" ? {} : { fix: option.description }),
  });
}

function valueAt(input: unknown, key: string): unknown {
  return typeof input === "object" && input !== null ? (input as Record<string, unknown>)[key] : input;
}

/** A key set to `undefined` means the same as a key left out. */
function dropUndefined(input: unknown): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function inWords(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  return typeof value === "string" ? `\`${value}\`` : JSON.stringify(value);
}
