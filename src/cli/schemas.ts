// The published JSON Schema of each command's config file, made from the same zod schema as flags and help.
import * as z from "zod";
import { type Command, fileNameOf } from "./command.ts";
import { commands } from "./commands/index.ts";

/** Words for help that are no part of JSON Schema. */
const PRIVATE_WORDS = new Set(["placeholder", "group", "separator", "off"]);

/** File name -> content of every published schema. */
export function publishedSchemas(): ReadonlyMap<string, string> {
  return new Map(commands.map((command) => [`${fileNameOf(command)}.schema.json`, schemaText(command)]));
}

function schemaText(command: Command): string {
  const { properties = {} } = z.toJSONSchema(command.options, { io: "input" });
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `Config of lowmag ${command.name}`,
    description: command.description,
    type: "object",
    // Nothing is required: what a config leaves out may come from a flag.
    properties: { $schema: { type: "string" }, ...stripPrivateWords(properties) },
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function stripPrivateWords(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]) => [
      key,
      Object.fromEntries(Object.entries(property as object).filter(([word]) => !PRIVATE_WORDS.has(word))),
    ]),
  );
}
