// Masks of real slides: what a person saw on them, as shares and pieces.

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type RgbImage, resampleArea } from "../../src/pixels/index.ts";
import { blurLimit, blurScore, findPieces, findTissue } from "../../src/tissue/index.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";

/** A page of a TIFF, read beside lowmag's own reader, at about 8 µm/px. */
async function thumbnail(path: string, page: number, mpp: number): Promise<RgbImage> {
  const { data, info } = await sharp(path, { page, limitInputPixels: false, ignoreIcc: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const image = { width: info.width, height: info.height, data: new Uint8Array(data) };
  const side = (pixels: number) => Math.round((pixels * mpp) / 8);
  return mpp >= 8 ? image : resampleArea(image, side(info.width), side(info.height));
}

const skin = realData("slides/skin-10x-mpp1.172-11264x11264.tif");
const cmu = realData("slides/CMU-1-Small-Region.svs");
const oral = realData("slides/oral_scc_4x_mpp2.930_8256x8064.tif");

describe.skipIf(skin === null || cmu === null || oral === null)(`real slides (${NO_REAL_DATA})`, () => {
  it("of skin full of tissue, with white gaps of stitching, are two pieces and not their dark half", async () => {
    const mask = findTissue(await thumbnail(skin!, 3, 1.172 * 8), { mpp: 1.172 * 8 });
    expect(mask.otsu).toBeGreaterThan(40); // would split pale dermis from dark
    expect(mask.tissueShare).toBeGreaterThan(0.88);
    expect(mask.tissueShare).toBeLessThan(0.96);
    expect(findPieces(mask)).toHaveLength(2);
  });

  it("of skin on glass are one piece without the dust", async () => {
    const image = await thumbnail(cmu!, 0, 0.499);
    const mask = findTissue(image, { mpp: 8 });
    expect(mask.tissueShare).toBeGreaterThan(0.33);
    expect(mask.tissueShare).toBeLessThan(0.45);
    expect(mask.pen?.share).toBe(0);
    expect(findPieces(mask)).toHaveLength(1);
  });

  it("of a mouth floor are one large piece and its crumbs, whatever the method", async () => {
    const image = await thumbnail(oral!, 2, 2.93 * 4);
    for (const method of ["saturation", "grey", "optical-density", "texture"] as const) {
      const mask = findTissue(image, { mpp: 2.93 * 4, method });
      const areas = findPieces(mask)
        .map(({ area }) => area / 1e6)
        .sort((a, b) => b - a);
      expect(areas[0]).toBeGreaterThan(140);
      expect(areas[0]).toBeLessThan(162);
      expect(areas.slice(1).every((area) => area < 6)).toBe(true);
    }
  });

  it("in focus are below the limit of blur", async () => {
    const { data, info } = await sharp(cmu!, { page: 0 })
      .extract({ left: 600, top: 1200, width: 700, height: 700 })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const score = blurScore({ width: info.width, height: info.height, data: new Uint8Array(data) }, 0.499)!;
    expect(score).toBeGreaterThan(0.4);
    expect(score).toBeLessThan(blurLimit(0.499));
  });
});
