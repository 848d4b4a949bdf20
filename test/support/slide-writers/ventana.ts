// Ventana BIF where it is plain: one area, no overlap between tiles, µm/px as ScanRes in the iScan element of tag 700.
import type { RgbImage } from "../../../src/pixels/index.ts";
import { LABEL_COLOUR, plain } from "./aperio.ts";
import { pyramidOf } from "./pattern.ts";
import { type Tag, writeTiff } from "./tiff-file.ts";
import { imageDirectory } from "./tiles.ts";

/** How a BIF is written. */
export interface VentanaRequest {
  /** Level 0; its sides must be multiples of the tile, as the scanner's fields are. */
  readonly image: RgbImage;
  readonly mpp: number;
  readonly downsamples: readonly number[];
  readonly tileSize: number;
  /** Pixels by which neighbouring tiles overlap according to the file; above 0 the file is not plain. */
  readonly overlap?: number;
}

/** A Ventana BIF. */
export async function writeVentana(request: VentanaRequest): Promise<Uint8Array> {
  const { image, mpp, downsamples, tileSize } = request;
  const iscan = `<iScan Magnification="40" ScanRes="${mpp}" ScannerModel="VENTANA iScan HT" UnitNumber="2000515"/>`;
  const label = await imageDirectory(
    plain(97, 71, LABEL_COLOUR),
    { rowsPerStrip: 71 },
    { compression: "none" },
    [
      { tag: 254, type: "long", values: [0] },
      { tag: 270, type: "ascii", values: "Label Image" },
      xmp(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Metadata>${iscan}</Metadata>`),
    ],
  );
  const levels = await Promise.all(
    pyramidOf(image, downsamples).map((level, i) =>
      imageDirectory(
        level,
        { tileWidth: tileSize, tileHeight: tileSize },
        { compression: "jpeg", sharedTables: true },
        [
          { tag: 254, type: "long", values: [i === 0 ? 0 : 1] },
          { tag: 270, type: "ascii", values: `level=${i} mag=${40 / downsamples[i]!} quality=95` },
          ...(i === 0 ? [xmp(encodeInfo(request))] : []),
        ],
      ),
    ),
  );
  return writeTiff([label, ...levels], { bigTiff: true });
}

function xmp(text: string): Tag {
  return { tag: 700, type: "byte", values: new TextEncoder().encode(text) };
}

/** The joints between neighbouring tiles, numbered from 1 in a serpentine from the lower left corner. */
function encodeInfo({ image, tileSize, overlap = 0 }: VentanaRequest): string {
  const columns = image.width / tileSize;
  const rows = image.height / tileSize;
  const number = (column: number, row: number) => {
    const fromBelow = rows - 1 - row;
    return fromBelow * columns + (fromBelow % 2 === 0 ? column : columns - 1 - column) + 1;
  };
  const joints: string[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const joint = (direction: string, from: number, to: number, x: number, y: number) =>
        `<TileJointInfo FlagJoined="1" Confidence="98" Direction="${direction}" Tile1="${from}" Tile2="${to}" OverlapX="${x}" OverlapY="${y}"/>`;
      if (column + 1 < columns)
        joints.push(joint("RIGHT", number(column, row), number(column + 1, row), overlap, 0));
      if (row > 0) joints.push(joint("UP", number(column, row), number(column, row - 1), 0, overlap));
    }
  return (
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><EncodeInfo Ver="2"><SlideInfo>` +
    `<iScan Magnification="40" ScanRes="0.265"/><AoiInfo XIMAGESIZE="${tileSize}" YIMAGESIZE="${tileSize}" NumRows="${rows}" NumCols="${columns}" Pos-X="0" Pos-Y="0"/></SlideInfo>` +
    `<SlideStitchInfo><ImageInfo AOIScanned="1" AOIIndex="0" NumRows="${rows}" NumCols="${columns}" Width="${tileSize}" Height="${tileSize}" Pos-X="0" Pos-Y="0">${joints.join("")}</ImageInfo></SlideStitchInfo>` +
    `<AoiOrigin><AOI0 OriginX="0" OriginY="0"/></AoiOrigin></EncodeInfo>`
  );
}
