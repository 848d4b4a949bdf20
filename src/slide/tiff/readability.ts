// Which TIFF pictures lowmag turns into 8-bit RGB, and the reason for refusing the others. The rules are those of images
// (room `image`): grey into all three channels, 16 bits rounded to 8, alpha over white, CMYK and palettes refused.
import { fail } from "../../base/index.ts";
import { compressionName, compressionOf, takesPredictor } from "./compression.ts";
import { storedTileBytes, type TiffImage } from "./image.ts";
import { TIFF_LIMITS } from "./tags.ts";

/** Why pixels of this kind are not read, in words that follow "got", or `null` when they are. */
export function whyUnreadable(image: TiffImage): string | null {
  const compression = compressionOf(image.compression);
  if (compression === null) return compressionName(image.compression);
  const colours = COLOURS[image.photometric];
  if (colours === undefined)
    return REFUSED_COLOURS[image.photometric] ?? `colours of kind ${image.photometric}`;
  if (image.sampleFormat === 2) return "signed samples";
  if (image.sampleFormat === 3) return "floating-point samples";
  const encoded = compression.kind === "jpeg" || compression.kind === "jpeg2000";
  return (
    (encoded ? whyNotEncoded(image, compression.name, colours) : whyNotPlain(image, colours)) ??
    whyTooLarge(image)
  );
}

/** Throws `unsupported-format` for a picture that {@link whyUnreadable} names a reason against. */
export function requireReadable(image: TiffImage): void {
  const reason = whyUnreadable(image);
  if (reason === null) return;
  throw fail("unsupported-format", {
    where: image.directory.where,
    expected: "8- or 16-bit RGB or grey pixels in JPEG, JPEG 2000, deflate, LZW, PackBits or uncompressed",
    got: reason,
    fix: "Convert the slide, for example with `vips tiffsave in out.tif --tile --pyramid --compression jpeg`.",
  });
}

/** Colour samples by photometric interpretation: black or white is zero, RGB, YCbCr. */
const COLOURS: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 6: 3 };

const REFUSED_COLOURS: Readonly<Record<number, string>> = {
  3: "palette colours",
  4: "a transparency mask",
  5: "CMYK (print) colours",
  8: "CIE L*a*b* colours",
  9: "ICC L*a*b* colours",
  10: "ITU L*a*b* colours",
  32803: "colour filter array (raw sensor) data",
  34892: "linear raw sensor data",
};

/** JPEG and JPEG 2000 carry their own sample sizes, which their decoders check. */
function whyNotEncoded(image: TiffImage, name: string, colours: number): string | null {
  if (image.planar === 2 && image.samples > 1) return `${name} with a plane for each colour`;
  if (image.samples !== colours) return `${name} of ${image.samples} samples per pixel`;
  if (image.photometric === 0) return `${name} in which white is zero`;
  return image.bits === 8 ? null : `${name} of ${image.bits} bits per sample`;
}

function whyNotPlain(image: TiffImage, colours: number): string | null {
  if (image.photometric === 6) return "YCbCr pixels that are not JPEG";
  if (image.bits !== 8 && image.bits !== 16) return `${image.bits} bits per sample`;
  const alpha = colours === 3 && image.samples === 4 && image.extra !== undefined;
  if (image.samples !== colours && !alpha) return `${image.samples} samples per pixel`;
  if (takesPredictor(image.compression) && image.predictor !== 1 && image.predictor !== 2)
    return `predictor ${image.predictor}`;
  return image.planar === 1 || image.planar === 2 ? null : `planar configuration ${image.planar}`;
}

/** Tiles are decoded whole, so they must fit; one uncompressed strip is read in parts, however tall. */
function whyTooLarge(image: TiffImage): string | null {
  if (isOnePlainStrip(image)) return null;
  const bytes = Math.max(storedTileBytes(image), 3 * image.tileWidth * image.tileHeight);
  if (bytes <= TIFF_LIMITS.tileBytes) return null;
  const what = image.tiled ? "tiles" : "strips";
  return `${what} of ${image.tileWidth} x ${image.tileHeight} pixels, more than ${TIFF_LIMITS.tileBytes / 2 ** 20} MiB each`;
}

/** An uncompressed picture in one piece: any of its rows can be read by itself. */
export function isOnePlainStrip(image: TiffImage): boolean {
  return !image.tiled && image.compression === 1 && image.rows === 1 && image.planar === 1;
}
