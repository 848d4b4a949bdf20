// Philips TIFF: every level is padded to whole tiles, so its own size says nothing exact about its scale; the XML of the
// first directory states each level's pixel spacing in mm, and carries label and macro as base64.
import type { RgbImage } from "../../../src/pixels/index.ts";
import { resampleArea } from "../../../src/pixels/index.ts";
import { LABEL_COLOUR, MACRO_COLOUR, plain } from "./aperio.ts";
import { encodeBaselineJpeg } from "./jpeg.ts";
import { writeTiff } from "./tiff-file.ts";
import { imageDirectory } from "./tiles.ts";

/** How a Philips TIFF is written. */
export interface PhilipsRequest {
  /** Level 0; its sides must be multiples of the tile and of the coarsest downsample. */
  readonly image: RgbImage;
  readonly mpp: number;
  readonly downsamples: readonly number[];
  readonly tileSize: number;
}

/** A Philips TIFF. */
export async function writePhilips({
  image,
  mpp,
  downsamples,
  tileSize,
}: PhilipsRequest): Promise<Uint8Array> {
  const segmentation = { tileWidth: tileSize, tileHeight: tileSize };
  const directories = downsamples.map((factor, level) => {
    const pixels = resampleArea(image, image.width / factor, image.height / factor);
    const padded = padToTiles(pixels, tileSize);
    return imageDirectory(padded, segmentation, { compression: "jpeg", sharedTables: true }, [
      { tag: 254, type: "long", values: [level === 0 ? 0 : 1] },
      { tag: 305, type: "ascii", values: "Philips DP v1.0" },
      {
        tag: 270,
        type: "ascii",
        values: level === 0 ? philipsXml(mpp, downsamples) : `level=${level} mag=${40 / factor} quality=80`,
      },
    ]);
  });
  return writeTiff(await Promise.all(directories));
}

/** Fills up to whole tiles with black, which is what the reader must never show. */
function padToTiles(image: RgbImage, tileSize: number): RgbImage {
  const width = Math.ceil(image.width / tileSize) * tileSize;
  const height = Math.ceil(image.height / tileSize) * tileSize;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < image.height; y++)
    data.set(image.data.subarray(3 * y * image.width, 3 * (y + 1) * image.width), 3 * y * width);
  return { width, height, data };
}

function philipsXml(mpp: number, downsamples: readonly number[]): string {
  const levels = downsamples.map((factor, level) => {
    const spacing = ((mpp * factor) / 1000).toPrecision(9);
    return (
      `<DataObject ObjectType="PixelDataRepresentation">` +
      attribute("DICOM_PIXEL_SPACING", `&quot;${spacing}&quot; &quot;${spacing}&quot;`) +
      attribute("PIIM_PIXEL_DATA_REPRESENTATION_NUMBER", `${level}`) +
      "</DataObject>"
    );
  });
  const images = [
    associated("MACROIMAGE", plain(160, 64, MACRO_COLOUR)),
    associated("LABELIMAGE", plain(97, 71, LABEL_COLOUR)),
    `<DataObject ObjectType="DPScannedImage">${attribute("PIM_DP_IMAGE_TYPE", "WSI")}` +
      `${attribute("DICOM_PIXEL_SPACING", `&quot;${(mpp / 1000).toPrecision(9)}&quot; &quot;${(mpp / 1000).toPrecision(9)}&quot;`)}` +
      `${sequence("PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE", levels)}</DataObject>`,
  ];
  return (
    `<?xml version="1.0" encoding="UTF-8" ?>\n<DataObject ObjectType="DPUfsImport">` +
    `${attribute("DICOM_MANUFACTURER", "PHILIPS")}${sequence("PIM_DP_SCANNED_IMAGES", images)}</DataObject>`
  );
}

function associated(type: string, image: RgbImage): string {
  const jpeg = Buffer.from(encodeBaselineJpeg(image, { marker: "jfif" })).toString("base64");
  return (
    `<DataObject ObjectType="DPScannedImage">${attribute("PIM_DP_IMAGE_TYPE", type)}` +
    `${attribute("PIM_DP_IMAGE_DATA", jpeg)}</DataObject>`
  );
}

function attribute(name: string, value: string): string {
  return `<Attribute Name="${name}" Group="0x301D" Element="0x1000" PMSVR="IString">${value}</Attribute>`;
}

function sequence(name: string, objects: readonly string[]): string {
  return `<Attribute Name="${name}" Group="0x301D" Element="0x1003" PMSVR="IDataObjectArray"><Array>${objects.join("")}</Array></Attribute>`;
}
