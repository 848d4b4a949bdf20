// A slide's colour profile as a table that portable code can apply: what the colour management of this machine makes of
// 33 x 33 x 33 colours.
import { convertToSrgb } from "../image/index.ts";
import { type ColourTable, colourNodes } from "../pixels/index.ts";

/**
 * Works out the table of an ICC profile (see `applyColourTable`).
 *
 * @throws LowmagError as `convertToSrgb`.
 */
export async function readColourTable(profile: Uint8Array, where = "colour profile"): Promise<ColourTable> {
  const { data } = await convertToSrgb(colourNodes(), profile, where);
  return { data };
}
