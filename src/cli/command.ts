// What a command is: words for a person, an option schema, and a function that calls one operation of the library.
import type * as z from "zod";
import type { ProgressListener } from "../base/index.ts";
import { type OptionOrigin, type OptionsSchema, resolveOptions } from "../options/index.ts";

/** What a command gets besides its options. */
export interface CommandContext {
  /** Fires on the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
  /** Says a sentence to the person (standard error); silent with `--quiet`. */
  readonly onNote: (sentence: string) => void;
  /** The per-user cache folder, used where `--cache` is not given. */
  readonly defaultCache: string;
  /** When the process began, by `performance.now()`. */
  readonly startedAt: number;
}

/** What a command hands back. */
export interface CommandResult {
  /** The result as data: what `--json` prints. */
  readonly result: object;
  /** The result for a person, without a final newline. */
  readonly text: string;
  /** How it ended when not well: 3 when some inputs failed (default 0). */
  readonly exitCode?: number;
  /** What goes on when the result has been printed: a server answers until Ctrl-C. */
  readonly afterwards?: () => Promise<void>;
}

/** An argument given by position: it is also a key of the options. */
export interface Positional {
  readonly key: string;
  /** Takes all that follow. */
  readonly variadic: boolean;
}

/** An example for `--help`. */
export interface Example {
  readonly command: string;
  readonly says: string;
}

/** What a command file writes down. */
export interface CommandDefinition<S extends OptionsSchema> {
  /** One word, or two: the word of a group or of another command, which is listed before it, and one of its own: "slide info". */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What it does, for its own help. */
  readonly description: string;
  readonly examples: readonly [Example, ...Example[]];
  readonly positionals?: readonly Positional[];
  readonly options: S;
  run(options: z.output<S>, context: CommandContext): Promise<CommandResult>;
}

/** A command whose option types are checked inside, so that all commands fit in one list. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly Example[];
  readonly positionals: readonly Positional[];
  readonly options: OptionsSchema;
  /** Checks raw options and runs. */
  execute(
    raw: Readonly<Record<string, unknown>>,
    originOf: (key: string) => OptionOrigin,
    context: CommandContext,
  ): Promise<CommandResult>;
}

/** Commands that share their first word. */
export interface CommandGroup {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What they have in common, for the group's own help. */
  readonly description: string;
}

/** A command's name as a part of a file name: "slide-info". */
export function fileNameOf({ name }: { readonly name: string }): string {
  return name.replaceAll(" ", "-");
}

/** Closes a definition over its option type. */
export function defineCommand<S extends OptionsSchema>(definition: CommandDefinition<S>): Command {
  return {
    ...definition,
    positionals: definition.positionals ?? [],
    execute: (raw, originOf, context) =>
      definition.run(resolveOptions(definition.name, definition.options, raw, originOf), context),
  };
}
