// The published JSON Schema of each command's config file and of the study file, made from the same zod schemas as flags,
// help and checks.
import * as z from "zod";
import { studyFileSchema } from "../options/index.ts";
import { type Command, fileNameOf } from "./command.ts";
import { commands } from "./commands/index.ts";

/** Words for help that are no part of JSON Schema. */
const PRIVATE_WORDS = new Set(["placeholder", "group", "separator", "off"]);

/** File name -> content of every published schema. */
export function publishedSchemas(): ReadonlyMap<string, string> {
  return new Map([
    ...commands.map((command) => [`${fileNameOf(command)}.schema.json`, schemaText(command)] as const),
    [STUDY_FILE_SCHEMA, studyFileSchemaText()],
  ]);
}

/** Not the config of `lowmag study`, but the file that it reads. */
const STUDY_FILE_SCHEMA = "study-file.schema.json";

function studyFileSchemaText(): string {
  const { properties = {}, required, ...rest } = z.toJSONSchema(studyFileSchema, { io: "input" });
  const schema = {
    ...rest,
    title: "Study file of lowmag study",
    properties: { $schema: { type: "string" }, ...properties },
    required,
  };
  return `${JSON.stringify(schema, (key, value: unknown) => (PRIVATE_WORDS.has(key) ? undefined : value), 2)}\n`;
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
