// Where each frame's bytes lie: by arithmetic for uncompressed pixels, by the extended or basic offset table for
// compressed ones, and by walking from item to item where there is no table or it cannot be right.

import { damaged } from "../errors.ts";
import { joinBytes } from "../join-bytes.ts";
import type { ByteSource } from "../types.ts";
import type { DataSet } from "./data-set.ts";
import { type ElementHead, UNDEFINED_LENGTH } from "./element-head.ts";
import { DICOM_LIMITS, TAG } from "./tags.ts";

/** Reads single frames. */
export interface FrameIndex {
  readonly count: number;
  /** The bytes of one frame as they are stored. Throws `corrupt-data` for a frame that is not where it should be. */
  read(frame: number): Promise<Uint8Array>;
}

/** What of a file the index needs. */
export interface PixelElement {
  readonly source: ByteSource;
  readonly dataSet: DataSet;
  readonly pixels: ElementHead;
  readonly frames: number;
}

/** Frames of uncompressed pixels, one after the other. */
export function nativeFrames(element: PixelElement, frameBytes: number): FrameIndex {
  const { source, pixels, frames } = element;
  const held = pixels.length === UNDEFINED_LENGTH ? 0 : pixels.length;
  const needed = frames * frameBytes;
  if (held < needed || pixels.offset + needed > source.size)
    throw damaged(
      source.name,
      `${needed} bytes of pixels for ${frames} frames`,
      `${Math.min(held, source.size - pixels.offset)}`,
    );
  return {
    count: frames,
    read: async (frame) => await source.read(pixels.offset + frame * frameBytes, frameBytes),
  };
}

/** Frames of compressed pixels. Throws `corrupt-data` when there are not as many as the header says. */
export async function compressedFrames(element: PixelElement): Promise<FrameIndex> {
  const { source, pixels, frames } = element;
  if (pixels.length !== UNDEFINED_LENGTH)
    throw damaged(source.name, "compressed pixels in items", `${pixels.length} bytes without items`);
  if (frames * ITEM_HEAD > source.size - pixels.offset)
    throw damaged(source.name, `${frames} frames`, "a file too short for them");
  const table = await itemAt(source, pixels.offset);
  if (table === null) throw damaged(source.name, "a basic offset table", "something else");
  const first = table.end;
  const spans =
    (await extendedSpans(element, first)) ??
    (await basicSpans(element, table, first)) ??
    (await walkedSpans(element, first));
  return { count: frames, read: (frame) => readSpan(source, spans, frame) };
}

/** From the first item's head to the end of the last item, for each frame. */
interface Spans {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

interface Item {
  readonly data: number;
  readonly end: number;
}

const ITEM_HEAD = 8;

/** The item that begins at an offset, or `null` for anything else (the sequence's end, the file's end). */
async function itemAt(source: ByteSource, at: number): Promise<Item | null> {
  if (at + ITEM_HEAD > source.size) return null;
  return parseItem(viewOf(await source.read(at, ITEM_HEAD)), 0, at, source);
}

function parseItem(view: DataView, position: number, at: number, source: ByteSource): Item | null {
  if (view.getUint16(position, true) * 65_536 + view.getUint16(position + 2, true) !== TAG.item) return null;
  const length = view.getUint32(position + 4, true);
  const end = at + ITEM_HEAD + length;
  if (length === UNDEFINED_LENGTH || end > source.size)
    throw damaged(source.name, "a piece of pixels inside the file", `${length} bytes at ${at}`);
  return { data: at + ITEM_HEAD, end };
}

/** The extended offset table: 64-bit offsets and lengths in elements of their own (PS3.3, C.7.6.3.1.8). */
async function extendedSpans(element: PixelElement, first: number): Promise<Spans | null> {
  const { source, dataSet, frames } = element;
  const offsets = dataSet.elements.get(TAG.extendedOffsets);
  const lengths = dataSet.elements.get(TAG.extendedLengths);
  if (offsets?.length !== 8 * frames || lengths?.length !== 8 * frames) return null;
  const spans = newSpans(frames);
  const [offsetView, lengthView] = [
    viewOf(await source.read(offsets.offset, 8 * frames)),
    viewOf(await source.read(lengths.offset, 8 * frames)),
  ];
  for (let i = 0; i < frames; i++) {
    const length = Number(lengthView.getBigUint64(8 * i, true));
    spans.starts[i] = first + Number(offsetView.getBigUint64(8 * i, true));
    spans.ends[i] = Math.min(source.size, spans.starts[i]! + ITEM_HEAD + length + (length % 2));
  }
  return spans;
}

/** The basic offset table: 32-bit offsets in the first item. `null` where it is empty or has wrapped around. */
async function basicSpans(element: PixelElement, table: Item, first: number): Promise<Spans | null> {
  const { source, frames } = element;
  if (table.end - table.data !== 4 * frames) return null;
  const view = viewOf(await source.read(table.data, 4 * frames));
  const spans = newSpans(frames);
  for (let i = 0; i < frames; i++) {
    spans.starts[i] = first + view.getUint32(4 * i, true);
    if (i > 0 && spans.starts[i]! <= spans.starts[i - 1]!) return null;
    if (i > 0) spans.ends[i - 1] = spans.starts[i]!;
  }
  spans.ends[frames - 1] = await endOfItems(source, spans.starts[frames - 1]!);
  return spans;
}

/** Where a run of items ends. */
async function endOfItems(source: ByteSource, start: number): Promise<number> {
  let end = start;
  for (let pieces = 0; pieces <= DICOM_LIMITS.fragments; pieces++) {
    const item = await itemAt(source, end);
    if (item === null) return end;
    end = item.end;
  }
  throw damaged(source.name, `at most ${DICOM_LIMITS.fragments} pieces of one frame`, "more");
}

/** One item per frame; or several, each frame beginning with a start-of-image marker. */
async function walkedSpans(element: PixelElement, first: number): Promise<Spans> {
  const { source, frames } = element;
  const spans = newSpans(frames);
  let [count, pieces, at] = [0, 0, first];
  const most = frames + DICOM_LIMITS.extraPieces;
  for (; pieces < most; pieces++) {
    const head = viewOf(await source.read(at, Math.min(ITEM_HEAD + 2, source.size - at)));
    const item = head.byteLength < ITEM_HEAD ? null : parseItem(head, 0, at, source);
    if (item === null) break;
    if (pieces === 0 || beginsImage(head)) {
      if (count < frames) spans.starts[count] = at;
      count += 1;
    }
    if (count <= frames) spans.ends[count - 1] = item.end;
    at = item.end;
  }
  if (count === frames) return spans;
  throw damaged(source.name, `${frames} frames, as its header says`, `${count} in ${pieces} pieces`);
}

/** JPEG and JPEG 2000 begin with a marker that no later piece can begin with by chance in both codecs. */
function beginsImage(head: DataView): boolean {
  if (head.byteLength < ITEM_HEAD + 2) return false;
  const marker = head.getUint16(ITEM_HEAD);
  return marker === 0xffd8 || marker === 0xff4f;
}

async function readSpan(source: ByteSource, spans: Spans, frame: number): Promise<Uint8Array> {
  const [start, end] = [spans.starts[frame]!, spans.ends[frame]!];
  const where = `${source.name} frame ${frame + 1}`;
  if (!(end - start > ITEM_HEAD && end <= source.size && end - start <= DICOM_LIMITS.frameBytes))
    throw damaged(where, `up to ${DICOM_LIMITS.frameBytes} bytes inside the file`, `${start} to ${end}`);
  const bytes = await source.read(start, end - start);
  const view = viewOf(bytes);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at + ITEM_HEAD <= bytes.length; ) {
    const item = parseItem(view, at, start + at, source);
    if (item === null || item.end > end) throw damaged(where, "pieces of a frame", "something else");
    pieces.push(bytes.subarray(item.data - start, item.end - start));
    at = item.end - start;
    if (pieces.length > DICOM_LIMITS.fragments) throw damaged(where, "a frame in few pieces", "too many");
  }
  return pieces.length === 1 ? pieces[0]! : joinBytes(pieces);
}

function newSpans(frames: number): Spans {
  return { starts: new Float64Array(frames), ends: new Float64Array(frames) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
