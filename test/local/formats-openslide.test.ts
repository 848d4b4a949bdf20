// The same fixtures through OpenSlide, where it is installed: two readers that share nothing but libjpeg agree to the bit.
// Not compared, because OpenSlide or libtiff get it wrong or do it otherwise: streams that call themselves RGB, levels
// smaller than a tile, tiles beneath missing ones, strips, DICOM (from OpenSlide 4 on) and NDPI levels that it resamples.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSlide, openslideVersion } from "../../src/local/index.ts";
import type { Slide } from "../../src/slide/index.ts";
import { SLIDE_FIXTURES } from "../support/slide-writers/fixtures.ts";

const NAMES = [
  "TIFF, BigTIFF, deflate",
  "TIFF, written by lowmag, JPEG, levels 1/4/16",
  "TIFF, LZW with predictor, odd level ratios",
  "TIFF, JPEG, a whole stream per tile",
  "TIFF, JPEG, shared tables, levels 1/4/16",
  "TIFF, JPEG, RGB without any marker",
  "Aperio, JPEG in RGB, levels 1/4/16",
  "Aperio, JPEG in YCbCr, 4:2:0, one level",
  "Aperio, JPEG 2000, RGB (33005)",
  "Aperio, JPEG 2000, YCbCr 4:4:4 (33003)",
  "Aperio, JPEG 2000, YCbCr 4:2:2 (33003)",
  "Philips, padded levels",
  "Leica, a scan somewhere on the glass",
  "Ventana, plain",
  "Hamamatsu, restart markers listed",
];

const isInstalled = await openslideVersion().then(
  (version) => version !== null,
  () => false,
);

/** Level 0 of the scanned part; OpenSlide shows Leica's scan in its place on the glass. */
async function finest(slide: Slide, width: number, height: number) {
  const { left, top } = slide.bounds ?? { left: 0, top: 0 };
  return slide.readRegion(0, { left, top, width, height });
}

describe.skipIf(!isInstalled)("lowmag and OpenSlide (skipped where OpenSlide is not installed)", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lowmag-openslide-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(NAMES)("show the same pixels of %s", async (name) => {
    const fixture = SLIDE_FIXTURES.find((candidate) => candidate.name === name)!;
    const [file] = await fixture.files();
    const path = join(folder, fixture.open);
    await writeFile(path, file!.bytes);
    const own = await openSlide(path, { backend: "own" });
    const other = await openSlide(path, { backend: "openslide" });
    const { width, height } = own.levels[0]!;
    const [ours, theirs] = [await finest(own, width, height), await finest(other, width, height)];
    let apart = 0;
    for (let i = 0; i < ours.data.length; i++) if (ours.data[i] !== theirs.data[i]) apart++;
    expect(apart).toBe(0);
    // OpenSlide 3 states none for plain TIFF and Leica.
    if (other.mpp !== null) expect(other.mpp.x).toBeCloseTo(own.mpp!.x, 6);
    await own.close();
    await other.close();
  });
});
