// Opens what a person dropped: a picture, the DICOM files of one series, or a slide of one file, read by ranges.
import type { Decoders } from "../../src/codec/index.ts";
import {
  blobSource,
  createSlide,
  isDicom,
  openDicomSlide,
  openSlideContent,
  type Slide,
  type SlideContent,
} from "../../src/slide/index.ts";
import type { FileGroup } from "./group-files.ts";
import { openPicture, pictureFormat } from "./picture.ts";

/** Open files with who decodes them. */
export interface OpenedFiles {
  readonly content: SlideContent;
  readonly decoder: string;
}

/**
 * Opens the files of one slide.
 *
 * @throws LowmagError as `openSlideContent` and `openPicture`.
 */
export async function openFiles({ name, files }: FileGroup, decoders: Decoders): Promise<OpenedFiles> {
  const [first] = files;
  const format = await pictureFormat(first!);
  if (format !== null) return await openPicture(first!, format, decoders);
  const sources = files.map((file) => blobSource(file.name, file));
  const head = new Uint8Array(await first!.slice(0, 132).arrayBuffer());
  const content = isDicom(head)
    ? await openDicomSlide(sources, decoders, { name })
    : await openSlideContent(sources[0]!, decoders);
  return { content, decoder: decoderOf(content, decoders) };
}

/** Who decodes the tiles of the finest level. */
function decoderOf({ levels }: SlideContent, { jpeg, jpeg2000 }: Decoders): string {
  const { compression } = levels[0]!;
  if (/jpeg ?2000/i.test(compression)) return jpeg2000.description;
  return /jpeg/i.test(compression) ? jpeg.description : "lowmag";
}

/** Megabytes of decoded tiles that one slide keeps: several may be open at once. */
const CACHE_BYTES = 48 * 2 ** 20;

/** The content as a slide whose µm/px a person may have stated. */
export function slideOf(content: SlideContent, mpp: number | null): Slide {
  return createSlide(content, { cacheBytes: CACHE_BYTES, ...(mpp === null ? {} : { mpp }) });
}
