// What a run was made with: versions that numbers may depend on, and the commit where the sources are a checkout.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runtimeInfo } from "../engine/index.ts";
import { DECODER_VERSION } from "../image/index.ts";
import { RESAMPLE_VERSION } from "../pixels/index.ts";
import type { RunRecord } from "../train/index.ts";

const root = new URL("../../", import.meta.url);

/** The version in package.json. */
export function lowmagVersion(): string {
  const text = readFileSync(new URL("package.json", root), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Versions of everything that numbers can depend on. */
export function versions(): RunRecord["versions"] {
  return {
    lowmag: lowmagVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    "onnxruntime-node": runtimeInfo().version,
    decoder: DECODER_VERSION,
    resampling: RESAMPLE_VERSION,
  };
}

/** Versions of what the pixels of prepared images depend on. */
export function cutVersions(): Readonly<Record<string, string>> {
  return { lowmag: lowmagVersion(), encoder: DECODER_VERSION, resampling: RESAMPLE_VERSION };
}

/** Commit of the sources and whether files differed from it; `null` for an installed package or without git. */
export async function sourceCommit(): Promise<RunRecord["commit"]> {
  if (!existsSync(new URL(".git", root))) return null;
  const git = async (...args: string[]) =>
    (await promisify(execFile)("git", ["-C", fileURLToPath(root), ...args])).stdout.trim();
  try {
    return { hash: await git("rev-parse", "HEAD"), dirty: (await git("status", "--porcelain")) !== "" };
  } catch {
    return null;
  }
}
