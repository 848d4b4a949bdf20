// Everything a run needs to go on as if it had never stopped, in one file that is replaced atomically.
import { readFile } from "node:fs/promises";
import { fail } from "../base/index.ts";
import { writeFileAtomically } from "../machine/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../models/index.ts";
import type { EpochRecord } from "./log.ts";
import type { LossSums, ValidationMetrics } from "./metrics.ts";
import type { TrainerState } from "./trainer.ts";

/** Where a run stands. */
export interface RunPosition {
  /** Optimiser steps done in all. */
  readonly step: number;
  /** The epoch under way (counted from 0) and the steps done in it. */
  readonly epoch: number;
  readonly stepInEpoch: number;
  /** Losses of the steps done in this epoch. */
  readonly sums: LossSums;
  /** Finished epochs. */
  readonly log: readonly EpochRecord[];
  /** The epoch chosen so far, counted from 0, and what validation said of it. */
  readonly best: { readonly epoch: number; readonly metrics: ValidationMetrics | null } | null;
}

/** A position with all numbers that belong to it. */
export interface Checkpoint {
  readonly position: RunPosition;
  readonly trainer: TrainerState;
  /** Parameters of the best epoch so far. */
  readonly bestParameters: Float32Array | null;
}

const FORMAT = "lowmag-checkpoint-1";

/** Writes a checkpoint. @param fingerprint names the configuration and data it belongs to. */
export async function saveCheckpoint(
  path: string,
  checkpoint: Checkpoint,
  fingerprint: string,
): Promise<void> {
  const vector = (data: Float32Array): { dims: number[]; data: Float32Array } => ({
    dims: [data.length],
    data,
  });
  const tensors = new Map([["parameters", vector(checkpoint.trainer.parameters)]]);
  checkpoint.trainer.optimiser.forEach((state, i) => {
    tensors.set(`optimiser.${i}`, vector(state));
  });
  if (checkpoint.bestParameters !== null) tensors.set("best", vector(checkpoint.bestParameters));
  const metadata = { format: FORMAT, fingerprint, position: JSON.stringify(checkpoint.position) };
  await writeFileAtomically(path, encodeSafetensors(tensors, metadata));
}

/**
 * Reads a checkpoint back; `null` if there is none.
 * @throws LowmagError `corrupt-data` for a damaged file, `checkpoint-mismatch` for one of another run's settings or data.
 */
export async function loadCheckpoint(path: string, fingerprint: string): Promise<Checkpoint | null> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (bytes === null) return null;
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const parameters = tensors.get("parameters")?.data;
  if (metadata.format !== FORMAT || parameters === undefined || metadata.position === undefined)
    throw fail("corrupt-data", {
      where: path,
      expected: `a checkpoint (${FORMAT})`,
      got: "another safetensors file",
    });
  if (metadata.fingerprint !== fingerprint)
    throw fail("checkpoint-mismatch", {
      where: path,
      expected: "a checkpoint of the same settings, data and splits",
      got: "one of others",
      fix: "Resume with the run's own config.json, or choose another output folder.",
    });
  const optimiser: Float32Array[] = [];
  for (let i = 0; tensors.has(`optimiser.${i}`); i++) optimiser.push(tensors.get(`optimiser.${i}`)!.data);
  return {
    position: JSON.parse(metadata.position) as RunPosition,
    trainer: { parameters, optimiser },
    bestParameters: tensors.get("best")?.data ?? null,
  };
}
