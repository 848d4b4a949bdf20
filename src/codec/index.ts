// What the codec room offers: compressed tiles to samples, checked before any decoder sees them.
export { createDecoders } from "./decoders.ts";
export { damagedDeflate, inflatePortable } from "./inflate.ts";
export { type CheckedJpeg, checkJpeg } from "./jpeg-check.ts";
export { type JpegColour, jpegColour } from "./jpeg-colour.ts";
export type { JpegComponent } from "./jpeg-frame.ts";
export { type JpegHeader, readJpegHeader } from "./jpeg-header.ts";
export { standaloneJpeg } from "./jpeg-standalone.ts";
export { JpegJoiner } from "./jpeg-whole.ts";
export { type Jpeg2000Header, readJpeg2000Header } from "./jpeg2000-header.ts";
export type { Jpeg2000Component, Jpeg2000Size } from "./jpeg2000-size.ts";
export { decodeLzw } from "./lzw.ts";
export { decodePackBits } from "./pack-bits.ts";
export { undoPredictor } from "./predictor.ts";
export type {
  CompressedTile,
  Decoders,
  Inflate,
  PixelWindow,
  StatedColour,
  TileDecoder,
} from "./types.ts";
export { compileDecoders, type DecoderModule } from "./wasm-instance.ts";
