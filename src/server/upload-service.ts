// Uploaded images through a model, one at a time, in a process of its own.
import { ProcessPool, workerFile } from "../machine/index.ts";
import { readRun } from "../train/index.ts";
import type { OpaqueIds } from "./opaque-ids.ts";
import type { UploadReply, UploadRequest } from "./upload-protocol.ts";

/** A run that classifies uploads. */
export interface UploadModel {
  readonly id: string;
  readonly name: string;
  readonly classes: readonly string[];
  readonly mpp: number;
  /** SHA-256 of its weights: the same model in results has the same. */
  readonly hash: string;
  readonly run: string;
}

/** Limits of the service. */
export interface UploadLimits {
  /** In hand or waiting. */
  readonly uploads: number;
  readonly uploadPixels: number;
  readonly predictMs: number;
}

/** Classifies uploads. */
export class UploadService {
  readonly #limits: UploadLimits;
  readonly #pool: ProcessPool<UploadRequest, UploadReply>;
  #inHand = 0;

  constructor(
    readonly models: readonly UploadModel[],
    limits: UploadLimits,
  ) {
    this.#limits = limits;
    this.#pool = new ProcessPool(workerFile(import.meta.url, "./upload-worker.ts"), { count: 1 });
  }

  /** Takes a place, to be given back with {@link leave}; `false` where there is none. */
  enter(): boolean {
    if (this.#inHand >= this.#limits.uploads) return false;
    this.#inHand++;
    return true;
  }

  leave(): void {
    this.#inHand--;
  }

  /** @throws LowmagError as `classifySlide` and `decodeImage`. */
  async classify(request: Omit<UploadRequest, "mostPixels">, signal: AbortSignal): Promise<UploadReply> {
    const { uploadPixels: mostPixels, predictMs: timeoutMs } = this.#limits;
    return await this.#pool.run({ ...request, mostPixels }, { where: "the image", signal, timeoutMs });
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** The models of run folders, each once. @throws LowmagError as `readRun`. */
export async function uploadModels(runs: readonly string[], ids: OpaqueIds): Promise<UploadModel[]> {
  const models = new Map<string, UploadModel>();
  for (const run of runs) {
    const { name, model, modelHash: hash } = await readRun(run);
    const { classes, mpp } = model.description;
    if (!models.has(hash)) models.set(hash, { id: ids.of("model", hash), name, classes, mpp, hash, run });
  }
  return [...models.values()];
}
