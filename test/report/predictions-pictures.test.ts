// The picture of a prediction: pieces in the colours of their classes.
import { describe, expect, it } from "vitest";
import type { SlideOverlay } from "../../src/classify/index.ts";
import { type RgbImage, rgbImage } from "../../src/pixels/index.ts";
import { drawPredictionOverlay } from "../../src/report/index.ts";
import { makePrediction } from "./predictions-fixture.ts";

const { prediction, overlay } = makePrediction();
/** The first two classes' colours, as in the page's legend. */
const [ABNORMAL, NORMAL] = [
  [0x01, 0x73, 0xb3],
  [0xc5, 0x51, 0x0b],
];

function plain(width: number, height: number, grey = 200): RgbImage {
  return rgbImage(width, height, new Uint8Array(3 * width * height).fill(grey));
}

function pixel({ width, data }: RgbImage, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

describe("the overlay of a prediction", () => {
  it("outlines every piece in the colour of its class, at the thumbnail's scale", () => {
    const picture = drawPredictionOverlay(plain(400, 200), prediction, overlay);
    expect([picture.width, picture.height]).toEqual([400, 200]);
    // Level 0 halved: the left square's upper side runs from (50, 50) to (150, 50).
    expect(pixel(picture, 100, 50)).toEqual(ABNORMAL);
    expect(pixel(picture, 100, 150)).toEqual(ABNORMAL);
    expect(pixel(picture, 300, 50)).toEqual(NORMAL);
    expect(pixel(picture, 100, 100)).toEqual([200, 200, 200]);
    expect(pixel(picture, 200, 100)).toEqual([200, 200, 200]);
  });

  it("draws each piece's box and stands its number in white on its colour", () => {
    const picture = drawPredictionOverlay(plain(800, 400), prediction, overlay);
    expect(pixel(picture, 200, 80)).toEqual(ABNORMAL);
    expect(pixel(picture, 600, 319)).toEqual(NORMAL);
    const above = [];
    for (let y = 50; y < 80; y++) for (let x = 80; x < 110; x++) above.push(pixel(picture, x, y).join());
    expect(above).toContain(ABNORMAL!.join());
    expect(above).toContain("255,255,255");
  });

  it("does not let numbers hide each other", () => {
    const same = prediction.pieces.map((piece) => ({ ...piece, box: prediction.pieces[0]!.box }));
    const picture = drawPredictionOverlay(plain(800, 400), { ...prediction, pieces: same }, overlay);
    const colours = new Set<string>();
    for (let x = 80; x < 140; x++) colours.add(pixel(picture, x, 79).join());
    expect([...colours]).toEqual(expect.arrayContaining([ABNORMAL!.join(), NORMAL!.join()]));
  });

  it("tints tiles, which have no outlines, in the colours of their classes", () => {
    const tiles: SlideOverlay = { ...overlay, outlines: [] };
    const picture = drawPredictionOverlay(plain(400, 200), prediction, tiles);
    const [left, right] = [pixel(picture, 100, 100), pixel(picture, 300, 100)];
    expect(left[2]).toBeGreaterThan(left[0]!);
    expect(right[0]).toBeGreaterThan(right[2]!);
    expect(pixel(picture, 200, 100)).toEqual([200, 200, 200]);
  });

  it("leaves the thumbnail as it is and shrinks a large one", () => {
    const thumbnail = plain(1600, 800);
    const picture = drawPredictionOverlay(thumbnail, prediction, overlay, 400);
    expect([picture.width, picture.height]).toEqual([400, 200]);
    expect(thumbnail.data.every((value) => value === 200)).toBe(true);
  });

  it("bears outlines that lie outside the slide, or nowhere", () => {
    const wild = [-1e9, -1e9, 1e9, 1e9, Number.NaN, 3, 1e308, -1e308];
    const outlines = [{ piece: 1, polygons: [{ outer: Float64Array.from(wild), holes: [] }] }];
    const start = performance.now();
    const picture = drawPredictionOverlay(plain(400, 200), prediction, { ...overlay, outlines });
    expect(performance.now() - start).toBeLessThan(1000);
    // The line from far outside to far outside runs through the slide.
    expect(pixel(picture, 100, 100)).not.toEqual([200, 200, 200]);
  });
});
