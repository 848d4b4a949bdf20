// Opens one DICOM file: the preamble, the meta group, then the data set up to its pixels. Nothing but the wanted
// elements is read, and of a file of any size only its header.

import { damaged, unsupported } from "../errors.ts";
import type { ByteSource } from "../types.ts";
import { ByteWindow } from "./byte-window.ts";
import type { DataSet } from "./data-set.ts";
import { type ElementHead, readHead } from "./element-head.ts";
import { TAG } from "./tags.ts";
import { type TransferSyntax, transferSyntax } from "./transfer-syntax.ts";
import { walkDataSet } from "./walker.ts";

/** The header of one DICOM file. */
export interface DicomHeader {
  readonly syntax: TransferSyntax;
  readonly dataSet: DataSet;
  /** The pixel data element; `null` for a file without pixels. */
  readonly pixels: ElementHead | null;
}

/** Bytes before "DICM". */
const PREAMBLE = 128;

/** True for bytes that begin as a DICOM file does (132 are needed). */
export function isDicom(head: Uint8Array): boolean {
  return [0x44, 0x49, 0x43, 0x4d].every((byte, i) => head[PREAMBLE + i] === byte);
}

const PIXELS: ReadonlySet<number> = new Set([TAG.pixelData, TAG.floatPixelData, TAG.doublePixelData]);

/**
 * Reads a header.
 *
 * @param onFrame receives the groups of each frame, in order.
 * @throws LowmagError `unsupported-format` for what is no DICOM file, and for transfer syntaxes that are not read;
 *   `corrupt-data` for a damaged or truncated header.
 */
export async function readHeader(
  source: ByteSource,
  onFrame: (groups: DataSet, index: number) => void,
): Promise<DicomHeader> {
  const { window, syntax, start } = await readMeta(source);
  const { dataSet, stopped, end } = await walkDataSet(window, start, {
    explicit: syntax.explicit,
    stopAt: (tag) => PIXELS.has(tag),
    onFrame,
  });
  if (stopped === null) return { syntax, dataSet, pixels: null };
  if (stopped !== TAG.pixelData)
    throw unsupported(source.name, "whole-number pixels", "floating-point pixels");
  return { syntax, dataSet, pixels: readHead(window, end, syntax.explicit) };
}

/**
 * The series that a file belongs to, as an opaque text that is the same for its other files; "" when it states none.
 * Only the beginning of the header is read.
 *
 * @throws LowmagError as {@link readHeader}.
 */
export async function readDicomSeries(source: ByteSource): Promise<string> {
  const { window, syntax, start } = await readMeta(source);
  const { dataSet } = await walkDataSet(window, start, {
    explicit: syntax.explicit,
    stopAt: (tag) => tag > TAG.series,
  });
  return dataSet.text(TAG.series);
}

/** The meta group: how the rest is encoded, and where it begins. */
async function readMeta(source: ByteSource) {
  const head = await source.read(0, Math.min(source.size, PREAMBLE + 4));
  if (!isDicom(head)) throw unsupported(source.name, "a DICOM file", "another kind of file");
  const window = new ByteWindow(source);
  const meta = await walkDataSet(window, PREAMBLE + 4, {
    explicit: true,
    stopAt: (tag) => tag >= 0x00030000,
  });
  const uid = meta.dataSet.text(TAG.transferSyntax);
  if (uid === "") throw damaged(source.name, "a transfer syntax in the DICOM file's meta group", "none");
  return { window, syntax: transferSyntax(uid, source.name), start: meta.end };
}
