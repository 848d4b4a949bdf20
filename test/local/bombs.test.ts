// Small files that hold, or claim to hold, very much: each ends within 5 s and 512 MB, in pixels or in a typed error.
// Every file is read in a process of its own, whose memory is measured.
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { encodePng } from "../../src/image/index.ts";
import { readInChild } from "../support/read-in-child.ts";
import { BOMBS, png } from "./bomb-files.ts";
import { folderOf, removeFolders } from "./folders.ts";

afterAll(removeFolders);

describe("a small file with", () => {
  it.each(BOMBS)("%s ends soon and in little memory", (_, file, make, outcome) => {
    const reading = readInChild(join(folderOf({ [file]: make() }), file));
    expect(reading.outcome).toMatch(outcome);
    expect(reading.seconds).toBeLessThan(5);
    expect(reading.growthMb).toBeLessThan(512);
  });

  it("Deep Zoom tiles of other sizes than it says ends soon and in little memory", async () => {
    const dzi = '<Image Format="png" Overlap="0" TileSize="256"><Size Width="256" Height="256"/></Image>';
    const small = await encodePng({ width: 16, height: 16, data: new Uint8Array(768) });
    for (const tile of [png(60_000, 60_000, 8, 3, false), png(11_500, 11_500, 8, 3, true), small]) {
      const folder = folderOf({ "x.dzi": dzi, "x_files/8/0_0.png": tile });
      const reading = readInChild(join(folder, "x.dzi"));
      expect(reading.outcome).toMatch(/^(corrupt-data|unsupported-format): .*x\.dzi level 8 tile 0, 0/);
      expect(reading.seconds).toBeLessThan(5);
      expect(reading.growthMb).toBeLessThan(512);
    }
  });
});
