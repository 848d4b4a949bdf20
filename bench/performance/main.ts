// lowmag beside PyTorch, in turns, in one run: A B A B … so that a drifting machine does not favour either. The full form
// writes the record and the report made of it; the short one compares a few rows with the last published record.
//
// Usage: node build/bench/performance/main.js [--only PATTERN] [--rounds 3] [--resume] [--python FILE] [--tissue FOLDER]
//        [--out results/performance] [--list] | --short [--fail-on-slower]
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { runtimeInfo } from "../../src/engine/index.ts";
import { measuredOn } from "../facts.ts";
import { TrainCommand } from "./command.ts";
import { type Experiment, experiments } from "./experiments.ts";
import { inTurns } from "./in-turns.ts";
import { movesBetween, moveText } from "./moves.ts";
import { loadPartial, type Publication, publish, savePartial } from "./publication.ts";
import { makeRecord, type Outcome, type PerformanceRecord, type RecordFacts, readRecord } from "./record.ts";
import { sectionTable, verdict } from "./report.ts";
import { rowRules, SECTIONS } from "./rows.ts";
import { findPython, runSide } from "./sides.ts";

const PUBLISHED = "results/performance";
const SHORT_ROUNDS = 2;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    "fail-on-slower": { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string" },
    resume: { type: "boolean", default: false },
    python: { type: "string" },
    tissue: { type: "string", default: "../shared/data/tiles/osteosarcoma" },
    out: { type: "string" },
    list: { type: "boolean", default: false },
  },
});
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Ctrl-C: the program under way ends, what is finished is kept. A second one ends at once. */
const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());
process.once("SIGTERM", () => interruption.abort());

function chosenExperiments(): readonly Experiment[] {
  const all = experiments();
  if (values.short) return all.filter(({ short }) => short);
  if (values.only === undefined) return all;
  const pattern = new RegExp(values.only);
  const chosen = all.filter(({ id }) => pattern.test(id));
  if (chosen.length > 0) return chosen;
  throw new Error(
    `no experiment matches \`${values.only}\`; there are:\n${all.map(({ id }) => id).join("\n")}`,
  );
}

function factsNow(python: ReturnType<typeof findPython>): RecordFacts {
  const versions = {
    onnxruntime: runtimeInfo().version,
    pytorch: python?.pytorch ?? null,
    python: python?.python ?? null,
  };
  return { date: new Date().toISOString(), ...measuredOn(), versions, load: loadavg()[0]! };
}

/** Runs and keeps what is finished. @returns the record, partial when the run was interrupted. */
async function measure(rounds: number, out: Publication): Promise<PerformanceRecord> {
  const python = findPython(values.python);
  if (python === null && values.python !== undefined)
    throw new Error(`${values.python}: expected a Python that can import torch (Debian: python3-torch)`);
  if (python === null) say("No Python with torch was found (--python FILE): lowmag is measured alone.");
  const chosen = chosenExperiments();
  const now = factsNow(python);
  const broken = values.resume ? await loadPartial(out, now, rounds) : null;
  const facts = broken ?? now;
  const recordOf = (outcomes: readonly Outcome[], partial: boolean): PerformanceRecord =>
    makeRecord(
      { ...factsOnly(facts), dirty: facts.dirty || now.dirty },
      rounds,
      outcomes,
      rowRules(),
      partial,
    );
  const command = new TrainCommand(values.tissue);
  const programs = { python: python?.path ?? null, command };
  try {
    const outcomes = await inTurns({
      ...{ experiments: chosen, rounds, known: broken?.experiments ?? [], signal: interruption.signal },
      runSide: (side) => runSide(side, programs, interruption.signal),
      onOutcome: async (_, all) => void (await savePartial(out, recordOf(all, true))),
      onProgress: say,
    });
    return recordOf(outcomes, interruption.signal.aborted);
  } finally {
    await command.close();
  }
}

const factsOnly = ({ date, commit, dirty, machine, node, versions, load }: RecordFacts): RecordFacts => ({
  ...{ date, commit, dirty, machine, node, versions, load },
});

/** Tables of what was measured, for the terminal. */
const tables = ({ rows }: PerformanceRecord): string =>
  SECTIONS.filter((section) => rows.some((row) => row.section === section))
    .map((section) => sectionTable(rows, section))
    .join("\n\n");

/** @throws Error for anything but a whole number of at least 1. */
function roundsOf(text: string | undefined, otherwise: number): number {
  const rounds = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(rounds) && rounds >= 1) return rounds;
  throw new Error(`--rounds: expected a whole number of at least 1, got ${text}`);
}

async function full(): Promise<void> {
  const out = values.out ?? (values.only === undefined ? PUBLISHED : null);
  const record = await measure(roundsOf(values.rounds, 3), out);
  process.stdout.write(`${tables(record)}\n\n${verdict(record.rows)}\n`);
  if (record.partial) {
    const path = record.experiments.length === 0 ? null : await savePartial(out, record);
    say(path === null ? "Interrupted." : `Interrupted; ${path} keeps what is done: go on with --resume.`);
    process.exitCode = 130;
  } else if (out !== null) {
    await publish(out, record);
    say(`Wrote ${out}.json and ${out}.md.`);
  }
}

async function short(): Promise<void> {
  const published = await readRecord(`${values.out ?? PUBLISHED}.json`);
  if (published === null)
    say(
      `There is no record of this form at ${values.out ?? PUBLISHED}.json to compare with: run \`npm run bench\` first.`,
    );
  const record = await measure(roundsOf(values.rounds, SHORT_ROUNDS), null);
  process.stdout.write(`${tables(record)}\n\n`);
  if (record.partial) process.exitCode = 130;
  if (published === null || record.partial) return;
  const moves = movesBetween(published, record, rowRules());
  const since = `${published.date.slice(0, 10)}, commit ${published.commit.slice(0, 10)}`;
  process.stdout.write(`Beside the record of ${since}:\n${moves.map(moveText).join("\n")}\n`);
  const slower = moves.filter(({ move, better }) => move.moved && !better);
  process.stdout.write(
    `${slower.length === 0 ? "Nothing is worse" : `${slower.length} of ${moves.length} are worse`} beyond noise.\n`,
  );
  if (values["fail-on-slower"] && slower.length > 0) process.exitCode = 1;
}

try {
  if (values.list)
    process.stdout.write(
      `${chosenExperiments()
        .map(({ id }) => id)
        .join("\n")}\n`,
    );
  else if (values.short) await short();
  else await full();
} catch (error) {
  say((error as Error).message);
  process.exitCode = 2;
}
