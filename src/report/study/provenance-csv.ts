// How the study came about, as files.
import type { StudyRecord } from "../../evaluate/index.ts";
import { type Cell, csvText } from "../csv.ts";
import type { ReportTable } from "../input.ts";

type Columns<T> = readonly (readonly [heading: string, pick: (row: T) => Cell])[];

/** The tables as files. */
export function provenanceCsvs({ runs, testReadings, data, leaks, choices }: StudyRecord): ReportTable[] {
  const tried = choices.flatMap(({ cell, metric, candidates }) =>
    candidates.map((candidate, index) => ({ ...candidate, cell, metric, chosen: index === 0 })),
  );
  return [
    toTable("runs", runs, RUNS),
    toTable("test-readings", testReadings, READINGS),
    toTable("exclusions", data.exclusions, EXCLUSIONS),
    toTable("leak-checks", leaks, LEAKS),
    toTable("choices", tried, CHOICES),
  ];
}

function toTable<T>(name: string, rows: readonly T[], columns: Columns<T>): ReportTable {
  const heading = columns.map(([word]) => word);
  return {
    name,
    csv: csvText(
      heading,
      rows.map((row) => columns.map(([, pick]) => pick(row))),
    ),
  };
}

const RUNS: Columns<StudyRecord["runs"][number]> = [
  ["run", ({ name }) => name],
  ["cell", ({ cell }) => cell],
  ["kind", ({ kind }) => kind],
  ["seed", ({ seed }) => seed],
  ["state", ({ state }) => state],
  ["reason", ({ reason }) => reason],
  ["reused", ({ reused }) => Number(reused)],
  ["candidate", ({ candidate }) => Number(candidate)],
  ["epochs", ({ epochs }) => epochs],
  ["steps", ({ steps }) => steps],
  ["seconds", ({ seconds }) => seconds],
  ["startedAt", ({ startedAt }) => startedAt],
  ["finishedAt", ({ finishedAt }) => finishedAt],
  ["modelHash", ({ modelHash }) => modelHash],
  ["key", ({ key }) => key],
  ["options", ({ options }) => JSON.stringify(options)],
];

const READINGS: Columns<StudyRecord["testReadings"][number]> = [
  ["at", ({ at }) => at],
  ["run", ({ run }) => run],
  ["modelHash", ({ modelHash }) => modelHash],
  ["testHash", ({ testHash }) => testHash],
  ["images", ({ images }) => images],
  ["exploratory", ({ afterFirstReading }) => Number(afterFirstReading)],
];

const EXCLUSIONS: Columns<StudyRecord["data"]["exclusions"][number]> = [
  ["reason", ({ reason }) => reason],
  ["count", ({ count }) => count],
  ["unit", ({ unit }) => unit],
  ["examples", ({ examples }) => examples.join("; ")],
];

const LEAKS: Columns<StudyRecord["leaks"][number]> = [
  ["check", ({ name }) => name],
  ["compared", ({ compared }) => compared],
  ["allowedPairs", ({ allowed }) => allowed],
  ["seconds", ({ seconds }) => seconds],
];

interface Tried {
  readonly cell: string;
  readonly metric: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly value: number | null;
  readonly chosen: boolean;
}

const CHOICES: Columns<Tried> = [
  ["cell", ({ cell }) => cell],
  ["metric", ({ metric }) => metric],
  ["settings", ({ settings }) => JSON.stringify(settings)],
  ["value", ({ value }) => value],
  ["chosen", ({ chosen }) => Number(chosen)],
];
