// Drawings as PNG: size, colours, white where the drawing is empty, and refusals.
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { decodeImage, rasteriseSvg } from "../../src/image/index.ts";

const svg = (content: string, width = 20, height = 10): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;

describe("rasteriseSvg", () => {
  it("draws at the scale asked for, on white", async () => {
    for (const [scale, width, height] of [
      [1, 20, 10],
      [3, 60, 30],
    ] as const) {
      const png = await rasteriseSvg(svg('<rect x="10" width="10" height="10" fill="#ff0000"/>'), scale);
      const { image } = await decodeImage(png);
      expect([image.width, image.height]).toEqual([width, height]);
      const at = (x: number, y: number) => [...image.data.subarray(3 * (y * width + x)).subarray(0, 3)];
      expect(at(1, 1)).toEqual([255, 255, 255]);
      expect(at(width - 2, 1)).toEqual([255, 0, 0]);
    }
  });

  it("gives the same bytes for the same drawing", async () => {
    const drawing = svg('<circle cx="5" cy="5" r="4"/>');
    expect(await rasteriseSvg(drawing)).toEqual(await rasteriseSvg(drawing));
  });

  it.each([["no drawing"], [svg("", 20_000, 20_000)]])("refuses %j", async (text) => {
    const error = await rasteriseSvg(text).catch((thrown: unknown) => thrown);
    expect(isLowmagError(error, "corrupt-data")).toBe(true);
  });
});
