// What the browser test bundles: the portable rooms, opening a chosen file by ranges. `readSlide` runs in a page.
import {
  blobSource,
  compileDecoders,
  createDecoders,
  createSlide,
  openSlideContent,
  readAtMpp,
  type Slide,
} from "../../src/portable.ts";

/** What is told of a slide, to be compared between the page and Node. */
export interface SlideReading {
  readonly format: string;
  readonly levels: readonly string[];
  readonly mpp: number | null;
  /** Checksums of all pixels of level 0, and of the slide at 4 times its pixel size. */
  readonly finest: string;
  readonly coarse: string;
}

/** Reads a whole slide. */
export async function readingOf(slide: Slide): Promise<SlideReading> {
  const { width, height } = slide.levels[0]!;
  const whole = await slide.readRegion(0, { left: 0, top: 0, width, height });
  const coarse = slide.mpp === null ? whole : await readAtMpp(slide, 4 * slide.mpp.x);
  return {
    format: slide.format,
    levels: slide.levels.map((level) => `${level.width}x${level.height} ${level.compression}`),
    mpp: slide.mpp?.x ?? null,
    finest: checksum(whole.data),
    coarse: checksum(coarse.data),
  };
}

/** Two FNV-1a sums: pages without a server have no SHA-256. */
function checksum(bytes: Uint8Array): string {
  let [first, second] = [0x811c9dc5, 0x01234567];
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ (byte + 1), 0x01000193);
  }
  return `${bytes.length} ${first >>> 0} ${second >>> 0}`;
}

/** Reads a file of the page's `<input type="file">` with decoders given as base64. */
export async function readSlide(file: File, decoders: string): Promise<SlideReading> {
  const module = await compileDecoders(Uint8Array.from(atob(decoders), (letter) => letter.charCodeAt(0)));
  const content = await openSlideContent(blobSource(file.name, file), createDecoders(module));
  const slide = createSlide(content);
  const reading = await readingOf(slide);
  await slide.close();
  return reading;
}
