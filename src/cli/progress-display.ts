// Shows progress on standard error: one live line on a terminal, plain lines at intervals anywhere else.
import type { Progress, ProgressListener } from "../base/index.ts";

const BAR_WIDTH = 24;
const LIVE_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 10_000;

/** The part of a terminal or stream that is written to. */
export interface DisplayStream {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

/** How to show it: `live` rewrites one line, `plain` adds lines, `none` shows nothing. */
export type DisplayMode = "live" | "plain" | "none";

/** Shows the progress of one command; `clear` must be called before anything else is written. */
export class ProgressDisplay {
  #activity = "";
  #lastShown = Number.NEGATIVE_INFINITY;
  #lineIsLive = false;

  constructor(
    readonly stream: DisplayStream,
    readonly mode: DisplayMode,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** The listener to hand to the library. */
  readonly listen: ProgressListener = (progress) => {
    if (this.mode === "none" || !this.#isDue(progress)) return;
    this.#lastShown = this.now();
    this.#activity = progress.activity;
    if (this.mode === "plain") this.stream.write(`${formatProgress(progress)}\n`);
    else this.#rewrite(progress);
  };

  /** First and last report of an activity are always shown, the others at intervals. */
  #isDue(progress: Progress): boolean {
    if (progress.activity !== this.#activity || progress.done >= progress.total) return true;
    return this.now() - this.#lastShown >= (this.mode === "live" ? LIVE_INTERVAL_MS : PLAIN_INTERVAL_MS);
  }

  #rewrite(progress: Progress): void {
    const width = (this.stream.columns ?? 80) - 1;
    const line = `${bar(progress)} ${formatProgress(progress)}`;
    this.stream.write(`\r\u001b[2K${line.length > width ? `${line.slice(0, width - 1)}…` : line}`);
    this.#lineIsLive = true;
    if (progress.done >= progress.total) this.keep();
  }

  /** Ends the live line and leaves it on the screen. */
  keep(): void {
    if (this.#lineIsLive) this.stream.write("\n");
    this.#lineIsLive = false;
  }

  /** Takes the live line away. */
  clear(): void {
    if (this.#lineIsLive) this.stream.write("\r\u001b[2K");
    this.#lineIsLive = false;
  }
}

function fractionOf({ done, total }: Progress): number {
  return total > 0 ? Math.min(1, done / total) : 1;
}

function bar(progress: Progress): string {
  const filled = Math.round(fractionOf(progress) * BAR_WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
}

/** A report in one line: `train 45% (90/200, 3.1/s) 34s left · epoch 3/20 · loss 0.41`. */
export function formatProgress(progress: Progress): string {
  const percent = `${Math.floor(fractionOf(progress) * 100)}%`;
  const fresh = progress.done - (progress.doneBefore ?? 0);
  const rate = progress.elapsedSeconds > 0 ? fresh / progress.elapsedSeconds : 0;
  const speed = rate > 0 ? `, ${formatRate(rate, progress.unit)}` : "";
  const finished = progress.done >= progress.total;
  const time = finished
    ? `in ${formatDuration(progress.elapsedSeconds)}`
    : progress.remainingSeconds === null
      ? ""
      : `${formatDuration(progress.remainingSeconds)} left`;
  const note = progress.note === undefined ? "" : `· ${progress.note}`;
  // A total of 1 is a share of the work, not a count of things.
  const count = progress.total === 1 ? "" : `(${progress.done}/${progress.total}${speed})`;
  return [progress.activity, percent, count, time, note].filter((part) => part !== "").join(" ");
}

function formatRate(perSecond: number, unit: string | undefined): string {
  if (unit !== undefined) return `${(60 * perSecond).toFixed(perSecond < 1 ? 1 : 0)} ${unit}/min`;
  if (perSecond >= 100) return `${Math.round(perSecond)}/s`;
  return perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(perSecond * 60).toFixed(1)}/min`;
}

/** Seconds in words: `34s`, `2m 05s`, `1h 04m`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, "0")}s`;
  return `${Math.floor(whole / 3600)}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")}m`;
}
