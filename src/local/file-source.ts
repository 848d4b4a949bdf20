// A slide's bytes on disk: one file descriptor, read where asked. Tells a file that is not there from one that is
// truncated and from one that went away while it was read.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fail } from "../base/index.ts";
import { type ByteSource, checkRange } from "../slide/index.ts";

/**
 * Opens a file. Reads are synchronous; closing twice does nothing.
 *
 * @throws LowmagError `not-found` for a path that is not there or may not be read; `unsupported-format` for one that is no
 *   file (a folder, a device).
 */
export function fileSource(path: string): ByteSource {
  const { fd, size } = open(path);
  let closed = false;
  return {
    name: path,
    size,
    read(offset, length, room) {
      if (closed)
        throw fail("invalid-argument", { where: path, expected: "an open slide", got: "a closed one" });
      checkRange({ name: path, size }, offset, length);
      return readAll(path, fd, offset, length, room);
    },
    async close() {
      if (!closed) closeSync(fd);
      closed = true;
    },
  };
}

function open(path: string): { fd: number; size: number } {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    throw unreadable(path, error);
  }
  const facts = fstatSync(fd);
  if (facts.isFile()) return { fd, size: facts.size };
  closeSync(fd);
  throw fail("unsupported-format", {
    where: path,
    expected: "a file",
    got: facts.isDirectory() ? "a folder" : "a device or a pipe",
  });
}

/** The error for a path that cannot be opened. */
export function unreadable(path: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const reasons: Record<string, string> = {
    ENOENT: "nothing by that name",
    ENOTDIR: "nothing by that name",
    EACCES: "permission denied (EACCES)",
    EPERM: "permission denied (EPERM)",
    ELOOP: "links that point at each other (ELOOP)",
    EMFILE: "too many open files (EMFILE)",
  };
  return fail("not-found", {
    where: path,
    expected: "a file or folder that can be read",
    got: reasons[code] ?? code,
    fix: code === "EMFILE" ? "Close slides that are no longer used." : "Check the path and its permissions.",
    cause: error,
  });
}

function readAll(
  path: string,
  fd: number,
  offset: number,
  length: number,
  room: Uint8Array | undefined,
): Uint8Array {
  // Not pooled, for nobody else may write to it; and no Buffer, whose slices are not copies.
  const bytes = room?.subarray(0, length) ?? new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  for (let done = 0; done < length; ) {
    const count = readSome(path, fd, bytes, done, offset + done);
    if (count === 0)
      throw fail("corrupt-data", {
        where: path,
        expected: `the file to hold ${offset + length} bytes, as it did when it was opened`,
        got: `${offset + done}: it was cut short meanwhile`,
        fix: "Wait until the file is copied whole, then try again.",
      });
    done += count;
  }
  return bytes;
}

function readSome(path: string, fd: number, target: Uint8Array, start: number, position: number): number {
  try {
    return readSync(fd, target, start, target.length - start, position);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw fail("not-found", {
      where: path,
      expected: "the file to stay where it is while it is read",
      got: `the disk or the network refusing (${code})`,
      fix: "Check the disk or the network share, then try again.",
      cause: error,
    });
  }
}
