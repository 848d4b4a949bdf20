// Decoding against files and pixels made by Pillow and numpy (test/golden/image/make_files.py).
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { decodeImage, encodeJpeg, encodePng, readImageHeader } from "../../src/image/index.ts";
import { rgbImage } from "../../src/pixels/index.ts";

interface Expected {
  readonly width: number;
  readonly height: number;
  readonly mpp: number | null;
  readonly exact: boolean;
  readonly pixels: readonly number[];
}

const golden = fileURLToPath(new URL("../golden/image/", import.meta.url));
const file = (name: string) => join(golden, "files", name);
const expected = JSON.parse(await readFile(join(golden, "files.json"), "utf8")) as Record<string, Expected>;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-decode-"));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** The code and message of the error that decoding gives. */
async function refusal(source: string | Uint8Array, options = {}): Promise<string> {
  const error = await decodeImage(source, options).then(
    () => "decoded",
    (reason: unknown) => reason,
  );
  return isLowmagError(error) ? `${error.code}: ${error.message}` : String(error);
}

describe("decodeImage", () => {
  it.each(Object.entries(expected))("reads %s as the reference does", async (name, want) => {
    const { image, mpp } = await decodeImage(file(name));
    expect([image.width, image.height]).toEqual([want.width, want.height]);
    expect(image.data.length).toBe(want.pixels.length);
    const largest = Math.max(...want.pixels.map((value, i) => Math.abs(value - image.data[i]!)));
    expect(largest).toBeLessThanOrEqual(want.exact ? 0 : 6);
    if (want.mpp === null) expect(mpp).toBeNull();
    else {
      expect(mpp?.x).toBeCloseTo(want.mpp, 12);
      expect(mpp?.y).toBeCloseTo(want.mpp, 12);
    }
  });

  it.each(Object.entries(expected))("finds the same header in %s without decoding", async (name, want) => {
    const header = await readImageHeader(file(name));
    const { mpp, format } = await decodeImage(file(name));
    expect(header).toMatchObject({ width: want.width, height: want.height, mpp, format });
  });

  it("reads bytes as it reads a file", async () => {
    const fromBytes = await decodeImage(await readFile(file("rgb.png")));
    expect(fromBytes).toEqual(await decodeImage(file("rgb.png")));
    expect(fromBytes.format).toBe("png");
  });

  it("goes by content, not by the name of the file", async () => {
    const path = join(folder, "really-a-png.jpg");
    await writeFile(path, await readFile(file("rgb.png")));
    expect((await decodeImage(path)).format).toBe("png");
  });

  it.each(["cmyk.jpg", "cmyk.tif"])("refuses the inks of %s", async (name) => {
    expect(await refusal(file(name), { name })).toMatch(
      new RegExp(
        `^unsupported-format: ${name}\\b.*: expected .*RGB or grey.*, got CMYK \\(print\\) colours\\. Convert`,
      ),
    );
  });

  it("refuses floating-point pixels", async () => {
    expect(await refusal(file("float.tif"), { name: "float.tif" })).toMatch(
      /^unsupported-format: float\.tif directory 0: expected 8- or 16-bit RGB or grey pixels .*, got floating-point samples\./,
    );
  });

  it("refuses what is not an image", async () => {
    expect(await refusal(new Uint8Array(0), { name: "empty.png" })).toBe(
      "unsupported-format: empty.png: expected an RGB or grey PNG, JPEG, WebP or TIFF, got an empty file.",
    );
    for (const text of ["<html></html>", "<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.7", "no"])
      expect(await refusal(Buffer.from(text), { name: "a.png" })).toContain("got a file of another kind.");
    expect(await refusal(file("other.gif"))).toMatch(/^unsupported-format: .*other\.gif: .*another kind/);
  });

  it("says that a file is not there", async () => {
    expect(await refusal(join(folder, "none.png"))).toBe(
      `not-found: ${join(folder, "none.png")}: expected a file that can be read, got no such file.`,
    );
    expect(await refusal(folder)).toMatch(/^corrupt-data: .*EISDIR/);
  });

  it("calls a TIFF damaged when its end is missing", async () => {
    const bytes = await readFile(file("half-micron.tif"));
    const message = await refusal(bytes.subarray(0, Math.floor(bytes.length * 0.6)), { name: "cut.tif" });
    expect(message).toMatch(/^corrupt-data: cut\.tif: expected .*, got .*\d+/);
  });

  it.each(["rgb.png", "rgb16.png", "micron.jpg", "lossless.webp"])(
    "calls %s damaged when its end is missing",
    async (name) => {
      const bytes = await readFile(file(name));
      const message = await refusal(bytes.subarray(0, Math.floor(bytes.length * 0.6)), { name });
      expect(message).toMatch(
        /^corrupt-data: .*: expected a whole image, got a damaged or truncated one \(.+\)\./,
      );
      expect(message).toContain(name);
    },
  );

  it("refuses more pixels than the limit, and takes exactly as many", async () => {
    expect(await refusal(file("rgb.png"), { name: "rgb.png", maxPixels: 62 })).toBe(
      "unsupported-format: rgb.png: expected an RGB or grey PNG, JPEG, WebP or TIFF, got 9 x 7 pixels, more than the limit of 62. Raise `maxPixels` if the machine has the memory for it, or cut the image into pieces of tissue.",
    );
    expect((await decodeImage(file("rgb.png"), { maxPixels: 63 })).image.width).toBe(9);
  });

  it("refuses a header that lies about its size before any memory is taken for it", async () => {
    const bytes = await readFile(file("rgb.png"));
    bytes.writeUInt32BE(2_000_000, 16);
    bytes.writeUInt32BE(2_000_000, 20);
    expect(await refusal(bytes, { name: "huge.png" })).toMatch(
      /^(unsupported-format|corrupt-data): huge\.png/,
    );
  });

  it("never fails with anything but its own errors on damaged files", async () => {
    const files = await Promise.all(
      ["rgb.png", "micron.jpg", "half-micron.tif", "lossless.webp"].map((name) => readFile(file(name))),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (original, edits) => {
          const bytes = Buffer.from(original);
          for (const [at, value] of edits) bytes[at % bytes.length] = value;
          expect(await refusal(bytes, { maxPixels: 1e6 })).toMatch(
            /^(decoded|corrupt-data|unsupported-format)/,
          );
        },
      ),
      { numRuns: 150, seed: 11 },
    );
  });
});

describe("encodePng and encodeJpeg", () => {
  const image = rgbImage(
    5,
    3,
    Uint8Array.from({ length: 45 }, (_, i) => (i * 37) % 256),
  );

  it("PNG gives back the same pixels and the µm per pixel it was given", async () => {
    const { image: again, mpp } = await decodeImage(await encodePng(image, 0.5));
    expect(again).toEqual(image);
    expect(mpp).toEqual({ x: 0.5, y: 0.5 });
    expect((await decodeImage(await encodePng(image))).mpp).toBeNull();
  });

  it("PNG keeps every pixel size of up to four digits exactly", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 500, max: 9999 }),
        fc.integer({ min: -4, max: -3 }),
        async (digits, power) => {
          const mpp = Number(`${digits}e${power}`);
          const { mpp: read } = await readImageHeader(await encodePng(image, mpp));
          expect(read).toEqual({ x: mpp, y: mpp });
        },
      ),
      { numRuns: 60 },
    );
    for (const mpp of [3, 7, 16, 17, 19.99])
      expect((await readImageHeader(await encodePng(image, mpp))).mpp).toEqual({ x: mpp, y: mpp });
  });

  it("PNG refuses a pixel size that is none", async () => {
    await expect(encodePng(image, 0)).rejects.toThrow(
      "encodePng: expected mpp to be a pixel size in µm, got 0.",
    );
  });

  it("JPEG keeps a flat colour within two grey levels", async () => {
    const flat = rgbImage(
      16,
      16,
      new Uint8Array(768).fill(0).map((_, i) => [200, 120, 170][i % 3]!),
    );
    const { image: again, format } = await decodeImage(await encodeJpeg(flat, 95));
    expect(format).toBe("jpeg");
    expect(Math.max(...again.data.map((value, i) => Math.abs(value - flat.data[i]!)))).toBeLessThanOrEqual(2);
  });

  it("rgbImage refuses a buffer of the wrong length", () => {
    expect(() => rgbImage(2, 2, new Uint8Array(11))).toThrow(
      "rgbImage: expected 3 bytes for each of 2 x 2 pixels, got 11 bytes.",
    );
  });
});
