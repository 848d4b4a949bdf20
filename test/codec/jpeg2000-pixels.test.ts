// Pixels of JPEG 2000 tiles: equal to OpenJPEG's, and to OpenSlide's where components are coarser or YCbCr.
import { describe, expect, it } from "vitest";
import { Generator } from "../../src/random/index.ts";
import { decoders, jpeg2000Samples, part, sampleNamed, sha256 } from "./samples.ts";

const samples = jpeg2000Samples();

describe("a JPEG 2000 tile", () => {
  it.each(samples)("$name has the pixels that opj_decompress gives it", ({ tile, sha256: expected }) => {
    expect(sha256(decoders.jpeg2000.decode(tile))).toBe(expected);
  });

  it("gives in a window the same pixels as in the whole tile", () => {
    const random = Generator.derive(11, "windows");
    for (const { name, tile } of samples) {
      const whole = decoders.jpeg2000.decode(tile);
      for (let i = 0; i < 25; i++) {
        const [left, top] = [random.integer(tile.width), random.integer(tile.height)];
        const width = 1 + random.integer(tile.width - left);
        const height = 1 + random.integer(tile.height - top);
        const window = { left, top, width, height };
        const found = decoders.jpeg2000.decode(tile, window);
        expect(sha256(found), `${name} ${JSON.stringify(window)}`).toBe(
          sha256(part(whole, tile.width, window)),
        );
      }
    }
  });

  it("may carry the zero byte that DICOM adds, and miss its last marker when its parts say their lengths", () => {
    const { tile, sha256: expected } = sampleNamed(samples, "reversible 67 x 53");
    const padded = new Uint8Array([...tile.data, 0]);
    const open = tile.data.subarray(0, tile.data.length - 2);
    expect(sha256(decoders.jpeg2000.decode({ ...tile, data: padded }))).toBe(expected);
    expect(sha256(decoders.jpeg2000.decode({ ...tile, data: open }))).toBe(expected);
  });
});
