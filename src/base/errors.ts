// The one error class of lowmag and the grammar of its messages: `where: expected X, got Y. How to fix.`
// Codes are few and say what the caller can do about it; the library throws these and never prints or exits.

/** What the caller can do about an error; see the README for the table. */
export type ErrorCode =
  | "invalid-argument"
  | "shape-mismatch"
  | "unsupported-format"
  | "corrupt-data"
  | "missing-metadata"
  | "not-found"
  | "not-writable"
  | "engine-failure"
  | "out-of-memory"
  | "checkpoint-mismatch"
  | "data-leak"
  | "not-finite"
  | "cancelled"
  | "internal";

/** The parts of an error message, kept apart so that programs can read them. */
export interface ErrorParts {
  /** The file, option or function the error is about. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  /** One or two sentences that say how to mend it. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/** Every error that lowmag raises on purpose. */
export class LowmagError extends Error {
  override readonly name = "LowmagError";
  readonly code: ErrorCode;
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly fix: string;

  constructor(code: ErrorCode, parts: ErrorParts) {
    const fix = parts.fix ?? "";
    super(`${parts.where}: expected ${parts.expected}, got ${parts.got}.${fix === "" ? "" : ` ${fix}`}`, {
      cause: parts.cause,
    });
    this.code = code;
    this.where = parts.where;
    this.expected = parts.expected;
    this.got = parts.got;
    this.fix = fix;
  }

  /** The error as plain data, for `--json` and logs. */
  toJSON(): { code: ErrorCode; message: string; where: string; expected: string; got: string; fix: string } {
    const { code, message, where, expected, got, fix } = this;
    return { code, message, where, expected, got, fix };
  }
}

/** Makes an error of a code: `throw fail("not-found", { where, expected, got, fix })`. */
export function fail(code: ErrorCode, parts: ErrorParts): LowmagError {
  return new LowmagError(code, parts);
}

/** True for a {@link LowmagError}, optionally of one code. */
export function isLowmagError(error: unknown, code?: ErrorCode): error is LowmagError {
  return error instanceof LowmagError && (code === undefined || error.code === code);
}

/** Throws `cancelled` when the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined, where: string): void {
  if (signal?.aborted)
    throw fail("cancelled", {
      where,
      expected: "to run to the end",
      got: "an interruption",
      cause: signal.reason,
    });
}

/** The closest of `candidates` to `word` (edit distance at most a third of its length), for "Did you mean …?". */
export function closestWord(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Edits between two words, two neighbours swapped counting as one; underscores and hyphens are ignored. */
function editDistance(first: string, second: string): number {
  const a = first.replace(/[-_]/g, "");
  const b = second.replace(/[-_]/g, "");
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? before[j - 2]! + 1 : substitution;
      next.push(Math.min(substitution, swap, next[j - 1]! + 1, row[j]! + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
