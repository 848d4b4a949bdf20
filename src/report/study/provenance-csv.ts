// How the study came about, as files.
import type { StudyRecord } from "../../evaluate/index.ts";
import { csvText } from "../csv.ts";

/** The tables as files. */
export function provenanceCsvs(record: StudyRecord): { name: string; csv: string }[] {
  const { runs, testReadings, data, leaks, choices } = record;
  return [
    {
      name: "runs",
      csv: csvText(
        [
          "run",
          "cell",
          "kind",
          "seed",
          "state",
          "reason",
          "reused",
          "candidate",
          "epochs",
          "steps",
          "seconds",
          "startedAt",
          "finishedAt",
          "modelHash",
          "key",
          "options",
        ],
        runs.map((r) => [
          r.name,
          r.cell,
          r.kind,
          r.seed,
          r.state,
          r.reason,
          Number(r.reused),
          Number(r.candidate),
          r.epochs,
          r.steps,
          r.seconds,
          r.startedAt,
          r.finishedAt,
          r.modelHash,
          r.key,
          JSON.stringify(r.options),
        ]),
      ),
    },
    {
      name: "test-readings",
      csv: csvText(
        ["at", "run", "modelHash", "testHash", "images", "exploratory"],
        testReadings.map((r) => [
          r.at,
          r.run,
          r.modelHash,
          r.testHash,
          r.images,
          Number(r.afterFirstReading),
        ]),
      ),
    },
    {
      name: "exclusions",
      csv: csvText(
        ["reason", "count", "unit", "examples"],
        data.exclusions.map((e) => [e.reason, e.count, e.unit, e.examples.join("; ")]),
      ),
    },
    {
      name: "leak-checks",
      csv: csvText(
        ["check", "compared", "allowedPairs", "seconds"],
        leaks.map((l) => [l.name, l.compared, l.allowed, l.seconds]),
      ),
    },
    {
      name: "choices",
      csv: csvText(
        ["cell", "metric", "settings", "value", "chosen"],
        choices.flatMap(({ cell, metric, candidates }) =>
          candidates.map(({ settings, value }, index) => [
            cell,
            metric,
            JSON.stringify(settings),
            value,
            Number(index === 0),
          ]),
        ),
      ),
    },
  ];
}
