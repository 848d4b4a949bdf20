// Handing feeds to a thread: their buffers change hands, none is copied.
import { MessageChannel, type Worker } from "node:worker_threads";
import { fail, isLowmagError } from "../base/index.ts";
import { requireFilled, type Tensor } from "./tensor.ts";

/**
 * Sends a message that holds feeds; the caller can no longer use their buffers.
 * @throws LowmagError `shape-mismatch` for a tensor whose numbers do not fill its dims, `invalid-argument` for memory that
 *   cannot change hands; nothing is sent then.
 */
export function sendFeeds(thread: Worker, message: object, feeds: Readonly<Record<string, Tensor>>): void {
  try {
    for (const [name, feed] of Object.entries(feeds)) requireFilled(name, feed);
    thread.postMessage(message, buffersOf(feeds));
  } catch (cause) {
    if (isLowmagError(cause)) throw cause;
    const [expected, got] = ["feeds that can be given to a thread", String(cause)];
    throw fail("invalid-argument", { where: "engine", expected, got, cause });
  }
}

const nobody = new MessageChannel().port1;
nobody.close();

/**
 * Frees the memory of feeds at once, where the garbage collector would let images of many megabytes pile up: what is sent through
 * a port that is closed is given away and dropped.
 */
export function freeFeeds(feeds: Readonly<Record<string, Tensor>>): void {
  nobody.postMessage(null, buffersOf(feeds));
}

/** The buffers to hand over, each once. */
function buffersOf(feeds: Readonly<Record<string, Tensor>>): ArrayBuffer[] {
  const buffers = Object.values(feeds).map(({ data }) => data.buffer as ArrayBuffer);
  return [...new Set(buffers)].filter(({ byteLength }) => byteLength > 0);
}
