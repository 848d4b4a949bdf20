// lowmag beside PyTorch, in turns, in one run: A B A B … so that a drifting machine does not favour either. The full form
// writes the record and the report made of it; the short one compares a few rows with the last published record.
//
// Usage: see USAGE.
import { parseArgs } from "node:util";
import { type Experiment, experiments } from "./experiments.ts";
import { measure } from "./measure.ts";
import { movesBetween, moveText } from "./moves.ts";
import { publish, savePartial } from "./publication.ts";
import { isSameMachine, type PerformanceRecord, readRecord } from "./record.ts";
import { verdict } from "./report.ts";
import { rowRules, SECTIONS } from "./rows.ts";
import { sectionTable } from "./section-table.ts";

const USAGE = `usage: npm run bench -- [--only PATTERN] [--rounds 3] [--resume] [--python FILE|none] [--tissue FOLDER] [--out PATH] [--list]
       npm run bench:short -- [--only PATTERN] [--rounds 2] [--python FILE|none] [--fail-on-slower]

--only PATTERN     only experiments whose name matches this regular expression; --list names them. Writes nothing without --out.
--rounds N         how often every experiment is run
--resume           go on with a run that was broken off
--python FILE      a Python with torch (default: python3 or /usr/bin/python3); none: lowmag alone
--tissue FOLDER    tissue images at 1 µm/px, a folder per class, for the rows about the command line
--out PATH         PATH.json and PATH.md are written (default: results/performance); the short form compares with PATH.json
--fail-on-slower   exit code 1 where a row is worse by more than the noise`;

const PUBLISHED = "results/performance";
const ROUNDS = 3;
const SHORT_ROUNDS = 2;

const OPTIONS = {
  short: { type: "boolean", default: false },
  "fail-on-slower": { type: "boolean", default: false },
  only: { type: "string" },
  rounds: { type: "string" },
  resume: { type: "boolean", default: false },
  python: { type: "string" },
  tissue: { type: "string", default: "../shared/data/tiles/osteosarcoma" },
  out: { type: "string" },
  list: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;
const readOptions = () => parseArgs({ options: OPTIONS }).values;
type Options = ReturnType<typeof readOptions>;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Ctrl-C: the program under way ends, what is finished is kept. A second one ends at once. */
const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());
process.once("SIGTERM", () => interruption.abort());

function chosenExperiments({ short, only }: Options): readonly Experiment[] {
  const all = experiments().filter((experiment) => !short || experiment.short);
  if (only === undefined) return all;
  const pattern = new RegExp(only);
  const chosen = all.filter(({ id }) => pattern.test(id));
  if (chosen.length > 0) return chosen;
  throw new Error(`no experiment matches \`${only}\`; there are:\n${idsOf(all)}`);
}

const idsOf = (of: readonly Experiment[]): string => of.map(({ id }) => id).join("\n");

/** @throws Error for anything but a whole number of at least 1. */
function roundsOf({ rounds }: Options, otherwise: number): number {
  const count = rounds === undefined ? otherwise : Number(rounds);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new Error(`--rounds: expected a whole number of at least 1, got ${rounds}`);
}

const measured = (options: Options, rounds: number, out: string | null): Promise<PerformanceRecord> => {
  const { python, tissue, resume } = options;
  const chosen = chosenExperiments(options);
  return measure({ chosen, rounds, out, resume, python, tissue, signal: interruption.signal, say });
};

/** Tables of what was measured, for the terminal. */
const tables = ({ rows }: PerformanceRecord): string =>
  SECTIONS.filter((section) => rows.some((row) => row.section === section))
    .map((section) => `${sectionTable(rows, section)}\n`)
    .join("\n");

async function full(options: Options): Promise<void> {
  const out = options.out ?? (options.only === undefined ? PUBLISHED : null);
  const record = await measured(options, roundsOf(options, ROUNDS), out);
  print(`${tables(record)}\n${verdict(record.rows)}`);
  if (record.partial) {
    const path = record.experiments.length === 0 ? null : await savePartial(out, record);
    say(path === null ? "Interrupted." : `Interrupted; ${path} keeps what is done: go on with --resume.`);
    process.exitCode = 130;
  } else if (out !== null) {
    await publish(out, record);
    say(`Wrote ${out}.json and ${out}.md.`);
  }
}

async function short(options: Options): Promise<void> {
  const path = `${options.out ?? PUBLISHED}.json`;
  const published = await readRecord(path);
  const record = await measured(options, roundsOf(options, SHORT_ROUNDS), null);
  print(tables(record));
  if (record.partial) process.exitCode = 130;
  else if (published === null)
    say(`${path} has no record of this form to compare with: \`npm run bench\` makes one.`);
  else compare(published, record, options);
}

function compare(published: PerformanceRecord, record: PerformanceRecord, options: Options): void {
  const machine = isSameMachine(published, record)
    ? ""
    : `, which is of another machine (${published.machine.cpu})`;
  const moves = movesBetween(published, record, rowRules());
  print(
    `Beside the record of ${published.date.slice(0, 10)}, commit ${published.commit.slice(0, 10)}${machine}:`,
  );
  print(moves.map(moveText).join("\n"));
  const worse = moves.filter(({ move, better }) => move.moved && !better);
  const counted = worse.length === 0 ? "Nothing" : `${worse.length} of ${moves.length}`;
  print(`Worse by more than the noise: ${counted}.`);
  if (options["fail-on-slower"] && worse.length > 0) process.exitCode = 1;
}

try {
  const options = readOptions();
  if (options.help) print(USAGE);
  else if (options.list) print(idsOf(chosenExperiments(options)));
  else if (options.short) await short(options);
  else await full(options);
} catch (error) {
  const { message, code } = error as Error & { readonly code?: string };
  say(code?.startsWith("ERR_PARSE_ARGS") ? `${message}\n${USAGE}` : message);
  process.exitCode = 2;
}
