// OME-TIFF: the levels below the first hang in SubIFDs, the µm/px stands in OME-XML in any unit of length.
import type { RgbImage } from "../../../src/pixels/index.ts";
import { pyramidOf } from "./pattern.ts";
import { type TiffLayout, writeTiff } from "./tiff-file.ts";
import { imageDirectory, type Storage } from "./tiles.ts";

/** How an OME-TIFF is written. */
export interface OmeRequest {
  readonly image: RgbImage;
  readonly downsamples: readonly number[];
  readonly mpp: { readonly x: number; readonly y: number };
  readonly unit: "µm" | "mm" | "nm";
  readonly tileSize: number;
  readonly storage: Storage;
  readonly layout?: TiffLayout;
  readonly objective?: number;
}

const MICROMETRES = { µm: 1, mm: 1000, nm: 0.001 };

/** An OME-TIFF with one image of three samples. */
export async function writeOmeTiff(request: OmeRequest): Promise<Uint8Array> {
  const { image, tileSize, storage, layout = {} } = request;
  const segmentation = { tileWidth: tileSize, tileHeight: tileSize };
  const stored = { ...storage, bigEndian: layout.bigEndian ?? false };
  const [finest, ...coarser] = pyramidOf(image, request.downsamples);
  const children = await Promise.all(
    coarser.map((level) =>
      imageDirectory(level, segmentation, stored, [{ tag: 254, type: "long", values: [1] }]),
    ),
  );
  const main = await imageDirectory(finest!, segmentation, stored, [
    { tag: 254, type: "long", values: [0] },
    { tag: 270, type: "ascii", values: omeXml(request) },
    { tag: 305, type: "ascii", values: "OME Bio-Formats 6.0.0-rc1" },
  ]);
  return writeTiff([{ ...main, children }], layout);
}

function omeXml({ image, mpp, unit, objective, storage }: OmeRequest): string {
  const size = (value: number) => `${Number((value / MICROMETRES[unit]).toPrecision(10))}`;
  const instrument =
    objective === undefined
      ? ""
      : `<Instrument ID="Instrument:0"><Objective ID="Objective:0:0" NominalMagnification="${objective}.0"/></Instrument>`;
  const settings = objective === undefined ? "" : `<ObjectiveSettings ID="Objective:0:0"/>`;
  const samples = `SizeC="3" SizeT="1" SizeX="${image.width}" SizeY="${image.height}" SizeZ="1" Type="uint${storage.bits ?? 8}"`;
  const physical = `PhysicalSizeX="${size(mpp.x)}" PhysicalSizeXUnit="${unit}" PhysicalSizeY="${size(mpp.y)}" PhysicalSizeYUnit="${unit}"`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">` +
    `${instrument}<Image ID="Image:0">${settings}<Pixels BigEndian="false" DimensionOrder="XYCZT" ID="Pixels:0" ` +
    `${physical} ${samples}><Channel ID="Channel:0:0" SamplesPerPixel="3"/><TiffData FirstC="0" FirstT="0" ` +
    `FirstZ="0" IFD="0" PlaneCount="1"/></Pixels></Image></OME>`
  );
}
