// The pattern's tiles as JPEG 2000, made once by OpenJPEG (no npm package encodes it); see the script beside the golden.
import { readFileSync } from "node:fs";

type Colour = "rgb" | "ycbcr-444" | "ycbcr-422";
type Golden = Readonly<Record<Colour, readonly (readonly string[])[]>>;

let golden: Golden | undefined;

/** Tiles of 240 px of the whole pattern, level by level (downsamples 1 and 4), in reading order. */
export function jpeg2000Tiles(colour: Colour): readonly (readonly Uint8Array[])[] {
  golden ??= JSON.parse(
    readFileSync(new URL("../../golden/slide/jpeg2000-tiles.json", import.meta.url), "utf8"),
  ) as Golden;
  return golden[colour].map((tiles) => tiles.map((tile) => new Uint8Array(Buffer.from(tile, "base64"))));
}
