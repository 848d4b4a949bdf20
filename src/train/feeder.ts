// Keeps a few micro-batches loading ahead of the one being computed, and hands them over in order.
import type { LoadedBatch, Loader, LoadRequest } from "../dataset/index.ts";

/** A loaded micro-batch with what was asked for. */
export interface FedBatch {
  readonly request: LoadRequest;
  readonly batch: LoadedBatch;
}

/**
 * Loads requests in order, at most `ahead` at a time beyond the one taken.
 * Loading overlaps with whatever the caller does between two batches.
 */
export async function* feed(
  loader: Loader,
  requests: Iterable<LoadRequest>,
  ahead: number,
): AsyncGenerator<FedBatch, void, undefined> {
  const loading: Promise<FedBatch>[] = [];
  const iterator = requests[Symbol.iterator]();
  const start = (): void => {
    const next = iterator.next();
    if (next.done) return;
    const promise = loader.load(next.value).then((batch) => ({ request: next.value, batch }));
    // A failure is reported when its turn comes; until then it must not count as unhandled.
    promise.catch(() => undefined);
    loading.push(promise);
  };
  for (let i = 0; i <= ahead; i++) start();
  for (let head = loading.shift(); head !== undefined; head = loading.shift()) {
    start();
    yield await head;
  }
}
