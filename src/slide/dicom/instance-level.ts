// The tiles of one instance as RGB: frames handed to the decoder with what the header promises of them, uncompressed
// ones put in order here.
import type { CompressedTile, Decoders, PixelWindow } from "../../codec/index.ts";
import type { RgbImage } from "../../pixels/index.ts";
import { unsupported } from "../errors.ts";
import type { TiledLevel } from "../types.ts";
import type { Instance } from "./instance.ts";
import { DICOM_LIMITS } from "./tags.ts";

/** An instance as a level; `where` names it in errors: "a.dcm level 0". */
export function instanceLevel(instance: Instance, decoders: Decoders, where: string): TiledLevel {
  const { width, height, tileWidth, tileHeight, syntax, layout, frames, colour } = instance;
  const size = { width: tileWidth, height: tileHeight };
  const readStored = async (column: number, row: number): Promise<CompressedTile | null> => {
    const frame = layout(column, row);
    if (frame < 0) return null;
    return { data: await frames.read(frame), ...size, colour, where: `${where} tile ${column}, ${row}` };
  };
  return {
    width,
    height,
    tileWidth,
    tileHeight,
    compression: syntax.compression,
    async readTile(column, row, window) {
      const tile = await readStored(column, row);
      if (tile === null) return null;
      if (syntax.codec === "jpeg") return decoders.jpeg.decode(tile, window);
      if (syntax.codec === "jpeg2000") return decoders.jpeg2000.decode(tile, window);
      return nativeRgb(tile.data, instance, window ?? { left: 0, top: 0, ...size });
    },
    ...(syntax.codec === "jpeg" ? { readJpegTile: readStored } : {}),
  };
}

/** The whole picture of an instance. Throws `unsupported-format` for one too large to hold at once. */
export async function readWhole(level: TiledLevel, where: string): Promise<RgbImage> {
  const { width, height, tileWidth, tileHeight } = level;
  if (width * height > DICOM_LIMITS.associatedPixels)
    throw unsupported(where, `at most ${DICOM_LIMITS.associatedPixels} pixels`, `${width} x ${height}`);
  const data = new Uint8Array(3 * width * height).fill(255);
  for (let top = 0; top < height; top += tileHeight)
    for (let left = 0; left < width; left += tileWidth) {
      const window = {
        left: 0,
        top: 0,
        width: Math.min(tileWidth, width - left),
        height: Math.min(tileHeight, height - top),
      };
      const tile = await level.readTile(left / tileWidth, top / tileHeight, window);
      if (tile !== null) paste(data, width, left, top, tile, window.width, window.height);
    }
  return { width, height, data };
}

function paste(
  target: Uint8Array,
  targetWidth: number,
  left: number,
  top: number,
  tile: Uint8Array,
  width: number,
  height: number,
): void {
  for (let y = 0; y < height; y++)
    target.set(tile.subarray(3 * y * width, 3 * (y + 1) * width), 3 * ((top + y) * targetWidth + left));
}

/** Uncompressed samples, side by side or a plane each, one (grey) or three, to RGB. */
function nativeRgb(data: Uint8Array, instance: Instance, window: PixelWindow): Uint8Array {
  const { tileWidth, tileHeight, samples, planar } = instance;
  const rgb = new Uint8Array(3 * window.width * window.height);
  const step = planar ? 1 : samples;
  const plane = samples === 1 ? 0 : planar ? tileWidth * tileHeight : 1;
  for (let y = 0, to = 0; y < window.height; y++) {
    let from = ((window.top + y) * tileWidth + window.left) * step;
    for (let x = 0; x < window.width; x++, from += step, to += 3) {
      rgb[to] = data[from]!;
      rgb[to + 1] = data[from + plane]!;
      rgb[to + 2] = data[from + 2 * plane]!;
    }
  }
  return rgb;
}
