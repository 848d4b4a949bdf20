// Finds the real tissue that some tests use. It is never part of the project: where it is absent those tests skip.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = process.env.LOWMAG_TEST_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Absolute path of a folder of the real test data, or `null` where it is absent (say so and skip). */
export function realData(relativePath: string): string | null {
  const path = `${root}/${relativePath}`;
  return existsSync(path) ? path : null;
}

/** The reason shown for a test that is skipped for want of real data. */
export const NO_REAL_DATA = "real tissue not found: set LOWMAG_TEST_DATA to a folder that holds it";
