// The record of a study: all that was done and found, from which the report is made and by which it can be judged.
import { basename } from "node:path";
import type {
  LeakCheck,
  StudyEvaluation,
  StudyRecord,
  TestReading,
  ValidationChoice,
} from "../../evaluate/index.ts";
import { commandLineOf, studyOptions } from "../../options/index.ts";
import { lowmagVersion, sourceCommit, versions } from "../versions.ts";
import { dataFacts } from "./data-facts.ts";
import type { RunOutcome } from "./execute-runs.ts";
import { machineFacts } from "./machine-facts.ts";
import { baseOf, type OpenedStudy } from "./open-study.ts";
import { commandsOf, runRecords, settingsOf } from "./run-records.ts";

/** What a record is made of. */
export interface RecordSources {
  readonly opened: OpenedStudy;
  readonly outcomes: ReadonlyMap<string, RunOutcome>;
  readonly chosen: ReadonlyMap<string, readonly string[]>;
  readonly choices: readonly ValidationChoice[];
  readonly leaks: readonly LeakCheck[];
  readonly testReadings: readonly TestReading[];
  readonly evaluation: StudyEvaluation | null;
  readonly seconds: StudyRecord["seconds"];
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Puts the record together. */
export async function studyRecord(sources: RecordSources): Promise<StudyRecord> {
  const { opened, outcomes, chosen, choices, leaks, testReadings, evaluation, seconds } = sources;
  const { file, dataset, plan } = opened;
  const base = baseOf(file);
  const study = commandLineOf("study", studyOptions, { file: basename(file.path) }, ["file"]);
  return {
    format: "lowmag-study-1",
    title: file.content.title,
    lowmag: lowmagVersion(),
    commit: await sourceCommit(),
    versions: versions(),
    machine: machineFacts(),
    createdAt: sources.createdAt,
    file: file.text,
    settings: settingsOf(file.content, base),
    commands: [study, ...commandsOf(plan, outcomes, base)],
    data: dataFacts(dataset, file.content),
    leaks,
    runs: runRecords(plan, outcomes, new Set([...chosen.values()].flat()), base),
    choices,
    testReadings,
    evaluation,
    seconds,
  };
}
