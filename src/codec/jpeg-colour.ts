// What the three components of a JPEG stream are: scanners and converters leave the marks that should tell it out, or say
// something else in the container. One rule for all decoders.
import type { JpegHeader } from "./jpeg-header.ts";
import type { StatedColour } from "./types.ts";

/** What a stream's samples are. */
export type JpegColour = "grey" | "rgb" | "ycbcr";

/**
 * The colours of a stream. A JFIF or Adobe marker, or components of different sampling, are the word of the encoder that
 * made the stream, and count more than the container (converters that say RGB over a YCbCr stream are common);
 * without them the container is believed (Aperio's RGB tiles carry no mark at all).
 */
export function jpegColour(header: JpegHeader, stated: StatedColour): JpegColour {
  if (header.components.length === 1) return "grey";
  const marked = header.jfif || header.adobeTransform !== null || isSubsampled(header);
  if (marked || stated === "unknown" || stated === "grey") return ownColour(header);
  return stated;
}

/** As libjpeg decides where nobody tells it. */
export function ownColour({ jfif, adobeTransform, components }: JpegHeader): JpegColour {
  if (jfif) return "ycbcr";
  if (adobeTransform !== null) return adobeTransform === 0 ? "rgb" : "ycbcr";
  return components.map(({ id }) => String.fromCharCode(id)).join("") === "RGB" ? "rgb" : "ycbcr";
}

function isSubsampled({ components }: JpegHeader): boolean {
  const [first] = components;
  return components.some(
    ({ horizontal, vertical }) => horizontal !== first?.horizontal || vertical !== first.vertical,
  );
}
