// What the process of one target tells the one that started it, and what its watch is told.

/** How one target went. Memory is that of the process; growth is counted from after the sound file was read. */
export interface TargetReport {
  readonly read: number;
  readonly corruptData: number;
  readonly unsupportedFormat: number;
  readonly slowestMs: number;
  /** The mutant that took longest. */
  readonly slowest: string;
  readonly peakMb: number;
  readonly growthMb: number;
}

/** What each mutant may take. */
export const MOST_SECONDS = 5;
/** What the process may grow by, MB of 2^20 bytes. */
export const MOST_GROWTH_MB = 512;

/** What the watching thread is given: two numbers that the main thread writes. */
export interface WatchData {
  /** [number of the mutant at work, or -1; when it began, ms since `origin`]. */
  readonly state: SharedArrayBuffer;
  /** `Date.now()` at the beginning. */
  readonly origin: number;
  /** Resident memory before the first mutant, bytes. */
  readonly baseline: number;
}
