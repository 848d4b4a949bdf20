// The study file that `lowmag study init` writes: every key with what it means, set to its default. Keys, defaults and
// explanations come from the schema, so that this text cannot fall behind it.
import { stringify } from "yaml";
import * as z from "zod";
import {
  describeOptions,
  distillOptions,
  type OptionDescription,
  STUDY_TRAINING_KEYS,
  studyFileSchema,
  trainOptions,
} from "../options/index.ts";

/** The part of a JSON Schema that is read. */
interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly default?: unknown;
  readonly description?: string;
}

const WIDTH = 110;
const COLUMN = 34;

const HEAD = `# A study of resolution-based distillation: run it with \`lowmag study FILE\`, look at its cost first with --dry-run.
# Every key below stands at its default; what is commented out is an example or takes a default of its own.
# Paths are relative to this file. Only \`title\` and \`data.data\` must be changed.
# yaml-language-server: $schema=node_modules/lowmag/schema/study-file.schema.json
`;

/** Values for what has no default. */
const EXAMPLES: Readonly<Record<string, string>> = {
  "data.dataMpp": "0.5",
  "data.include": "_400x_",
  "data.classes": "[Normal, Tumour]",
  "data.splits": "splits.csv",
  "data.patientPattern": "'^(P\\d+)_'",
  "data.unlabelled": "[more/]",
  budget: "{ steps: 1200 }",
  "teacher.budget": "{ epochs: 30 }",
  "teacher.run": "runs/teacher",
  "students.budget": "{ steps: 2400 }",
  "baseline.budget": "{ steps: 1200 }",
  "fineTuning.budget": "{ epochs: 5 }",
  unlabelledFractions: "[0, 0.25, 0.5, 1]",
  "leaks.allow": "[[a.png, b.png]]",
};

/** Arms that are not among the defaults, to be uncommented. */
const MORE_ARMS = [
  "{ name: fine-tuned, kind: fine-tuned, from: distilled }   # the students of an arm, tuned on labels",
  "{ name: published, kind: distilled, options: { loss: published } }   # any option of the training",
  "{ name: far, kind: distilled, mpp: [16], unlabelledFractions: [1] }   # only some of the networks",
  "{ name: temperature, kind: distilled, choose: { temperature: [1, 2, 4] } }   # the best on validation data alone",
];

/** A commented study file that says nothing but defaults. */
export function studyTemplate(): string {
  const classWeights = `classWeights: ${trainOptions.shape.classWeights.parse(undefined)}`;
  const top = z.toJSONSchema(studyFileSchema, { io: "input" }) as Node;
  return [
    HEAD,
    entry("title", top, "Students at lower magnifications"),
    section("data", top, { data: "tiles/" }),
    section("training", top, {}, [
      `batch: ${trainOptions.shape.batch.parse(undefined)}`,
      ...trainingOptions("both"),
    ]),
    entry("budget", top),
    section("teacher", top, {}, trainingOptions("train")),
    section("students", top, {}, trainingOptions("distill")),
    section("baseline", top, {}, [
      `${classWeights}   # or balanced; and any option of \`training\` and \`teacher\``,
    ]),
    section("fineTuning", top, {}, [`${classWeights}   # likewise`, "# learningRate: 0.0003"]),
    entry("labelFractions", top),
    entry("unlabelledFractions", top),
    entry("seeds", top),
    arms(top),
    section("comparison", top, {}),
    section("leaks", top, {}),
    entry("examples", top),
  ].join("\n");
}

/** A key with its explanation above it; commented out where it has neither value nor default. */
function entry(key: string, top: Node, value?: unknown, path = key): string {
  const { description = "", default: usual } = top.properties?.[key] ?? {};
  const given = value ?? usual;
  const isExample = given === undefined || (Array.isArray(given) && given.length === 0);
  const line = isExample ? `# ${key}: ${EXAMPLES[path] ?? ""}` : `${key}: ${yaml(given)}`;
  return `${comment(description)}${line}\n`;
}

/** A mapping: its keys indented, then further lines, of which at least one is no comment. */
function section(
  name: string,
  top: Node,
  values: Readonly<Record<string, unknown>>,
  more: readonly string[] = [],
): string {
  const node = top.properties?.[name] ?? {};
  const training = new Set<string>([...STUDY_TRAINING_KEYS.train, ...STUDY_TRAINING_KEYS.distill]);
  const keys = Object.keys(node.properties ?? {}).filter((key) => !training.has(key));
  const lines = keys.map((key) => entry(key, node, values[key], `${name}.${key}`)).join("");
  return `${comment(node.description ?? "")}${name}:\n${indent(`${lines}${more.map((line) => `${line}\n`).join("")}`)}`;
}

/** The options of trainings as examples: those of both, or those that only one of them has. */
function trainingOptions(of: "both" | "train" | "distill"): string[] {
  const { train, distill } = STUDY_TRAINING_KEYS;
  const schema = of === "distill" ? distillOptions : trainOptions;
  const wanted = (key: string): boolean =>
    of === "both"
      ? train.includes(key) && distill.includes(key)
      : of === "train"
        ? train.includes(key) && !distill.includes(key)
        : distill.includes(key) && !train.includes(key);
  return describeOptions(schema)
    .filter(({ key }) => wanted(key) && key !== "epochs" && key !== "batch")
    .flatMap((option) => optionLines(withBothDefaults(option)));
}

/** An option whose default is another for a distillation says so. */
function withBothDefaults(option: OptionDescription): OptionDescription {
  const distill = describeOptions(distillOptions).find(({ key }) => key === option.key)?.defaultValue;
  if (distill === undefined || distill === option.defaultValue) return option;
  const description = `${option.description} Default: ${yaml(option.defaultValue)} for labels, ${yaml(distill)} for distillation.`;
  return { ...option, description };
}

function optionLines({ key, defaultValue, choices, description }: OptionDescription): string[] {
  const value = defaultValue ?? choices[0] ?? "";
  const words = choices.length === 0 ? "" : ` One of ${choices.join(", ")}.`;
  const assigned = `# ${key}: ${value === "" ? OPTION_EXAMPLES[key] : yaml(value)}`;
  const [first = "", ...rest] = wrap(`${description}${words}`, WIDTH - COLUMN - 4);
  return [`${assigned.padEnd(COLUMN)} # ${first}`, ...rest.map((line) => `#${" ".repeat(COLUMN)}# ${line}`)];
}

/** Values of options without default or choices. */
const OPTION_EXAMPLES: Readonly<Record<string, string>> = {
  microBatch: "2",
  stainStrength: "0.05",
  weights: "start.safetensors",
};

function arms(top: Node): string {
  const { description = "", default: usual } = top.properties?.arms ?? {};
  const names = (usual as readonly string[]).map((name) => `  - ${name}\n`);
  const more = MORE_ARMS.map((line) => `  # - ${line}\n`);
  return `${comment(description)}arms:\n${names.join("")}${more.join("")}`;
}

function yaml(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 }).trim();
}

function comment(text: string): string {
  return wrap(text, WIDTH)
    .map((line) => `# ${line}\n`)
    .join("");
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
