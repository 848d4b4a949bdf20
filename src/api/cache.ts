// The folder of the pixel cache: what the caller chose, the default of the surroundings, or a temporary one.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { OperationContext } from "./context.ts";

/** Calls `work` with a cache folder, which is removed afterwards when nobody named one. */
export async function withCache<T>(
  cache: string | undefined,
  { defaultCache }: OperationContext,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const chosen = cache ?? defaultCache;
  if (chosen !== undefined) return work(resolve(chosen));
  const folder = await mkdtemp(join(tmpdir(), "lowmag-cache-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
