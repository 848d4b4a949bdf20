// The pages of a TIFF file as formats look at them: the picture if it makes sense, the reason if it does not, the text.
// A damaged page is a fact about that page, so one broken label does not cost the slide.
import { isLowmagError } from "../../base/index.ts";
import type { TiffDirectory } from "./directory.ts";
import { readTiffImage, type TiffImage } from "./image.ts";
import type { TiffFile } from "./read-tiff.ts";
import { TAG, TIFF_LIMITS } from "./tags.ts";

/** One directory with what could be made of it. */
export interface TiffPage {
  /** Position in the chain; the directory's label names SubIFDs. */
  readonly index: number;
  readonly directory: TiffDirectory;
  /** `null` when the directory does not describe a picture that can be; `problem` says why. */
  readonly image: TiffImage | null;
  readonly problem: Error | null;
  /** ImageDescription, "" without one. */
  readonly description: string;
  /** Pages of the tag SubIFDs. */
  readonly children: readonly TiffPage[];
}

/** The first page's text can be XML with pictures in it; of the others' the beginning is enough. */
const FIRST_TEXT = TIFF_LIMITS.textBytes;
const TEXT = 65_536;

/** Reads all pages. */
export async function readPages(file: TiffFile): Promise<TiffPage[]> {
  const pages: TiffPage[] = [];
  for (const [index, directory] of file.directories.entries()) {
    const children: TiffPage[] = [];
    for (const child of directory.subDirectories) children.push(await readPage(child, index, [], TEXT));
    pages.push(await readPage(directory, index, children, index === 0 ? FIRST_TEXT : TEXT));
  }
  return pages;
}

async function readPage(
  directory: TiffDirectory,
  index: number,
  children: readonly TiffPage[],
  textBytes: number,
): Promise<TiffPage> {
  const page = { index, directory, children };
  try {
    const description = (await directory.text(TAG.imageDescription, textBytes)) ?? "";
    return { ...page, image: await readTiffImage(directory), problem: null, description };
  } catch (error) {
    if (!isLowmagError(error)) throw error;
    return { ...page, image: null, problem: error, description: "" };
  }
}

/** The picture of a page that cannot be done without. Throws the page's problem. */
export function requireImage(page: TiffPage): TiffImage {
  if (page.image !== null) return page.image;
  throw page.problem;
}
