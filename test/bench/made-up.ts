// Records of measurements that nobody made, for tests of what is made of them.
import {
  makeRecord,
  type Outcome,
  type PerformanceRecord,
  type RecordFacts,
} from "../../bench/performance/record.ts";
import { rowRules } from "../../bench/performance/rows.ts";

export const facts: RecordFacts = {
  date: "2026-01-02T03:04:05.000Z",
  commit: "0123456789abcdef",
  dirty: false,
  machine: { cpu: "Some CPU", cores: 2, memoryGigabytes: 16, instructions: ["avx2"] },
  node: "v20.0.0",
  versions: { onnxruntime: "1.30.0", pytorch: "1.13.0", python: "3.11.2" },
  load: 0.1,
};

/** A training step on one core whose rounds took so many milliseconds here and there. */
export const training = (...rounds: readonly (readonly [lowmag: number, pytorch: number])[]): Outcome => ({
  id: "train-1024-b1-one",
  rounds: rounds.map(([lowmag, pytorch]) => ({
    lowmag: { cpuMilliseconds: lowmag, wallMilliseconds: lowmag, peakMegabytes: 500 },
    pytorch: { cpuMilliseconds: pytorch, wallMilliseconds: pytorch, peakMegabytes: 600 },
  })),
});

export const recordOf = (
  outcomes: readonly Outcome[],
  about: Partial<RecordFacts> = {},
  partial = false,
): PerformanceRecord => makeRecord({ ...facts, ...about }, 3, outcomes, rowRules(), partial);
