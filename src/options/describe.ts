// Reads a zod schema as a list of plain option descriptions: what the command line's flags, its help, the commented
// config file and the error messages are made from. The schema stays the single source of truth.
import * as z from "zod";

/** The schema of one operation's options: a strict object, camelCase keys, every key described. */
export type OptionsSchema = z.ZodObject;

/** What an option holds. */
export type OptionKind = "string" | "number" | "integer" | "boolean" | "strings" | "numbers";

/** One option, as plain data. */
export interface OptionDescription {
  /** The key in the options object and in a config file: "learningRate". */
  readonly key: string;
  readonly kind: OptionKind;
  readonly description: string;
  /** The allowed words; empty where any value of the kind is allowed. */
  readonly choices: readonly string[];
  /** The value it takes when not given; `undefined` where there is none. */
  readonly defaultValue: unknown;
  readonly required: boolean;
  /** A word for the value in help: "DIR". */
  readonly placeholder: string;
  /** The heading it stands under in help. */
  readonly group: string;
  /** Lists: the character between items in a flag; empty where the flag is repeated instead. */
  readonly separator: string;
  /** Switches that are on by default: what switching off means. */
  readonly off: string;
  /** What a valid value is, in words: "a number above 0". */
  readonly expectation: string;
}

/** The part of a JSON Schema property that lowmag's option schemas use. */
interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly placeholder?: string;
  readonly group?: string;
  readonly separator?: string;
  readonly off?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Property | false;
  readonly prefixItems?: readonly Property[];
}

/** The options of a schema, in the order in which it declares them. */
export function describeOptions(schema: OptionsSchema): readonly OptionDescription[] {
  const json = z.toJSONSchema(schema, { io: "input" }) as {
    properties?: Record<string, Property>;
    required?: readonly string[];
  };
  return Object.entries(json.properties ?? {}).map(([key, property]) =>
    describeOption(key, property, json.required?.includes(key) ?? false),
  );
}

function describeOption(key: string, property: Property, required: boolean): OptionDescription {
  const kind = kindOf(property);
  return {
    key,
    kind,
    description: property.description ?? "",
    choices: property.enum ?? [],
    defaultValue: property.default,
    required,
    placeholder: property.placeholder ?? defaultPlaceholder(property, kind),
    group: property.group ?? "",
    separator: property.separator ?? "",
    off: property.off ?? "",
    expectation: expectationOf(property, kind),
  };
}

function kindOf(property: Property): OptionKind {
  if (property.type !== "array") return property.type as OptionKind;
  const item = property.prefixItems?.[0] ?? (property.items || undefined);
  return item?.type === "number" ? "numbers" : "strings";
}

/** Longer lists of choices stand in the explanation instead. */
const LONGEST_PLACEHOLDER = 28;

function defaultPlaceholder(property: Property, kind: OptionKind): string {
  const choices = property.enum?.join("|") ?? "";
  if (choices !== "") return choices.length > LONGEST_PLACEHOLDER ? "NAME" : choices;
  return kind === "integer" || kind === "number" ? "N" : "TEXT";
}

/** What a valid value of a JSON Schema property is, in words that complete "expected …"; nested schemas have these too. */
export function expectationIn(property: object): string {
  const known = property as Property;
  if (known.type === "object") return "keys and values";
  if (known.type === undefined && known.enum === undefined) return "a value of another kind";
  const { items } = known;
  const plain =
    items === undefined || items === false || ["string", "number", "integer"].includes(items.type ?? "");
  if (known.type === "array" && !plain) return "a list";
  if (known.type === "array" && items && items.type === "integer") return "a list of whole numbers";
  return expectationOf(known, kindOf(known));
}

/** What a valid value is, in words that complete "expected …". */
function expectationOf(property: Property, kind: OptionKind): string {
  if (property.enum) return `one of ${property.enum.join(", ")}`;
  const count = property.minItems !== undefined && property.minItems === property.maxItems;
  switch (kind) {
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number${rangeOf(property)}`;
    case "number":
      return `a number${rangeOf(property)}`;
    case "numbers":
      return count ? `${property.minItems} numbers` : "a list of numbers";
    case "strings":
      return (property.minItems ?? 0) > 0 ? "at least one text" : "a list of texts";
    default:
      return "a text";
  }
}

/** The bounds in words; the largest safe integers, which zod adds to every whole number, are left out. */
function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Property): string {
  const least = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  const bounds: string[] = [];
  if (least !== undefined) bounds.push(`of at least ${least}`);
  if (exclusiveMinimum !== undefined) bounds.push(`above ${exclusiveMinimum}`);
  if (most !== undefined) bounds.push(`at most ${most}`);
  if (exclusiveMaximum !== undefined) bounds.push(`below ${exclusiveMaximum}`);
  return bounds.length === 0 ? "" : ` ${bounds.join(" and ")}`;
}
