// What the image room offers: image files to pixels and back.

export { IMAGE_EXTENSIONS, type ImageFormat, sniffFormat } from "../pixels/index.ts";
export { convertToSrgb } from "./colour-profile.ts";
export {
  DECODER_VERSION,
  DEFAULT_MAX_PIXELS,
  type DecodedImage,
  type DecodeOptions,
  decodeImage,
  type ImageHeader,
  readImageHeader,
} from "./decode.ts";
export { encodeJpeg, encodePng, encodeRgbaPng, encodeWebp, JPEG_MAX_SIDE, WEBP_MAX_SIDE } from "./encode.ts";
export {
  type PyramidOptions,
  type PyramidSource,
  type PyramidSummary,
  writePyramid,
} from "./pyramid-writer.ts";
export { rasteriseSvg } from "./rasterise.ts";
export { type TileCompression, TileEncoder } from "./tile-encoder.ts";
