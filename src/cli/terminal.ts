// What the command line knows of its surroundings, gathered in one place so that tests can stand in for a terminal.
import { homedir } from "node:os";
import { join } from "node:path";
import type { DisplayMode, DisplayStream } from "./progress-display.ts";

/** The streams and settings a command line runs with. */
export interface Terminal {
  readonly stdout: DisplayStream;
  readonly stderr: DisplayStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard error is a terminal. */
  readonly interactive: boolean;
  readonly platform: string;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    interactive: process.stderr.isTTY === true,
    platform: process.platform,
  };
}

/** A live line needs a terminal; CI and NO_COLOR ask for plain text. */
export function displayMode({ env, interactive }: Terminal, quiet: boolean): DisplayMode {
  if (quiet) return "none";
  return interactive && isUnset(env.CI) && isUnset(env.NO_COLOR) ? "live" : "plain";
}

function isUnset(value: string | undefined): boolean {
  return value === undefined || value === "";
}

/** The per-user cache folder: $LOWMAG_CACHE, else the place the system has for caches. */
export function defaultCacheFolder({ env, platform }: Terminal): string {
  if (env.LOWMAG_CACHE) return env.LOWMAG_CACHE;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "lowmag");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "lowmag");
  if (platform === "win32") return join(env.LOCALAPPDATA ?? homedir(), "lowmag", "Cache");
  return join(homedir(), ".cache", "lowmag");
}

/** True when a developer asked for stack traces. */
export function wantsDebug({ env }: Terminal): boolean {
  return !isUnset(env.LOWMAG_DEBUG) && env.LOWMAG_DEBUG !== "0";
}
