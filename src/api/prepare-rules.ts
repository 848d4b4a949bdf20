// Options of `prepare` as the rules that decide pixels, for all slides and, by the columns of a list, for single ones.
import type * as z from "zod";
import type { ListedSlide } from "../jobs/index.ts";
import { describeOptions, prepareOptions, resolveOptions } from "../options/index.ts";
import type { PrepareRules } from "../prepare/index.ts";

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
  if (Object.keys(overrides).length === 0) return rulesOf(options);
  const cells = Object.entries(overrides).map(([key, text]) => [key, cellValue(key, text)]);
  const changed = { ...options, ...Object.fromEntries(cells) };
  return rulesOf(
    resolveOptions("prepare", prepareOptions, changed, (key) => ({ where, subject: `\`${key}\`` })),
  );
}

/** A cell as the kind of its option; text that is not of the kind stays text, so that the schema words the error. */
function cellValue(key: string, text: string): unknown {
  const kind = describeOptions(prepareOptions).find((option) => option.key === key)?.kind;
  if (kind === "boolean")
    return { true: true, yes: true, false: false, no: false }[text.toLowerCase()] ?? text;
  if (kind !== "number" && kind !== "integer") return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
