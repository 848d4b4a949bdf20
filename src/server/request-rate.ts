// How many requests a client may make: a bucket of tokens for each address, filled at a steady rate.

/** Addresses that are remembered; the ones longest not seen are forgotten, with full buckets. */
const MOST_CLIENTS = 10_000;
/** Seconds' worth of requests that may come at once. */
const BURST_SECONDS = 4;

interface Bucket {
  tokens: number;
  at: number;
}

/** A limit of requests per second and client. */
export class RequestRate {
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds of a clock that never goes back. */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** Takes one request of a client's bucket; `false` where it is empty. */
  admit(client: string): boolean {
    const now = this.#now();
    const full = BURST_SECONDS * this.#perSecond;
    const before = this.#buckets.get(client) ?? { tokens: full, at: now };
    const tokens = Math.min(full, before.tokens + (this.#perSecond * (now - before.at)) / 1000);
    const admitted = tokens >= 1;
    this.#buckets.delete(client);
    this.#buckets.set(client, { tokens: admitted ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > MOST_CLIENTS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return admitted;
  }
}
