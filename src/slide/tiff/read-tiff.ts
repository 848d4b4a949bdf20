// Reads the directories of a TIFF or BigTIFF file: the chain and the SubIFDs, each offset once, so that a file whose
// directories point at each other comes to an end. Pixels and most values stay in the file.
import { fail, isLowmagError } from "../../base/index.ts";
import type { ByteSource } from "../types.ts";
import { TiffDirectory } from "./directory.ts";
import { bodyBytes, readEntries, type TiffLayout } from "./entries.ts";
import { unsigned64 } from "./field-values.ts";
import { TAG, TIFF_LIMITS } from "./tags.ts";

/** An opened TIFF file. */
export interface TiffFile {
  readonly source: ByteSource;
  readonly layout: TiffLayout;
  /** The chain, in its order. */
  readonly directories: readonly TiffDirectory[];
  /** What was wrong with SubIFDs that could be done without. */
  readonly problems: readonly Error[];
}

/** True for bytes that begin as a TIFF or BigTIFF file does (4 are enough). */
export function isTiff(head: Uint8Array): boolean {
  const [a, b, c, d] = head;
  if (a === 0x49 && b === 0x49) return (c === 42 || c === 43) && d === 0;
  return a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43);
}

/**
 * Reads the directories.
 *
 * @param options.ndpi reads a classic file as NDPI files are laid out (see {@link TiffLayout}).
 * @throws LowmagError `unsupported-format` when it is no TIFF file; `corrupt-data` when it is truncated, its directories
 *   form a circle, or a limit of {@link TIFF_LIMITS} is passed.
 */
export async function readTiff(source: ByteSource, options: { ndpi?: boolean } = {}): Promise<TiffFile> {
  const head = await source.read(0, Math.min(16, source.size));
  if (!isTiff(head))
    throw fail("unsupported-format", { where: source.name, expected: "a TIFF file", got: "another kind" });
  const layout = layoutOf(head, options.ndpi === true);
  const first = firstOffset(source, head, layout);
  const reader = new DirectoryReader(source, layout);
  return { source, layout, directories: await reader.chain(first), problems: reader.problems };
}

/** The first directory alone, to tell formats apart. Errors as {@link readTiff}. */
export async function readFirstDirectory(
  source: ByteSource,
  options: { ndpi?: boolean } = {},
): Promise<TiffDirectory> {
  const head = await source.read(0, Math.min(16, source.size));
  const layout = layoutOf(head, options.ndpi === true);
  return await new DirectoryReader(source, layout).first(firstOffset(source, head, layout));
}

function layoutOf(head: Uint8Array, ndpi: boolean): TiffLayout {
  const littleEndian = head[0] === 0x49;
  const version = littleEndian ? head[2] : head[3];
  return { littleEndian, kind: version === 43 ? "big" : ndpi ? "ndpi" : "classic" };
}

function firstOffset(source: ByteSource, head: Uint8Array, { littleEndian, kind }: TiffLayout): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < (kind === "classic" ? 8 : kind === "big" ? 16 : 12))
    throw damaged(source.name, "a TIFF header", `${source.size} bytes: the copy is incomplete (truncated)`);
  if (kind === "classic") return view.getUint32(4, littleEndian);
  if (kind === "ndpi") return unsigned64(view, 4, littleEndian, source.name);
  if (view.getUint16(4, littleEndian) !== 8)
    throw damaged(source.name, "8-byte offsets in a BigTIFF header", `${view.getUint16(4, littleEndian)}`);
  return unsigned64(view, 8, littleEndian, source.name);
}

/** Follows offsets from directory to directory, remembering where it has been. */
class DirectoryReader {
  readonly problems: Error[] = [];
  readonly #visited = new Set<number>();

  constructor(
    private readonly source: ByteSource,
    private readonly layout: TiffLayout,
  ) {}

  async chain(first: number): Promise<readonly TiffDirectory[]> {
    const directories: TiffDirectory[] = [];
    for (let offset = first; offset !== 0; ) {
      const { directory, next } = await this.#directory(offset, `${directories.length}`);
      directories.push(directory);
      await this.#subDirectories(directory).catch((error: unknown) => {
        if (directories.length === 1 || !isLowmagError(error)) throw error; // levels hang below the first
        this.problems.push(error);
      });
      offset = next;
    }
    if (directories.length > 0) return directories;
    throw damaged(this.source.name, "at least one TIFF directory", "none");
  }

  async first(offset: number): Promise<TiffDirectory> {
    return (await this.#directory(offset, "0")).directory;
  }

  /** One level of SubIFDs, which is all that slides use; deeper ones are left alone. */
  async #subDirectories(parent: TiffDirectory): Promise<void> {
    const offsets = (await parent.numbers(TAG.subIfds, TIFF_LIMITS.directories)) ?? [];
    for (const [index, offset] of offsets.entries()) {
      if (offset === 0) continue;
      const { directory } = await this.#directory(offset, `${parent.label}.${index}`);
      parent.subDirectories.push(directory);
    }
  }

  async #directory(offset: number, label: string): Promise<{ directory: TiffDirectory; next: number }> {
    const where = `${this.source.name} directory ${label}`;
    if (this.#visited.has(offset))
      throw damaged(where, "directories that come to an end", `a circle at byte ${offset}`);
    if (this.#visited.size >= TIFF_LIMITS.directories)
      throw damaged(where, `at most ${TIFF_LIMITS.directories} directories`, "more");
    this.#visited.add(offset);
    const { littleEndian, kind } = this.layout;
    const big = kind === "big";
    const countBytes = big ? 8 : 2;
    const start = viewOf(await this.source.read(offset, countBytes));
    const count = big ? unsigned64(start, 0, littleEndian, where) : start.getUint16(0, littleEndian);
    if (count < 1 || count > TIFF_LIMITS.entries)
      throw damaged(where, `1 to ${TIFF_LIMITS.entries} entries`, `${count}`);
    const body = viewOf(await this.source.read(offset + countBytes, bodyBytes(kind, count)));
    const entries = readEntries(body, count, offset + countBytes, this.layout, where);
    const at = count * (big ? 20 : 12);
    const next =
      kind === "classic" ? body.getUint32(at, littleEndian) : unsigned64(body, at, littleEndian, where);
    return { directory: new TiffDirectory(this.source, littleEndian, label, offset, entries), next };
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(where: string, expected: string, got: string): Error {
  return fail("corrupt-data", {
    where,
    expected,
    got,
    fix: "The file is damaged or its copy is incomplete. Copy or export it again.",
  });
}
