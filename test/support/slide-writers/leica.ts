// Leica SCN: a BigTIFF whose XML places images on the glass in nm: a macro over all of it, and the scan somewhere on it.
import type { RgbImage } from "../../../src/pixels/index.ts";
import { MACRO_COLOUR, plain } from "./aperio.ts";
import { pyramidOf } from "./pattern.ts";
import { writeTiff } from "./tiff-file.ts";
import { imageDirectory } from "./tiles.ts";

/** How an SCN is written. */
export interface LeicaRequest {
  readonly image: RgbImage;
  readonly mpp: number;
  readonly downsamples: readonly number[];
  readonly tileSize: number;
  /** Where the scan's upper left corner lies on the glass, in level-0 pixels. */
  readonly origin: { readonly x: number; readonly y: number };
}

/** A Leica SCN. */
export async function writeLeica(request: LeicaRequest): Promise<Uint8Array> {
  const { image, downsamples, tileSize } = request;
  const tiles = { tileWidth: tileSize, tileHeight: tileSize };
  const levels = pyramidOf(image, downsamples);
  const macro = plain(160, 64, MACRO_COLOUR);
  const directories = [
    await imageDirectory(macro, tiles, { compression: "jpeg", sharedTables: true }, [
      { tag: 270, type: "ascii", values: leicaXml(request, macro, levels) },
      { tag: 254, type: "long", values: [0] },
    ]),
  ];
  for (const [i, level] of levels.entries())
    directories.push(
      await imageDirectory(level, tiles, { compression: "jpeg", sharedTables: true }, [
        { tag: 254, type: "long", values: [i === 0 ? 0 : 1] },
      ]),
    );
  return writeTiff(directories, { bigTiff: true });
}

function leicaXml(
  { image, mpp, origin }: LeicaRequest,
  macro: RgbImage,
  levels: readonly RgbImage[],
): string {
  const nm = (pixels: number) => Math.round(pixels * mpp * 1000);
  // The scan leaves a margin on the glass to all sides.
  const glass = { width: nm(image.width + 2 * origin.x), height: nm(image.height + 2 * origin.y) };
  const dimension = (size: RgbImage, r: number, ifd: number) =>
    `<dimension sizeX="${size.width}" sizeY="${size.height}" r="${r}" ifd="${ifd}"/>`;
  const scan = (size: RgbImage, view: string, dimensions: string, objective: number) =>
    `<image name="image" uuid="urn:uuid:0"><device model="Leica SCN400;Leica SCN" version="1.4.0.9691"/>` +
    `<pixels sizeX="${size.width}" sizeY="${size.height}">${dimensions}</pixels>${view}<scanSettings><objectiveSettings>` +
    `<objective>${objective}</objective></objectiveSettings><illuminationSettings><numericalAperture>0.65</numericalAperture>` +
    `<illuminationSource>brightfield</illuminationSource></illuminationSettings></scanSettings></image>`;
  const view = (width: number, height: number, x: number, y: number) =>
    `<view sizeX="${width}" sizeY="${height}" offsetX="${x}" offsetY="${y}" spacingZ="0"/>`;
  return (
    `<?xml version="1.0"?><scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01" uuid="urn:uuid:0">` +
    `<collection name="" uuid="urn:uuid:1" sizeX="${glass.width}" sizeY="${glass.height}"><barcode></barcode>` +
    scan(macro, view(glass.width, glass.height, 0, 0), dimension(macro, 0, 0), 0.6) +
    scan(
      image,
      view(nm(image.width), nm(image.height), nm(origin.x), nm(origin.y)),
      levels.map((level, i) => dimension(level, i, i + 1)).join(""),
      40,
    ) +
    "</collection></scn>"
  );
}
