// Real files: every one opens with correct values or is refused with the right reason, and its pixels are those that
// independent readers see, to the bit (test/golden/slide/make_regions.py).
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Slide } from "../../src/slide/index.ts";
import { openBytes } from "../support/open-bytes.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";

interface Golden {
  readonly reader: "openslide" | "tifffile";
  readonly levels: readonly (readonly [number, number])[];
  readonly regions: readonly {
    readonly level: number;
    readonly window: readonly [number, number, number, number];
    readonly sha256: string;
  }[];
  readonly associated: Readonly<
    Record<string, { readonly size: readonly number[]; readonly sha256: string }>
  >;
}

const goldens = JSON.parse(
  readFileSync(fileURLToPath(new URL("../golden/slide/regions.json", import.meta.url)), "utf8"),
) as Readonly<Record<string, Golden>>;

const folder = realData("slides");
const open = (name: string): Promise<Slide> => openBytes(readFileSync(`${folder}/${name}`), {}, name);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe.skipIf(folder === null)(`real slides${folder === null ? ` (${NO_REAL_DATA})` : ""}`, () => {
  it.each(Object.entries(goldens))(
    "%s has the levels and the pixels that others see",
    async (name, golden) => {
      const slide = await open(name);
      expect(slide.levels.map(({ width, height }) => [width, height])).toEqual(golden.levels);
      for (const { level, window, sha256: expected } of golden.regions) {
        const [left, top, width, height] = window;
        const { data } = await slide.readRegion(level, { left, top, width, height });
        expect(`${window} ${sha256(data)}`).toBe(`${window} ${expected}`);
      }
      for (const [picture, { size, sha256: expected }] of Object.entries(golden.associated)) {
        const image = await slide.readAssociated(picture);
        expect([image.width, image.height]).toEqual(size);
        expect(`${picture} ${sha256(image.data)}`).toBe(`${picture} ${expected}`);
      }
    },
  );

  it("state their µm/px, and where it came from", async () => {
    const facts: Record<string, unknown> = {};
    for (const name of Object.keys(goldens)) {
      const { format, mpp, mppSource, objective, associated, notes } = await open(name);
      const round = (value: number | undefined) =>
        value === undefined ? null : Number(value.toPrecision(5));
      facts[name] = [
        format,
        round(mpp?.x),
        round(mpp?.y),
        mppSource,
        objective,
        associated.map(({ name: picture }) => picture).join(" "),
        notes.length,
      ];
    }
    expect(facts).toEqual({
      "CMU-1-Small-Region.svs": ["aperio", 0.499, 0.499, "vendor", 20, "thumbnail label macro", 0],
      "tcga-cr-7395-01a-01-ts1.svs": ["aperio", null, null, null, null, "thumbnail", 0],
      "skin-10x-mpp1.172-11264x11264.tif": ["tiff", 1.172, 1.172, "resolution-tag", null, "", 0],
      "oral_scc_4x_mpp2.930_8256x8064.tif": ["tiff", 2.93, 2.93, "resolution-tag", null, "", 0],
      "OS-1-detail.ome.tif": ["ome-tiff", 0.2271, 0.2271, "ome", null, "", 0],
      "OS-2-ndpi.ome.tif": ["ome-tiff", 0.2271, 0.2271, "ome", null, "", 0],
      "aperio_raw_500x400_jp2k_1chnl.tif": [
        "aperio",
        0.4646,
        0.4646,
        "vendor",
        20,
        "thumbnail label macro",
        2,
      ],
    });
  });

  it("of fluorescence are refused for what they are", async () => {
    await expect(open("small_vectra.qptiff")).rejects.toMatchObject({
      code: "unsupported-format",
      got: "3 pictures of one channel each (fluorescence)",
    });
  });

  it("carry their colour profile, which changes no pixel", async () => {
    expect((await (await open("tcga-cr-7395-01a-01-ts1.svs")).readIccProfile())?.length).toBe(3144);
    expect(await (await open("CMU-1-Small-Region.svs")).readIccProfile()).toBeNull();
  });

  it("give nothing of names, dates and identifiers away", async () => {
    for (const name of Object.keys(goldens)) {
      const { properties, notes, vendor } = await open(name);
      const said = JSON.stringify([properties, notes, vendor]);
      expect(said).not.toMatch(
        /CPAPERIOCS|SS6111|b414003d|4845de29|12\/29\/09|01\/13\/10|09:59|CMU-1|51591|User|Filename/,
      );
    }
  });
});
