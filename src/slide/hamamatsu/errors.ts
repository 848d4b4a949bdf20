// The refusal of the NDPI reader, which is always mended in the same way.
import { unsupported } from "../errors.ts";

/** `unsupported-format`: a valid file of a kind that is not read. */
export function unsupportedNdpi(where: string, expected: string, got: string): Error {
  return unsupported(where, expected, got, "Convert the slide to a tiled TIFF first.");
}
