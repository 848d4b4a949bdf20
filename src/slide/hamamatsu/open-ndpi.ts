// Opens a Hamamatsu NDPI slide.
import { fail } from "../../base/index.ts";
import type { Decoders } from "../../codec/index.ts";
import { isTiff } from "../tiff/read-tiff.ts";
import type { ByteSource, SlideContent, TiledLevel } from "../types.ts";
import { unsupportedNdpi } from "./errors.ts";
import { openLevel, readPicture } from "./level.ts";
import { readNdpi } from "./ndpi-file.ts";
import { kindOf, levelsOf, type NdpiPage, picturesOf, pixelSize, propertiesOf, readPage } from "./pages.ts";

/** True for an NDPI file. Throws `corrupt-data` for one whose directories are damaged. */
export async function isNdpi(head: Uint8Array, source: ByteSource): Promise<boolean> {
  return isTiff(head) && (await readNdpi(source)) !== null;
}

/**
 * Opens a file that `isNdpi` recognised. Closing the slide closes the source.
 *
 * @throws LowmagError `corrupt-data` for damaged or truncated files; `unsupported-format` for levels that are no JPEG, or
 *   one too large without restart markers.
 */
export async function openNdpiSlide(source: ByteSource, decoders: Decoders): Promise<SlideContent> {
  const file = await readNdpi(source);
  if (file === null) throw unsupportedNdpi(source.name, "a Hamamatsu NDPI file", "another kind");
  const notes: string[] = [];
  const pages: NdpiPage[] = [];
  for (const directory of file.directories) pages.push(await readPage(directory));
  const planned = levelsOf(pages, source.name, notes);
  const levels: TiledLevel[] = [];
  for (const [i, page] of planned.entries())
    levels.push(await openLevel(page, source, decoders, `${source.name} level ${i}`));
  const finest = planned[0]!;
  const mpp = await pixelSize(finest.image.directory, notes);
  const pictures = picturesOf(pages);
  return {
    name: source.name,
    format: "hamamatsu",
    vendor: "Hamamatsu",
    levels,
    mpp,
    mppSource: mpp === null ? null : "resolution-tag",
    objective: finest.lens,
    bounds: null,
    properties: await propertiesOf(finest),
    associated: [...pictures].map(([name, { image, lens }]) => ({
      name,
      kind: kindOf(lens),
      width: image.width,
      height: image.height,
    })),
    notes,
    readAssociated: async (name) => {
      const page = pictures.get(name);
      if (page === undefined) throw noSuchPicture(source.name, name, [...pictures.keys()]);
      return await readPicture(page, source, decoders, `${source.name} ${name}`);
    },
    readIccProfile: async () => null,
    close: () => source.close(),
  };
}

function noSuchPicture(where: string, name: string, known: readonly string[]): Error {
  return fail("invalid-argument", {
    where,
    expected: known.length === 0 ? "no associated picture: it has none" : `one of ${known.join(", ")}`,
    got: `"${name}"`,
  });
}
