// Writing files so that a reader never sees half of one, and hashing them.
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fail } from "../base/index.ts";

/**
 * Writes a file under a temporary name, flushes it to disk and renames it, so that after a crash or on a full disk
 * the old file is whole. Missing folders are made.
 *
 * @param flush `false` leaves the flushing to the system, for many small files whose hashes are checked later: they are
 *   whole after a crash of the process, but perhaps not after one of the machine.
 * @param mode permissions, from the first byte on: 0o600 for a secret. Default: what the user's new files have.
 * @throws LowmagError `not-writable` with the reason (no permission, disk full, …); the temporary file is removed.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  flush = true,
  mode?: number,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(content);
      if (flush) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw notWritable(path, error);
  }
}

/** Removes what a process that was killed left half written below a folder; a finished file never has such a name. */
export async function removeTemporaryFiles(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names)
    if (/(^|[\\/])\.[^\\/]+\.[0-9a-f]{12}\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
}

/** Makes a folder (and its parents), or throws `not-writable`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw notWritable(path, error);
  }
}

/** The error for a path that could not be written, with the system's reason in words. */
export function notWritable(path: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "unknown error";
  const reasons: Record<string, string> = {
    ENOSPC: "no space left on the disk (ENOSPC)",
    EACCES: "permission denied (EACCES)",
    EPERM: "operation not permitted (EPERM)",
    EROFS: "a read-only file system (EROFS)",
    ENOTDIR: "a file where a folder should be (ENOTDIR)",
    EEXIST: "a file where a folder should be (EEXIST)",
    EISDIR: "a folder where a file should be (EISDIR)",
    EFBIG: "a file that may not grow so large (EFBIG)",
    EDQUOT: "the disk quota is used up (EDQUOT)",
  };
  return fail("not-writable", {
    where: path,
    expected: "a path that can be written",
    got: reasons[code] ?? code,
    fix:
      code === "ENOSPC" || code === "EDQUOT"
        ? "Free space and run the same command again."
        : "Choose another path.",
    cause: error,
  });
}

/** SHA-256 of bytes or text, as lower-case hex. */
export function hashBytes(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA-256 of a file's bytes, as lower-case hex, read as a stream. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** A file being written from front to back, whose beginning may be filled in at the end. */
export interface FileInParts {
  /** Bytes written so far: where the next part will stand. */
  readonly size: number;
  /** Writes a part at the end. */
  append(bytes: Uint8Array): Promise<void>;
  /** Overwrites bytes that were appended before. */
  patch(offset: number, bytes: Uint8Array): Promise<void>;
}

/**
 * As {@link writeFileAtomically} for content that is not in memory: `write` gets a file to fill, which gets its name
 * when `write` has ended, and is removed when it throws.
 *
 * @throws LowmagError `not-writable` with the reason; whatever `write` throws on its own account.
 */
export async function writeFileInParts(
  path: string,
  write: (file: FileInParts) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const writable = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      throw notWritable(path, error);
    }
  };
  try {
    await makeFolder(dirname(path));
    const handle = await writable(() => open(temporary, "wx"));
    const file = {
      size: 0,
      async append(bytes: Uint8Array) {
        await writable(() => handle.writeFile(bytes));
        this.size += bytes.length;
      },
      patch: (offset: number, bytes: Uint8Array) =>
        writable(async () => void (await handle.write(bytes, 0, bytes.length, offset))),
    };
    try {
      await write(file);
      await writable(() => handle.sync());
    } finally {
      await handle.close();
    }
    await writable(() => rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
