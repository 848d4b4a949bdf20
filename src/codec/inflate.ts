// Deflate without Node, by the platform's own DecompressionStream.
import { damaged } from "./damaged.ts";
import type { Inflate } from "./types.ts";

/**
 * Inflates a zlib stream where there is no zlib: in a browser.
 *
 * @throws LowmagError `corrupt-data` for a damaged or cut-off stream, for bytes behind its end, or for more than
 *   `maxLength` bytes, of which no more than one chunk is ever held.
 */
export const inflatePortable: Inflate = async (data, maxLength, where) => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const { readable, writable } = new DecompressionStream("deflate");
  const written = write(writable, data);
  // The reader meets the same error; nobody waits for this one when the reader has failed first.
  written.catch(() => undefined);
  const reader: ReadableStreamDefaultReader<Uint8Array> = readable.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > maxLength) throw tooLong(maxLength, where);
      chunks.push(part.value);
    }
    await written;
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw damagedDeflate(error, where);
  }
  return joined(chunks, length);
};

/** The error for a deflate stream that cannot be read; errors that are typed already pass through. */
export function damagedDeflate(error: unknown, where: string): Error {
  if (error instanceof Error && error.name === "LowmagError") return error;
  const message = error instanceof Error ? error.message : String(error);
  return damaged(where, "a sound deflate stream", `"${message}"`, error);
}

/** The error for a deflate stream that holds more than its container says. */
export function tooLong(maxLength: number, where: string): Error {
  return damaged(where, `a deflate stream of at most ${maxLength} bytes`, "a longer one");
}

async function write(writable: WritableStream, data: Uint8Array): Promise<void> {
  const writer = writable.getWriter();
  await Promise.all([writer.write(data), writer.close()]);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
