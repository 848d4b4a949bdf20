// What the image room offers: pixel buffers, decoding, encoding, resampling, colour.
export { type RgbImage, rgbImage } from "./rgb-image.ts";
