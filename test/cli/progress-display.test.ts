import { describe, expect, it } from "vitest";
import type { Progress } from "../../src/base/index.ts";
import { formatDuration, formatProgress, ProgressDisplay } from "../../src/cli/progress-display.ts";
import { defaultCacheFolder, displayMode, type Terminal } from "../../src/cli/terminal.ts";

function report(done: number, part: Partial<Progress> = {}): Progress {
  return { activity: "train", done, total: 200, elapsedSeconds: 10, remainingSeconds: 34, ...part };
}

/** A display over a list of writes and a clock that the test moves. */
function display(mode: "live" | "plain" | "none", columns?: number) {
  const writes: string[] = [];
  const clock = { milliseconds: 0 };
  const stream = { write: (text: string) => writes.push(text), columns };
  return { writes, clock, shown: new ProgressDisplay(stream, mode, () => clock.milliseconds) };
}

describe("a line of progress", () => {
  it("gives percent, count, rate, time left and the note", () => {
    expect(formatProgress(report(90, { note: "epoch 3/20 · loss 0.41" }))).toBe(
      "train 45% (90/200, 9.0/s) 34s left · epoch 3/20 · loss 0.41",
    );
  });

  it("gives the time taken when done and no time before there is an estimate", () => {
    expect(formatProgress(report(200))).toBe("train 100% (200/200, 20.0/s) in 10s");
    expect(formatProgress(report(0, { elapsedSeconds: 0, remainingSeconds: null }))).toBe("train 0% (0/200)");
  });

  it("counts nothing where the total is a share of the work", () => {
    expect(formatProgress(report(0.456, { total: 1, note: "2/9 teacher" }))).toBe(
      "train 45% 34s left · 2/9 teacher",
    );
  });

  it.each([
    [34.4, "34s"],
    [125, "2m 05s"],
    [3840, "1h 04m"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("the display", () => {
  it("rewrites one line on a terminal and cuts it to the width", () => {
    const { writes, clock, shown } = display("live", 40);
    shown.listen(report(1));
    clock.milliseconds = 50;
    shown.listen(report(2));
    clock.milliseconds = 150;
    shown.listen(report(3));
    expect(writes).toHaveLength(2);
    for (const text of writes) {
      expect(text.startsWith("\r\u001b[2K")).toBe(true);
      expect(text.slice("\r\u001b[2K".length).length).toBeLessThanOrEqual(39);
      expect(text).not.toContain("\n");
    }
  });

  it("adds plain lines at intervals elsewhere, always the first and the last", () => {
    const { writes, clock, shown } = display("plain");
    for (let done = 1; done <= 200; done++) {
      clock.milliseconds += 100;
      shown.listen(report(done));
    }
    expect(writes).toHaveLength(3);
    expect(writes.every((text) => text.endsWith("\n") && !text.includes("\r"))).toBe(true);
    expect(writes[2]).toContain("100%");
  });

  it("shows nothing when quiet", () => {
    const { writes, shown } = display("none");
    shown.listen(report(200));
    expect(writes).toEqual([]);
  });
});

describe("the surroundings", () => {
  const terminal: Terminal = {
    stdout: { write: () => true },
    stderr: { write: () => true },
    env: {},
    interactive: true,
    platform: "linux",
  };

  it("make the line live only on a terminal without CI and NO_COLOR", () => {
    expect(displayMode(terminal, false)).toBe("live");
    expect(displayMode({ ...terminal, env: { CI: "1" } }, false)).toBe("plain");
    expect(displayMode({ ...terminal, env: { NO_COLOR: "1" } }, false)).toBe("plain");
    expect(displayMode({ ...terminal, interactive: false }, false)).toBe("plain");
    expect(displayMode(terminal, true)).toBe("none");
  });

  it("decide where the cache is", () => {
    expect(defaultCacheFolder({ ...terminal, env: { LOWMAG_CACHE: "/c" } })).toBe("/c");
    expect(defaultCacheFolder({ ...terminal, env: { XDG_CACHE_HOME: "/x" } })).toMatch(/^\/x.lowmag$/);
    expect(defaultCacheFolder(terminal)).toMatch(/\.cache.lowmag$/);
    expect(defaultCacheFolder({ ...terminal, platform: "darwin" })).toMatch(/Library.Caches.lowmag$/);
  });
});
