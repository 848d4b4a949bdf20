// Options of `prepare` as the rules that decide pixels, for all slides and, by the columns of a list, for single ones.
import type * as z from "zod";
import type { ListedSlide } from "../jobs/index.ts";
import { prepareOptions } from "../options/index.ts";
import type { PrepareRules } from "../prepare/index.ts";
import { withCells } from "./option-cells.ts";

/** Options of `prepare`, complete. */
export type CompletePrepareOptions = z.output<typeof prepareOptions>;

/** The rules in a set of options. */
export function rulesOf(options: CompletePrepareOptions): PrepareRules {
  const {
    slides: _slides,
    slideMpp: _slideMpp,
    decoder: _decoder,
    annotations: _annotations,
    patientPattern: _patientPattern,
    opaqueNames: _opaqueNames,
    sourceHash: _sourceHash,
    dryRun: _dryRun,
    maxMemory: _maxMemory,
    workers: _workers,
    overwrite: _overwrite,
    seed: _seed,
    out: _out,
    ...rules
  } = options;
  return {
    ...rules,
    mpp: [...new Set(options.mpp)].sort((a, b) => a - b),
    tissueThreshold: options.tissueThreshold ?? null,
    grid: options.grid ?? null,
    stride: options.stride ?? null,
    labelShare: options.labelShare ?? null,
  };
}

/**
 * The rules of one slide: those of all, with the cells of its row.
 *
 * @throws LowmagError `invalid-argument` for a cell that is no value of its option, with the line.
 */
export function rulesOfSlide(
  options: CompletePrepareOptions,
  { overrides, where }: ListedSlide,
): PrepareRules {
  return rulesOf(withCells("prepare", prepareOptions, options, overrides, where));
}
