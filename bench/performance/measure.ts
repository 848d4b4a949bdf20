// Measures experiments and makes a record of them, keeping what is finished on the way.
import { loadavg } from "node:os";
import { runtimeInfo } from "../../src/engine/index.ts";
import { measuredOn } from "../facts.ts";
import { TrainCommand } from "./command.ts";
import type { Experiment } from "./experiments.ts";
import { inTurns } from "./in-turns.ts";
import { loadPartial, type Publication, savePartial } from "./publication.ts";
import { makeRecord, type Outcome, type PerformanceRecord, type RecordFacts } from "./record.ts";
import { rowRules } from "./rows.ts";
import { type FoundPython, findPython, runSide } from "./sides.ts";

/** What is measured, and how. */
export interface MeasureOptions {
  readonly chosen: readonly Experiment[];
  readonly rounds: number;
  readonly out: Publication;
  /** Goes on with the partial record at `out`. */
  readonly resume: boolean;
  /** The Python asked for, or "none"; without one the usual ones are tried. */
  readonly python: string | undefined;
  /** Folder of tissue images for the real command. */
  readonly tissue: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * The record; partial when the signal fired.
 * @throws Error for a Python without torch that was asked for, and for a run that cannot be gone on with.
 */
export async function measure(options: MeasureOptions): Promise<PerformanceRecord> {
  const { chosen, rounds, out, signal, say } = options;
  const python = pythonFor(options);
  const now = factsNow(python);
  const broken = options.resume ? await loadPartial(out, now, rounds) : null;
  const facts = broken === null ? now : { ...factsOf(broken), dirty: broken.dirty || now.dirty };
  const recordOf = (outcomes: readonly Outcome[], partial: boolean): PerformanceRecord =>
    makeRecord(facts, rounds, outcomes, rowRules(), partial);
  const command = new TrainCommand(options.tissue);
  const programs = { python: python?.path ?? null, command };
  try {
    const outcomes = await inTurns({
      ...{ experiments: chosen, rounds, known: broken?.experiments ?? [], signal },
      runSide: (side) => runSide(side, programs, signal),
      onOutcome: async (_, all) => void (await savePartial(out, recordOf(all, true))),
      onProgress: say,
    });
    return recordOf(outcomes, signal.aborted);
  } finally {
    await command.close();
  }
}

/** Asked for where PyTorch shall not be run. */
const NO_PYTHON = "none";

function pythonFor({ python, say }: MeasureOptions): FoundPython | null {
  if (python === NO_PYTHON) return null;
  const found = findPython(python);
  if (found === null && python !== undefined)
    throw new Error(`${python}: expected a Python that can import torch (Debian: python3-torch)`);
  if (found === null) say("No Python with torch was found (--python FILE): lowmag is measured alone.");
  return found;
}

function factsNow(python: FoundPython | null): RecordFacts {
  const versions = {
    onnxruntime: runtimeInfo().version,
    pytorch: python?.pytorch ?? null,
    python: python?.python ?? null,
  };
  return { date: new Date().toISOString(), ...measuredOn(), versions, load: loadavg()[0]! };
}

function factsOf({ date, commit, dirty, machine, node, versions, load }: RecordFacts): RecordFacts {
  return { date, commit, dirty, machine, node, versions, load };
}
