// What the codec room offers: compressed tiles to samples, checked before any decoder sees them.
export type {
  CompressedTile,
  Decoders,
  Inflate,
  PixelWindow,
  StatedColour,
  TileDecoder,
} from "./types.ts";
