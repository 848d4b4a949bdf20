// Deep Zoom images: what the XML may say, where tiles may lie, what damage does.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { encodePng } from "../../src/image/index.ts";
import { openSlide } from "../../src/local/index.ts";
import { folderOf, refusalOf, removeFolders } from "./folders.ts";

afterAll(removeFolders);

const xml = (
  attributes = 'Format="png" Overlap="0" TileSize="8"',
  size = 'Width="12" Height="8"',
  inside = "",
) =>
  `<?xml version="1.0"?><Image ${attributes} xmlns="http://schemas.microsoft.com/deepzoom/2008"><Size ${size}/>${inside}</Image>`;

const tile = (width: number, height: number, value: number) =>
  encodePng({ width, height, data: new Uint8Array(3 * width * height).fill(value) });

/** Level 4 of 12 x 8: two tiles; level 3 of 6 x 4: one. */
async function image(text = xml(), without: readonly string[] = []): Promise<string> {
  const tiles = {
    "x_files/4/0_0.png": await tile(8, 8, 10),
    "x_files/4/1_0.png": await tile(4, 8, 20),
    "x_files/3/0_0.png": await tile(6, 4, 15),
  };
  const kept = Object.entries(tiles).filter(([name]) => !without.includes(name));
  return folderOf({ "x.dzi": text, ...Object.fromEntries(kept) });
}

const open = (folder: string) => openSlide(join(folder, "x.dzi"), { backend: "own" });
const readAll = async (folder: string) => {
  const slide = await open(folder);
  return (await slide.readRegion(0, { left: 0, top: 0, width: 12, height: 8 })).data;
};

describe("a Deep Zoom image", () => {
  it("is opened by its XML file or by the folder that holds it", async () => {
    const folder = await image();
    for (const slide of [await open(folder), await openSlide(folder)]) {
      expect(slide.format).toBe("deep-zoom");
      expect(slide.levels.map(({ width, height }) => [width, height])).toEqual([
        [12, 8],
        [6, 4],
      ]);
      const { data } = await slide.readRegion(0, { left: 7, top: 0, width: 2, height: 1 });
      expect([...data]).toEqual([10, 10, 10, 20, 20, 20]);
    }
  });

  it("that lacks a tile is refused there, unless it says that it is sparse", async () => {
    const without = ["x_files/4/1_0.png"];
    expect(await refusalOf(async () => readAll(await image(xml(), without)))).toMatch(
      /^corrupt-data: .*x\.dzi level 4 tile 1, 0: expected the tile's file, got none: the copy is incomplete\./,
    );
    const rects =
      "<DisplayRects><DisplayRect MinLevel='1' MaxLevel='4'><Rect X='0' Y='0' Width='8' Height='8'/></DisplayRect></DisplayRects>";
    const sparse = await readAll(await image(xml(undefined, undefined, rects), without));
    expect(sparse[3 * 8]).toBe(255);
  });

  it("that lacks coarse levels says so; without its finest level it is refused", async () => {
    const slide = await open(await image(xml(), ["x_files/3/0_0.png"]));
    expect([slide.levels.length, slide.notes]).toEqual([1, ["Levels 3 of the Deep Zoom image are missing."]]);
    const finest = ["x_files/4/0_0.png", "x_files/4/1_0.png"];
    expect(await refusalOf(async () => open(await image(xml(), finest)))).toContain(
      "expected tiles of the finest level",
    );
  });

  it("whose tile has another size is refused there", async () => {
    const folder = folderOf({
      "x.dzi": xml(),
      "x_files/4/0_0.png": await tile(9, 8, 1),
      "x_files/4/1_0.png": await tile(4, 8, 1),
    });
    expect(await refusalOf(() => readAll(folder))).toMatch(
      /^(unsupported-format|corrupt-data): .*level 4 tile 0, 0/,
    );
  });

  it("may not lead out of its folder by links", async () => {
    const outside = folderOf({
      "0_0.png": await tile(8, 8, 99),
      "4/0_0.png": await tile(8, 8, 99),
      "4/1_0.png": await tile(4, 8, 99),
    });
    const linked = folderOf({ "x.dzi": xml() });
    symlinkSync(outside, join(linked, "x_files"));
    expect(await refusalOf(() => open(linked))).toContain(
      "expected its tiles beside it, got a link out of the folder",
    );
    const inside = await image(xml(), ["x_files/4/0_0.png"]);
    symlinkSync(join(outside, "0_0.png"), join(inside, "x_files/4/0_0.png"));
    expect(await refusalOf(() => readAll(inside))).toContain(
      "expected a file among the tiles, got a link out of the folder",
    );
  });

  it.each<[string, string, string]>([
    ["entities", `<!DOCTYPE Image [<!ENTITY a "8">]>${xml()}`, "corrupt-data"],
    [
      "a path for a format",
      xml('Format="png/../../../etc/passwd" Overlap="0" TileSize="8"'),
      "unsupported-format",
    ],
    [
      "an absolute path for a format",
      xml('Format="/etc/passwd" Overlap="0" TileSize="8"'),
      "unsupported-format",
    ],
    ["a NUL in its format", xml('Format="png&#0;" Overlap="0" TileSize="8"'), "corrupt-data"],
    [
      "a property of objects for a format",
      xml('Format="constructor" Overlap="0" TileSize="8"'),
      "unsupported-format",
    ],
    ["a million tiles of one pixel", xml('Format="png" Overlap="0" TileSize="1"'), "corrupt-data"],
    ["sides of 2^31", xml(undefined, 'Width="2147483648" Height="2147483648"'), "corrupt-data"],
    ["an unknown format", xml('Format="gif" Overlap="0" TileSize="8"'), "unsupported-format"],
    ["a tile of 2^31", xml('Format="png" Overlap="0" TileSize="2147483648"'), "corrupt-data"],
    ["an overlap beyond the tile", xml('Format="png" Overlap="9" TileSize="8"'), "corrupt-data"],
    ["a negative width", xml(undefined, 'Width="-12" Height="8"'), "corrupt-data"],
    ["no size", '<Image Format="png" Overlap="0" TileSize="8"/>', "unsupported-format"],
    ["an end too early", xml().slice(0, -10), "corrupt-data"],
    ["a long XML file", `${xml()}${" ".repeat(2 ** 20)}`, "corrupt-data"],
  ])("with %s is refused", async (_, text, code) => {
    expect(await refusalOf(async () => open(await image(text)))).toMatch(new RegExp(`^${code}: `));
  });
});
