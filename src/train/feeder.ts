// Keeps a few micro-batches loading ahead of the one being computed, and hands them over in order.
import type { LoadedBatch, Loader, LoadRequest } from "../dataset/index.ts";
import type { WaitingClock } from "./waiting-clock.ts";

/** A loaded micro-batch with what was asked for. */
export interface FedBatch {
  readonly request: LoadRequest;
  readonly batch: LoadedBatch;
}

/**
 * Loads requests in order, at most `ahead` at a time beyond the one taken.
 * Loading overlaps with whatever the caller does between two batches; `clock` is told when it does not.
 */
export async function* feed(
  loader: Loader,
  requests: Iterable<LoadRequest>,
  ahead: number,
  clock: WaitingClock,
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
    yield await clock.forData(head);
  }
}

/** The next `count` of what is fed, leaving the rest to be taken later. */
export async function* take(
  batches: AsyncIterator<FedBatch>,
  count: number,
): AsyncGenerator<FedBatch, void, undefined> {
  for (let i = 0; i < count; i++) {
    const next = await batches.next();
    if (next.done) return;
    yield next.value;
  }
}
