// The quantisation of a JPEG 2000 codestream (QCD, QCC): how many bit planes its samples may have. A decoder makes up to three
// passes over the image for each, whether there are data for them or not.
import { damaged } from "./damaged.ts";

/** 8-bit images have 10 to 16. */
const MOST_BIT_PLANES = 22;

/**
 * Checks one quantisation segment.
 *
 * @param skip 0 for QCD, 1 for QCC, which begins with the number of a component.
 * @throws LowmagError `corrupt-data`.
 */
export function checkQuantisation(payload: DataView, skip: 0 | 1, where: string): void {
  if (payload.byteLength < skip + 2) throw damaged(where, "a whole quantisation segment", "one cut off");
  const head = payload.getUint8(skip);
  const [style, guards] = [head & 31, head >> 5];
  if (style > 2) throw damaged(where, "a quantisation of a known kind", `kind ${style}`);
  // Kind 0 keeps an exponent in the upper five bits of a byte, the others in those of two bytes.
  const step = style === 0 ? 1 : 2;
  for (let at = skip + 1; at + step <= payload.byteLength; at += step) {
    const planes = guards + (payload.getUint8(at) >> 3) - 1;
    if (planes > MOST_BIT_PLANES) throw damaged(where, `at most ${MOST_BIT_PLANES} bit planes`, `${planes}`);
  }
}
