// Remembers what a search for near-duplicates found, so that the same pictures are not searched again: by the hashes of all
// files in their order, whatever their names, labels and splits.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DECODER_VERSION } from "../image/index.ts";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";
import { RESAMPLE_VERSION } from "../pixels/index.ts";
import type { PixelMap } from "./leak-types.ts";

/** Raised whenever other pairs would be found. */
const VERSION = "pairs-1";

/** A pair by the numbers of its pictures. */
export interface KnownPair {
  readonly first: number;
  readonly second: number;
  readonly score: number;
  readonly how: string;
  readonly map: PixelMap;
}

/** All that a search found. */
export interface KnownPairs {
  readonly pairs: readonly KnownPair[];
  /** Pictures that could not be compared. */
  readonly unusable: number;
}

/** The file in a cache folder that holds the pairs of these pictures. */
export function knownPairsPath(cacheFolder: string, contentHashes: readonly string[]): string {
  const key = hashBytes([VERSION, DECODER_VERSION, RESAMPLE_VERSION, ...contentHashes].join("\n"));
  return join(cacheFolder, VERSION, `${key}.json`);
}

/** What an earlier search found; `null` where there was none, or its file is damaged. */
export async function readKnownPairs(path: string): Promise<KnownPairs | null> {
  try {
    const { check, found } = JSON.parse(await readFile(path, "utf8")) as { check: string; found: string };
    return hashBytes(found) === check ? (JSON.parse(found) as KnownPairs) : null;
  } catch {
    return null;
  }
}

/** Writes what a search found. */
export async function writeKnownPairs(path: string, known: KnownPairs): Promise<void> {
  const found = JSON.stringify(known);
  await writeFileAtomically(path, JSON.stringify({ check: hashBytes(found), found }));
}
