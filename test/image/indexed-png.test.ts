// PNG of pictures with few colours: read back by libvips, whatever the colours, and never larger than it must be.
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodeRgbaPng } from "../../src/image/index.ts";
import { encodeIndexedPng } from "../../src/image/indexed-png.ts";
import { Generator } from "../../src/random/index.ts";

async function readBack(png: Uint8Array): Promise<{ width: number; height: number; data: number[] }> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: [...data] };
}

const pictures = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    colours: fc.array(fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 255 }))), {
      minLength: 1,
      maxLength: 300,
    }),
    seed: fc.integer({ min: 0 }),
    offset: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ width, height, colours, seed, offset }) => {
    const generator = Generator.derive(seed, "picture");
    const bytes = Array.from({ length: width * height }, () => generator.choice(colours)).flat();
    const data = new Uint8Array(bytes.length + offset).subarray(offset);
    data.set(bytes);
    return { width, height, data };
  });

describe("a picture with transparency as PNG", () => {
  it("keeps every pixel, of any number of colours", async () => {
    await fc.assert(
      fc.asyncProperty(pictures, async (picture) => {
        const { width, height, data } = await readBack(await encodeRgbaPng(picture));
        expect([width, height]).toEqual([picture.width, picture.height]);
        expect(data).toEqual([...picture.data]);
      }),
      { numRuns: 100 },
    );
  });

  it("is written with a palette up to 256 colours, and the same way twice", async () => {
    const grey = (colours: number) => {
      const data = new Uint8Array(4 * 1024).map((_, i) => (i % 4 === 3 ? 255 : (i >> 2) % 256));
      if (colours === 257) data.fill(0, 0, 4);
      return { width: 32, height: 32, data };
    };
    const png = await encodeIndexedPng(grey(256));
    expect(Buffer.from(png!).equals((await encodeIndexedPng(grey(256)))!)).toBe(true);
    expect(png![25]).toBe(3); // colour type of IHDR
    expect(await encodeIndexedPng(grey(257))).toBeNull();
    expect((await readBack(await encodeRgbaPng(grey(257)))).data).toEqual([...grey(257).data]);
  });

  it("is small where colours go over into one another", async () => {
    const [width, height] = [256, 256];
    const data = new Uint8Array(4 * width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = Math.round(127 + 60 * Math.sin(x / 40) + 60 * Math.cos(y / 30));
        data.set([value, 255 - value, 40, 255], 4 * (y * width + x));
      }
    expect((await encodeRgbaPng({ width, height, data })).length).toBeLessThan(0.2 * width * height);
  });
});
