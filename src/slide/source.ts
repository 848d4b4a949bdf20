// Where a slide's bytes come from, in the portable room: memory and a browser's Blob. Files on disk are the room
// `local`'s. All sources refuse a range beyond their end in the same words, which is how a truncated copy is told.
import { fail } from "../base/index.ts";
import type { ByteSource } from "./types.ts";

/** A slide held in memory; reads are views, without a copy. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  const size = bytes.length;
  // Not a subclass such as Node's Buffer, whose `slice` is no copy.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, size);
  return {
    name,
    size,
    read(offset, length) {
      checkRange({ name, size }, offset, length);
      return plain.subarray(offset, offset + length);
    },
    close: async () => undefined,
  };
}

/** A slide that a browser (or anything that speaks `Blob`) holds; only the ranges asked for are read. */
export function blobSource(name: string, blob: Blob): ByteSource {
  const size = blob.size;
  return {
    name,
    size,
    async read(offset, length) {
      checkRange({ name, size }, offset, length);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
    close: async () => undefined,
  };
}

/**
 * Throws for a range of bytes that the source does not hold, before anything is allocated for it. Every `ByteSource`
 * calls this first.
 *
 * @throws LowmagError `corrupt-data`: the file is truncated, or a number in it is damaged.
 */
export function checkRange(source: Pick<ByteSource, "name" | "size">, offset: number, length: number): void {
  const end = offset + length;
  const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
  if (whole && offset >= 0 && length >= 0 && end <= source.size) return;
  throw fail("corrupt-data", {
    where: source.name,
    expected: `the file to hold ${end} bytes`,
    got: `${source.size}: the copy is incomplete (truncated), or a number in it is damaged`,
    fix: "Copy or download the file again.",
  });
}

/** Continues with a value that may have to be waited for, without a promise where it need not. */
export function whenRead<T, U>(value: T | Promise<T>, next: (value: T) => U): U | Promise<Awaited<U>> {
  return value instanceof Promise ? (value.then(next) as Promise<Awaited<U>>) : next(value);
}
