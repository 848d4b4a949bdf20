// Plain tiled (or stripped) pyramids: one directory per level, µm/px in the resolution tags.
import type { RgbImage } from "../../../src/pixels/index.ts";
import { pyramidOf } from "./pattern.ts";
import { type Tag, type TiffLayout, writeTiff } from "./tiff-file.ts";
import { imageDirectory, type Segmentation, type Storage } from "./tiles.ts";

/** How a pyramid is written. */
export interface PyramidRequest {
  readonly image: RgbImage;
  readonly mpp: { readonly x: number; readonly y: number };
  /** Downsamples of the levels, 1 first. */
  readonly downsamples: readonly number[];
  readonly segmentation: Segmentation;
  readonly storage: Storage;
  readonly layout?: TiffLayout;
  /** Unit of the resolution tags; `null` leaves them out. Default centimetres. */
  readonly unit?: "inch" | "centimetre" | null;
  /** Every level repeats the resolution of level 0, as some writers do. */
  readonly repeatResolution?: boolean;
  /** Tiles that are not stored. */
  readonly missing?: (level: number, column: number, row: number) => boolean;
}

/** A generic pyramidal TIFF. */
export async function writeGenericTiff(request: PyramidRequest): Promise<Uint8Array> {
  const { image, mpp, segmentation, storage, layout = {}, unit = "centimetre" } = request;
  const stored = { ...storage, bigEndian: layout.bigEndian ?? false };
  const levels = pyramidOf(image, request.downsamples);
  const directories = levels.map((level, i) => {
    const factor =
      request.repeatResolution === true
        ? { x: 1, y: 1 }
        : { x: image.width / level.width, y: image.height / level.height };
    const resolution =
      unit === null ? [] : resolutionTags({ x: mpp.x * factor.x, y: mpp.y * factor.y }, unit);
    const kind: Tag = { tag: 254, type: "long", values: [i === 0 ? 0 : 1] };
    return imageDirectory(
      level,
      segmentation,
      stored,
      [kind, ...resolution],
      (column, row) => request.missing?.(i, column, row) ?? false,
    );
  });
  return writeTiff(await Promise.all(directories), layout);
}

/** Pixels per inch or centimetre, as rationals over 10,000. */
export function resolutionTags(
  mpp: { readonly x: number; readonly y: number },
  unit: "inch" | "centimetre" = "centimetre",
): Tag[] {
  const micrometres = unit === "inch" ? 25_400 : 10_000;
  return [
    { tag: 282, type: "rational", values: [micrometres / mpp.x] },
    { tag: 283, type: "rational", values: [micrometres / mpp.y] },
    { tag: 296, type: "short", values: [unit === "inch" ? 2 : 3] },
  ];
}
