// A TIFF file whose tile claims a size that its stream does not have: on 2^30 x 2^30, OpenSlide 3.4 and 4.0 abort.
import { encodeBaselineJpeg } from "./slide-writers/jpeg.ts";
import { writeTiff } from "./slide-writers/tiff-file.ts";

/** A picture of 16 x 16 that claims a tile of `side` x `side`. */
export function tiffOfTile(side: number): Uint8Array {
  const jpeg = encodeBaselineJpeg({ width: 16, height: 16, data: new Uint8Array(768) });
  const long = (tag: number, value: number) => ({ tag, type: "long", values: [value] }) as const;
  const tags = [
    long(256, 16),
    long(257, 16),
    long(259, 7),
    long(262, 6),
    long(277, 3),
    long(322, side),
    long(323, side),
  ];
  return writeTiff([
    { tiled: true, segments: [jpeg], tags: [...tags, { tag: 258, type: "short", values: [8, 8, 8] }] },
  ]);
}
