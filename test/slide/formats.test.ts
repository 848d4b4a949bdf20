// What every TIFF-based format says of itself: levels, µm/px and its source, pictures beside the slide, and what is kept
// to itself. The files come from the fixture writers.
import { describe, expect, it } from "vitest";
import type { RgbImage } from "../../src/pixels/index.ts";
import type { Slide } from "../../src/slide/index.ts";
import { noise } from "../support/memory-slide.ts";
import { openBytes } from "../support/open-bytes.ts";
import { LABEL_COLOUR, MACRO_COLOUR, writeAperio } from "../support/slide-writers/aperio.ts";
import { writeGenericTiff } from "../support/slide-writers/generic-tiff.ts";
import { writeLeica } from "../support/slide-writers/leica.ts";
import { writeOmeTiff } from "../support/slide-writers/ome-tiff.ts";
import { drawPattern, pyramidOf } from "../support/slide-writers/pattern.ts";
import { writePhilips } from "../support/slide-writers/philips.ts";
import { type Directory, type Tag, writeTiff } from "../support/slide-writers/tiff-file.ts";
import { imageDirectory, type Storage } from "../support/slide-writers/tiles.ts";
import { writeVentana } from "../support/slide-writers/ventana.ts";

const image = drawPattern(301, 203);
const padded = drawPattern(320, 192);
const mpp = { x: 0.25, y: 0.25 };
const lzw: Storage = { compression: "lzw", predictor: true };
const tiles = { tileWidth: 64, tileHeight: 64 };
const text = (value: string): Tag => ({ tag: 270, type: "ascii", values: value });

const sizes = (slide: Slide) => slide.levels.map(({ width, height }) => `${width} x ${height}`);
const listed = (slide: Slide) => slide.associated.map(({ name, kind }) => `${name}: ${kind}`);
const page = (of: RgbImage, ...tags: Tag[]): Promise<Directory> => imageDirectory(of, tiles, lzw, tags);
const strip = (of: RgbImage, ...tags: Tag[]): Promise<Directory> =>
  imageDirectory(of, { rowsPerStrip: 9 }, lzw, tags);

/** Every pixel of a level against the image it was written from. */
async function expectPixels(slide: Slide, level: number, expected: RgbImage): Promise<void> {
  const { width, height } = expected;
  const { data } = await slide.readRegion(level, { left: 0, top: 0, width, height });
  expect(Buffer.compare(data, expected.data)).toBe(0);
}

async function meanColour(slide: Slide, name: string): Promise<number[]> {
  const { data } = await slide.readAssociated(name);
  const mean = (channel: number) => data.filter((_, k) => k % 3 === channel).reduce((a, b) => a + b, 0);
  return [0, 1, 2].map((channel) => Math.round(mean(channel) / (data.length / 3)));
}

describe("Aperio", () => {
  const request = { image, downsamples: [1, 4], mpp: 0.2525, objective: 40, tileSize: 64, storage: lzw };

  it("is read with its levels, facts and pictures", async () => {
    const slide = await openBytes(await writeAperio(request));
    expect(slide).toMatchObject({ format: "aperio", vendor: "Aperio", objective: 40, mppSource: "vendor" });
    expect(slide.mpp).toEqual({ x: 0.2525, y: 0.2525 });
    expect(sizes(slide)).toEqual(["301 x 203", "75 x 50"]);
    expect(slide.levels[1]!.downsampleX).toBe(301 / 75);
    expect(slide.levels[1]!.downsampleY).toBe(203 / 50);
    expect(listed(slide)).toEqual(["thumbnail: thumbnail", "label: label", "macro: macro"]);
    expect(slide.properties).toEqual({
      "aperio.library": "Aperio Image Library v11.2.1",
      "aperio.AppMag": "40",
      "aperio.MPP": "0.2525",
      "aperio.StripeWidth": "992",
    });
    for (const [level, expected] of pyramidOf(image, [1, 4]).entries())
      await expectPixels(slide, level, expected);
    expect(await meanColour(slide, "label")).toEqual([...LABEL_COLOUR]);
    const macro = await meanColour(slide, "macro");
    for (const [k, value] of MACRO_COLOUR.entries())
      expect(Math.abs(macro[k]! - value)).toBeLessThanOrEqual(2);
    await expect(slide.readAssociated("secret")).rejects.toThrow(/one of thumbnail, label, macro/);
  });

  it("without MPP falls back to the objective and says that it is rough; without both knows nothing", async () => {
    const rough = await openBytes(await writeAperio({ ...request, mpp: null, objective: 20 }));
    expect(rough).toMatchObject({ mpp: { x: 0.5, y: 0.5 }, mppSource: "objective" });
    expect(rough.notes.join()).toMatch(/10 \/ the objective power.*--mpp/);
    const none = await openBytes(await writeAperio({ ...request, mpp: null, objective: null }));
    expect(none).toMatchObject({ mpp: null, mppSource: null, objective: null });
  });

  it("does not believe an MPP that no microscope has", async () => {
    const slide = await openBytes(await writeAperio({ ...request, mpp: 254 }));
    expect(slide.mppSource).toBe("objective");
    expect(slide.notes.join()).toMatch(/the scanner's text says 254 x 254 µm\/px, which is not believed/);
  });

  it("of newer scanners tells label and macro by their subfile type", async () => {
    const kind = (value: number): Tag => ({ tag: 254, type: "long", values: [value] });
    const level = noise(150, 100);
    const bytes = writeTiff([
      await page(level, text("Aperio Leica Biosystems GT450 v1.0.1\r\n150x100|AppMag = 40|MPP = 0.26")),
      await strip(noise(30, 20), text("Aperio Leica Biosystems GT450 v1.0.1\r\n30x20")),
      await strip(noise(20, 20), kind(1), text("Aperio Leica Biosystems GT450 v1.0.1")),
      await strip(noise(40, 20), kind(9), text("Aperio Leica Biosystems GT450 v1.0.1")),
    ]);
    const slide = await openBytes(bytes);
    expect(listed(slide)).toEqual(["thumbnail: thumbnail", "label: label", "macro: macro"]);
    expect(slide.mpp?.x).toBe(0.26);
  });

  it("passes on no name, date or identifier", async () => {
    const secrets =
      "User = Jane Doe|Date = 12/29/09|Filename = 4711|ScanScope ID = SS1|Title = Doe^Jane|MPP = 0.5 Doe";
    const bytes = writeTiff([
      await page(image, text(`Aperio Image Library v11\r\n301x203|AppMag = 20|${secrets}`)),
    ]);
    const slide = await openBytes(bytes);
    expect(slide.properties).toEqual({ "aperio.library": "Aperio Image Library v11", "aperio.AppMag": "20" });
    expect(JSON.stringify([slide.notes, slide.associated])).not.toMatch(/Doe|4711|SS1/);
  });
});

describe("a plain TIFF", () => {
  const request = { image, mpp, downsamples: [1, 2.0005, 8], segmentation: tiles, storage: lzw };
  const KINDS: readonly Storage[] = [
    { compression: "none" },
    { compression: "none", bits: 16 },
    { compression: "packbits" },
    { compression: "lzw" },
    { compression: "lzw", predictor: true },
    { compression: "lzw", predictor: true, bits: 16 },
    { compression: "deflate", predictor: true },
    { compression: "adobe-deflate", predictor: true, bits: 16, planar: true },
    { compression: "deflate", planar: true },
  ];
  const LAYOUTS = [{}, { bigEndian: true }, { bigTiff: true, bigEndian: true }];
  const SEGMENTS = [tiles, { rowsPerStrip: 17 }, { rowsPerStrip: 203 }];

  it.each(KINDS)(
    "stored as %o has the pixels it was written with, tiled or stripped, in any layout",
    async (storage) => {
      for (const layout of LAYOUTS)
        for (const segmentation of SEGMENTS) {
          const bytes = await writeGenericTiff({ ...request, segmentation, storage, layout });
          const slide = await openBytes(bytes);
          expect(slide).toMatchObject({ format: "tiff", mpp, mppSource: "resolution-tag" });
          for (const [level, expected] of pyramidOf(image, request.downsamples).entries())
            await expectPixels(slide, level, expected);
        }
    },
  );

  it("with one grey channel shows it in all three, and says so", async () => {
    const bytes = await writeGenericTiff({
      ...request,
      storage: { compression: "lzw", grey: true, bits: 16 },
    });
    const slide = await openBytes(bytes);
    const grey = image.data.map((_, k) => image.data[k - (k % 3)]!);
    await expectPixels(slide, 0, { ...image, data: grey });
    expect(slide.notes).toEqual([
      "the slide has one channel, shown as grey",
      "16-bit samples are rounded to 8",
    ]);
  });

  it.each([
    ["inch", 0.25],
    ["centimetre", 0.25],
    [null, null],
  ] as const)("in pixels per %s states %s µm/px", async (unit, expected) => {
    const slide = await openBytes(await writeGenericTiff({ ...request, unit, repeatResolution: true }));
    expect(slide.mpp?.x ?? null).toBe(expected);
  });

  it("of 1,000 µm/px, a program's default, is not believed", async () => {
    const slide = await openBytes(await writeGenericTiff({ ...request, mpp: { x: 1000, y: 1000 } }));
    expect(slide.mpp).toBeNull();
    expect(slide.notes.join()).toMatch(/resolution tag says 1000 x 1000 µm\/px, which is not believed/);
  });

  it("takes as levels what has its aspect, and lists the rest", async () => {
    const bytes = writeTiff([
      await page(noise(20, 31)),
      await page(image),
      await page(noise(150, 101)),
      await page(noise(150, 150)),
      await page(noise(31, 21)),
    ]);
    const slide = await openBytes(bytes);
    expect(sizes(slide)).toEqual(["301 x 203", "150 x 101", "31 x 21"]);
    expect(listed(slide)).toEqual(["page 0: other", "page 3: other"]);
  });

  it("shows white where it holds no tile", async () => {
    const missing = (_: number, column: number, row: number) => column === 1 && row === 1;
    const slide = await openBytes(await writeGenericTiff({ ...request, missing }));
    const { data } = await slide.readRegion(0, { left: 64, top: 64, width: 64, height: 64 });
    expect(data.every((value) => value === 255)).toBe(true);
  });

  it("of many one-channel pictures is refused as fluorescence", async () => {
    const channel = await imageDirectory(image, tiles, { compression: "lzw", grey: true });
    await expect(openBytes(writeTiff([channel, channel, channel]))).rejects.toThrow(
      /3 pictures of one channel each \(fluorescence\)/,
    );
  });

  it("of a compression or a damage in a smaller level loses that level, and says so", async () => {
    const smaller = await page(noise(150, 101));
    const tags = smaller.tags.map((tag) => (tag.tag === 259 ? { ...tag, values: [50_001] } : tag));
    const slide = await openBytes(writeTiff([await page(image), { ...smaller, tags }]));
    expect(sizes(slide)).toEqual(["301 x 203"]);
    expect(slide.notes.join()).toMatch(/directory 1 is left out.*WebP/);
  });
});

describe("JPEG tiles", () => {
  it("are read in every colour they are stored in, whatever the directory says of it", async () => {
    const KINDS: readonly Storage[] = [
      { compression: "jpeg" },
      { compression: "jpeg", sharedTables: true },
      { compression: "jpeg", jpeg: { colour: "rgb" } },
      { compression: "jpeg", subsampled: true },
      { compression: "jpeg", subsampled: true, photometric: 2 },
    ];
    for (const storage of KINDS)
      for (const segmentation of [tiles, { rowsPerStrip: 48 }]) {
        const slide = await openBytes(
          await writeGenericTiff({ image, mpp, downsamples: [1], segmentation, storage }),
        );
        const { data } = await slide.readRegion(0, { left: 0, top: 0, width: 301, height: 203 });
        const error = data.reduce((sum, value, k) => sum + Math.abs(value - image.data[k]!), 0) / data.length;
        expect(error).toBeLessThan(2.5);
      }
  });

  it("in strips may keep the last strip as tall as the others", async () => {
    const storage = { compression: "jpeg" } as const;
    const tall = drawPattern(100, 96);
    const whole = await imageDirectory(tall, { rowsPerStrip: 48 }, storage);
    const tags = whole.tags.map((tag) => (tag.tag === 257 ? { ...tag, values: [70] } : tag));
    const slide = await openBytes(writeTiff([{ ...whole, tags }]));
    const { data } = await slide.readRegion(0, { left: 0, top: 0, width: 100, height: 70 });
    const error = data.reduce((sum, value, k) => sum + Math.abs(value - tall.data[k]!), 0) / data.length;
    expect(error).toBeLessThan(2.5);
  });
});

describe("OME-TIFF", () => {
  const request = { image, downsamples: [1, 2, 4], mpp: { x: 0.25, y: 0.3 }, tileSize: 64, storage: lzw };

  it.each(["µm", "nm", "mm"] as const)("in %s states its µm/px; its levels hang in SubIFDs", async (unit) => {
    const slide = await openBytes(await writeOmeTiff({ ...request, unit, objective: 20 }));
    expect(slide).toMatchObject({ format: "ome-tiff", mpp: request.mpp, mppSource: "ome", objective: 20 });
    expect(sizes(slide)).toEqual(["301 x 203", "150 x 101", "75 x 50"]);
    for (const [level, expected] of pyramidOf(image, [1, 2, 4]).entries())
      await expectPixels(slide, level, expected);
  });

  const ome = (images: string) =>
    `<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">${images}</OME>`;
  const omeImage = (name: string, width: number, height: number, ifd: number, more = 'SizeC="3"') =>
    `<Image ID="Image:${ifd}" Name="${name}"><Pixels SizeX="${width}" SizeY="${height}" ${more} ` +
    `PhysicalSizeX="0.5" PhysicalSizeY="0.5"><TiffData IFD="${ifd}"/></Pixels></Image>`;

  it("of several pictures shows the largest and lists the others by kind", async () => {
    const xml = ome(
      omeImage("label image", 40, 50, 0) + omeImage("macro image", 400, 300, 1) + omeImage("", 301, 203, 2),
    );
    const bytes = writeTiff([
      await page(noise(40, 50), text(xml)),
      await page(noise(400, 300)),
      await page(image),
    ]);
    const slide = await openBytes(bytes);
    expect(sizes(slide)).toEqual(["301 x 203"]);
    expect(listed(slide)).toEqual(["label: label", "macro: macro"]);
  });

  it("of channels in planes of their own is refused as fluorescence", async () => {
    const channel = await imageDirectory(image, tiles, { compression: "lzw", grey: true }, [
      text(ome(omeImage("", 301, 203, 0, 'SizeC="5"'))),
    ]);
    await expect(openBytes(writeTiff([channel]))).rejects.toThrow(/5 pictures of one channel each/);
  });

  it("whose description has a document type or is broken is read as a plain TIFF, and says so", async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>${ome(omeImage("", 301, 203, 0)).slice(21)}`;
    for (const xml of [bomb, ome(omeImage("", 301, 203, 0)).slice(0, -5), ome("&a;")]) {
      const slide = await openBytes(writeTiff([await page(image, text(xml))]));
      expect(slide.format).toBe("tiff");
      expect(slide.notes[0]).toMatch(/the OME description is not used/);
    }
  });

  it("whose description speaks of another size is damaged", async () => {
    const bytes = writeTiff([await page(image, text(ome(omeImage("", 999, 203, 0))))]);
    await expect(openBytes(bytes)).rejects.toThrow(/expected 999 x 203 pixels, as the OME description says/);
  });
});

describe("Philips", () => {
  it("shows its levels without their padding, and lists the pictures of its description", async () => {
    const bytes = await writePhilips({ image: padded, mpp: 0.25, downsamples: [1, 2, 4], tileSize: 64 });
    const slide = await openBytes(bytes);
    expect(slide).toMatchObject({ format: "philips", vendor: "Philips", mpp, mppSource: "vendor" });
    expect(sizes(slide)).toEqual(["320 x 192", "160 x 96", "80 x 48"]);
    expect(slide.levels.map(({ downsampleX }) => downsampleX)).toEqual([1, 2, 4]);
    expect(listed(slide)).toEqual(["macro: macro", "label: label"]);
    const label = await meanColour(slide, "label");
    for (const [k, value] of LABEL_COLOUR.entries())
      expect(Math.abs(label[k]! - value)).toBeLessThanOrEqual(2);
    // Padding is black in the file: what lies beyond the level must be white.
    const beyond = await slide.readRegion(1, { left: 160, top: 0, width: 20, height: 20 });
    expect(beyond.data.every((value) => value === 255)).toBe(true);
  });
});

describe("Leica SCN", () => {
  const request = { image, mpp: 0.25, downsamples: [1, 4], tileSize: 64, origin: { x: 100, y: 60 } };

  it("shows the scan and lists the glass as its macro", async () => {
    const slide = await openBytes(await writeLeica(request));
    expect(slide).toMatchObject({
      format: "leica",
      vendor: "Leica",
      mpp,
      mppSource: "vendor",
      objective: 40,
    });
    expect(sizes(slide)).toEqual(["301 x 203", "75 x 50"]);
    expect(listed(slide)).toEqual(["macro: macro"]);
    expect(slide.properties).toEqual({ "leica.device-model": "Leica SCN400", "leica.aperture": "0.65" });
  });

  it("of fluorescence is refused for what it is", async () => {
    const bytes = Buffer.from(await writeLeica(request)).toString("latin1");
    const aperture = "</numericalAperture><illuminationSource>";
    const dyed = bytes.replaceAll(`0.65${aperture}brightfield<`, `0.6${aperture}fluorescence<`);
    await expect(openBytes(Buffer.from(dyed, "latin1"))).rejects.toThrow(/got a fluorescence scan/);
  });
});

describe("Ventana", () => {
  const request = { image: padded, mpp: 0.25, downsamples: [1, 2, 4], tileSize: 64 };

  it("is read where it is plain", async () => {
    const slide = await openBytes(await writeVentana(request));
    expect(slide).toMatchObject({
      format: "ventana",
      vendor: "Ventana",
      mpp,
      mppSource: "vendor",
      objective: 40,
    });
    expect(sizes(slide)).toEqual(["320 x 192", "160 x 96", "80 x 48"]);
    expect(listed(slide)).toEqual(["label: label"]);
    expect(slide.properties["ventana.ScannerModel"]).toBe("VENTANA iScan HT");
    expect(JSON.stringify(slide.properties)).not.toContain("2000515");
  });

  it("whose fields overlap is refused, with a way out", async () => {
    await expect(openBytes(await writeVentana({ ...request, overlap: 12 }))).rejects.toThrow(
      /got fields that overlap\. Install OpenSlide/,
    );
  });
});

describe("QPTIFF", () => {
  it("of brightfield is a pyramid with label and overview by their types", async () => {
    const qpi = (type: string) =>
      text(
        `<?xml version="1.0" encoding="utf-16"?><PerkinElmer-QPI-ImageDescription><ImageType>${type}</ImageType>` +
          `<SlideID>Doe</SlideID><Objective>20x</Objective></PerkinElmer-QPI-ImageDescription>`,
      );
    const bytes = writeTiff([
      await page(image, qpi("FullResolution")),
      await page(noise(60, 40), qpi("Thumbnail")),
      await page(noise(150, 101), qpi("ReducedResolution")),
      await page(noise(90, 40), qpi("Overview")),
      await page(noise(40, 40), qpi("Label")),
    ]);
    const slide = await openBytes(bytes);
    expect(slide).toMatchObject({ vendor: "PerkinElmer", objective: 20, mpp: { x: 0.5, y: 0.5 } });
    expect(sizes(slide)).toEqual(["301 x 203", "150 x 101"]);
    expect(listed(slide)).toEqual(["thumbnail: thumbnail", "macro: macro", "label: label"]);
    expect(JSON.stringify(slide.properties)).not.toContain("Doe");
  });
});
