// Opens a slide by what its bytes are, never by its name. The table of formats that are one file.
import { fail } from "../base/index.ts";
import type { Decoders } from "../codec/index.ts";
import { isDicom, openDicomSlide } from "./dicom/index.ts";
import { isNdpi, openNdpiSlide } from "./hamamatsu/index.ts";
import { openTiffSlide } from "./open-tiff.ts";
import { isTiff } from "./tiff/read-tiff.ts";
import type { ByteSource, SlideContent } from "./types.ts";

/** Bytes that tell the formats apart: DICOM's mark stands at 128. */
const HEAD_BYTES = 132;

/** One kind of file: how it is told, and who opens it. */
interface SlideFile {
  recognises(head: Uint8Array, source: ByteSource): boolean | Promise<boolean>;
  open(source: ByteSource, decoders: Decoders): Promise<SlideContent>;
}

const FILES: readonly SlideFile[] = [
  { recognises: isDicom, open: (source, decoders) => openDicomSlide([source], decoders) },
  { recognises: isNdpi, open: openNdpiSlide },
  { recognises: isTiff, open: openTiffSlide },
];

/**
 * Opens a slide that is one file: TIFF in all its formats, Hamamatsu NDPI, one DICOM instance. The content owns the
 * source from then on and closes it; after an error it is the caller's.
 *
 * @throws LowmagError `unsupported-format` when it is no slide, or of a kind that is not read (named); `corrupt-data`
 *   when it is truncated or damaged.
 */
export async function openSlideContent(source: ByteSource, decoders: Decoders): Promise<SlideContent> {
  const head = await source.read(0, Math.min(source.size, HEAD_BYTES));
  for (const file of FILES) if (await file.recognises(head, source)) return await file.open(source, decoders);
  throw fail("unsupported-format", {
    where: source.name,
    expected: "a slide (SVS, TIFF, OME-TIFF, SCN, BIF, NDPI, DICOM)",
    got: whatItIs(head),
    fix: "Other formats (MRXS, VMS, CZI, …) are read where OpenSlide is installed, or can be converted to TIFF.",
  });
}

/** Names what is plainly something else. */
function whatItIs(head: Uint8Array): string {
  if (head.length === 0) return "an empty file";
  const text = new TextDecoder("latin1").decode(head).trimStart().toLowerCase();
  if (text.startsWith("<!doctype html") || text.startsWith("<html")) return "a web page (a failed download?)";
  if (text.startsWith("pk\u0003\u0004")) return "a ZIP archive";
  if (text.startsWith("zisrawfile")) return "a Zeiss CZI file";
  return "a file of another kind";
}
