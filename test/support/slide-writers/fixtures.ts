// Every format and level layout that lowmag reads, written from one pattern, with what a reader must make of it.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  encodeJpeg,
  encodePng,
  type PyramidOptions,
  type PyramidSource,
  writePyramid,
} from "../../../src/image/index.ts";
import type { PixelSize, RgbImage } from "../../../src/pixels/index.ts";
import type { SlideFormat, SlideMppSource } from "../../../src/slide/index.ts";
import { writeAperio } from "./aperio.ts";
import { writeDeepZoom } from "./deep-zoom.ts";
import { type DicomRequest, writeDicom } from "./dicom.ts";
import { type PyramidRequest, writeGenericTiff } from "./generic-tiff.ts";
import { jpeg2000Tiles } from "./jpeg2000.ts";
import { writeLeica } from "./leica.ts";
import { writeNdpi } from "./ndpi.ts";
import { type OmeRequest, writeOmeTiff } from "./ome-tiff.ts";
import { drawPattern, levelSizes, PATTERN_MPP } from "./pattern.ts";
import { writePhilips } from "./philips.ts";
import { writeVentana } from "./ventana.ts";

/** A file of a slide; names have "/" separators. */
export interface FixtureFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A slide to be written, and the truth about it. */
export interface SlideFixture {
  readonly name: string;
  readonly format: SlideFormat;
  readonly files: () => Promise<readonly FixtureFile[]>;
  /** What is opened, below the folder with the files; "" is the folder itself. */
  readonly open: string;
  /** Level 0 as it was before compression. */
  readonly level0: RgbImage;
  /** Level sizes, finest first. */
  readonly levels: readonly (readonly [width: number, height: number])[];
  /** Greatest mean difference of a sample after reading; 0 where the format is lossless. */
  readonly tolerance: number;
  /** Grey: all channels show the first. */
  readonly grey?: boolean;
  /** µm/px that the file states; `null` when it states none and the test must give it. */
  readonly mpp: PixelSize | null;
  readonly mppSource: SlideMppSource | null;
  readonly objective: number | null;
  readonly associated: readonly string[];
  /** Tiles of a level that the file does not hold. */
  readonly missing?: readonly { readonly level: number; readonly column: number; readonly row: number }[];
  readonly tileSize?: number;
}

const MPP = { x: PATTERN_MPP, y: PATTERN_MPP };
const PATTERN = drawPattern();
/** For formats whose level 0 is made of whole fields. */
const FIELDS = drawPattern(1280, 1024);
const TILES = { tileWidth: 256, tileHeight: 256 };
/** Sharp discs at a quality of 92 or more: see the lossless formats for exactness. */
const LOSSY = 1.2;

function one(name: string, bytes: () => Promise<Uint8Array>) {
  return { open: name, files: async () => [{ name, bytes: await bytes() }] };
}

function generic(
  name: string,
  request: Partial<PyramidRequest> & Pick<PyramidRequest, "storage">,
  more: Partial<SlideFixture> = {},
): SlideFixture {
  const image = request.image ?? PATTERN;
  const downsamples = request.downsamples ?? [1, 2, 4, 8];
  return {
    name: `TIFF, ${name}`,
    format: "tiff",
    ...one("slide.tif", () =>
      writeGenericTiff({ image, mpp: MPP, downsamples, segmentation: TILES, ...request }),
    ),
    level0: image,
    levels: levelSizes(image.width, image.height, downsamples),
    tolerance: request.storage.compression === "jpeg" ? LOSSY : 0,
    mpp: MPP,
    mppSource: "resolution-tag",
    objective: null,
    associated: [],
    ...more,
  };
}

const MISSING = [
  { level: 0, column: 1, row: 2 },
  { level: 1, column: 0, row: 0 },
];
const isMissing = (level: number, column: number, row: number) =>
  MISSING.some((tile) => tile.level === level && tile.column === column && tile.row === row);

/** Plain pyramids: every compression, both byte orders, classic and BigTIFF, tiles and strips, units, layouts. */
const GENERIC: readonly SlideFixture[] = [
  generic("deflate, levels 1/2/4/8", { storage: { compression: "deflate" } }),
  generic("Adobe deflate with predictor, levels 1/4/16", {
    storage: { compression: "adobe-deflate", predictor: true },
    downsamples: [1, 4, 16],
  }),
  generic("LZW, one level", { storage: { compression: "lzw" }, downsamples: [1] }),
  generic("LZW with predictor, odd level ratios", {
    storage: { compression: "lzw", predictor: true },
    downsamples: [1, 2.0005, 5.3, 11.7],
  }),
  generic("PackBits, tiles of 240 x 128", {
    storage: { compression: "packbits" },
    segmentation: { tileWidth: 240, tileHeight: 128 },
  }),
  generic("uncompressed, big endian", { storage: { compression: "none" }, layout: { bigEndian: true } }),
  generic("BigTIFF, deflate", { storage: { compression: "deflate" }, layout: { bigTiff: true } }),
  generic("BigTIFF, big endian, LZW with predictor", {
    storage: { compression: "lzw", predictor: true },
    layout: { bigTiff: true, bigEndian: true },
  }),
  generic("16 bits with predictor", { storage: { compression: "deflate", bits: 16, predictor: true } }),
  generic("16 bits, big endian, LZW", {
    storage: { compression: "lzw", bits: 16 },
    layout: { bigEndian: true },
  }),
  generic("grey, uncompressed", { storage: { compression: "none", grey: true } }, { grey: true }),
  generic("separate planes, deflate", { storage: { compression: "deflate", planar: true } }),
  generic("strips of 37 rows, LZW with predictor", {
    storage: { compression: "lzw", predictor: true },
    segmentation: { rowsPerStrip: 37 },
  }),
  generic("missing tiles", { storage: { compression: "deflate" }, missing: isMissing }, { missing: MISSING }),
  generic("inches", { storage: { compression: "deflate" }, unit: "inch", downsamples: [1, 3, 9] }),
  generic("level 0's resolution repeated on every level", {
    storage: { compression: "deflate" },
    repeatResolution: true,
    downsamples: [1, 4],
  }),
  generic(
    "pixels that are not square",
    {
      storage: { compression: "deflate" },
      image: drawPattern(1203, 640, { x: PATTERN_MPP, y: 0.375 }),
      mpp: { x: PATTERN_MPP, y: 0.375 },
    },
    { mpp: { x: PATTERN_MPP, y: 0.375 } },
  ),
  generic(
    "no resolution",
    { storage: { compression: "deflate" }, unit: null },
    { mpp: null, mppSource: null },
  ),
  generic("JPEG, a whole stream per tile", { storage: { compression: "jpeg" } }),
  generic("JPEG, shared tables, levels 1/4/16", {
    storage: { compression: "jpeg", sharedTables: true },
    downsamples: [1, 4, 16],
  }),
  generic("JPEG 4:2:0", { storage: { compression: "jpeg", subsampled: true } }),
  generic("JPEG 4:2:0 that calls itself RGB", {
    storage: { compression: "jpeg", subsampled: true, photometric: 2 },
  }),
  generic("JPEG, RGB without any marker", {
    storage: { compression: "jpeg", jpeg: { colour: "rgb" }, sharedTables: true },
  }),
  generic("JPEG, RGB with Adobe's marker", {
    storage: { compression: "jpeg", jpeg: { colour: "rgb", marker: "adobe" } },
  }),
  generic("JPEG, grey", { storage: { compression: "jpeg", grey: true } }, { grey: true }),
  generic("JPEG with restart markers", { storage: { compression: "jpeg", jpeg: { restartInterval: 5 } } }),
  generic("JPEG in strips", {
    storage: { compression: "jpeg", sharedTables: true },
    segmentation: { rowsPerStrip: 64 },
    downsamples: [1, 2],
  }),
];

function aperio(
  name: string,
  request: Partial<Parameters<typeof writeAperio>[0]>,
  more: Partial<SlideFixture> = {},
): SlideFixture {
  const downsamples = request.downsamples ?? [1, 4, 16];
  return {
    name: `Aperio, ${name}`,
    format: "aperio",
    ...one("slide.svs", () =>
      writeAperio({
        image: PATTERN,
        downsamples,
        mpp: PATTERN_MPP,
        objective: 40,
        tileSize: 240,
        storage: { compression: "jpeg", jpeg: { colour: "rgb" }, sharedTables: true },
        ...request,
      }),
    ),
    level0: PATTERN,
    levels: levelSizes(PATTERN.width, PATTERN.height, downsamples),
    tolerance: LOSSY,
    mpp: MPP,
    mppSource: "vendor",
    objective: 40,
    associated: ["label", "macro", "thumbnail"],
    ...more,
  };
}

const J2K = { downsamples: [1, 4] };

const APERIO: readonly SlideFixture[] = [
  aperio("JPEG in RGB, levels 1/4/16", {}),
  aperio("JPEG in YCbCr, 4:2:0, one level", {
    storage: { compression: "jpeg", subsampled: true },
    downsamples: [1],
  }),
  aperio("BigTIFF, levels 1/2/4/8", { downsamples: [1, 2, 4, 8], layout: { bigTiff: true } }),
  aperio("missing tiles", { missing: isMissing }, { missing: MISSING, tileSize: 240 }),
  aperio("no µm/px but a power", { mpp: null }, { mpp: { x: 0.25, y: 0.25 }, mppSource: "objective" }),
  aperio("JPEG 2000, RGB (33005)", { ...J2K, compressed: { tag: 33005, tiles: jpeg2000Tiles("rgb") } }),
  aperio("JPEG 2000, YCbCr 4:4:4 (33003)", {
    ...J2K,
    compressed: { tag: 33003, tiles: jpeg2000Tiles("ycbcr-444") },
  }),
  aperio("JPEG 2000, YCbCr 4:2:2 (33003)", {
    ...J2K,
    compressed: { tag: 33003, tiles: jpeg2000Tiles("ycbcr-422") },
  }),
];

function ome(
  name: string,
  request: Partial<OmeRequest> & Pick<OmeRequest, "unit" | "storage">,
): SlideFixture {
  const downsamples = request.downsamples ?? [1, 2, 4];
  return {
    name: `OME-TIFF, ${name}`,
    format: "ome-tiff",
    ...one("slide.ome.tif", () =>
      writeOmeTiff({ image: PATTERN, downsamples, mpp: MPP, tileSize: 256, ...request }),
    ),
    level0: PATTERN,
    levels: levelSizes(PATTERN.width, PATTERN.height, downsamples),
    tolerance: request.storage.compression === "jpeg" ? LOSSY : 0,
    mpp: MPP,
    mppSource: "ome",
    objective: request.objective ?? null,
    associated: [],
  };
}

const OME: readonly SlideFixture[] = [
  ome("µm, SubIFDs", { unit: "µm", storage: { compression: "deflate" }, objective: 40 }),
  ome("mm, BigTIFF, one level", {
    unit: "mm",
    storage: { compression: "lzw" },
    downsamples: [1],
    layout: { bigTiff: true },
  }),
  ome("nm, JPEG that calls itself RGB, levels 1/4/16", {
    unit: "nm",
    storage: { compression: "jpeg", subsampled: true, photometric: 2 },
    downsamples: [1, 4, 16],
  }),
];

const VENDORS: readonly SlideFixture[] = [
  {
    name: "Philips, padded levels",
    format: "philips",
    ...one("slide.tiff", () =>
      writePhilips({ image: FIELDS, mpp: PATTERN_MPP, downsamples: [1, 2, 4, 8], tileSize: 256 }),
    ),
    level0: FIELDS,
    levels: levelSizes(1280, 1024, [1, 2, 4, 8]),
    tolerance: LOSSY,
    mpp: MPP,
    mppSource: "vendor",
    objective: null,
    associated: ["label", "macro"],
  },
  {
    name: "Leica, a scan somewhere on the glass",
    format: "leica",
    ...one("slide.scn", () =>
      writeLeica({
        image: PATTERN,
        mpp: PATTERN_MPP,
        downsamples: [1, 4, 16],
        tileSize: 256,
        origin: { x: 400, y: 200 },
      }),
    ),
    level0: PATTERN,
    levels: levelSizes(PATTERN.width, PATTERN.height, [1, 4, 16]),
    tolerance: LOSSY,
    mpp: MPP,
    mppSource: "vendor",
    objective: 40,
    associated: ["macro"],
  },
  {
    name: "Ventana, plain",
    format: "ventana",
    ...one("slide.bif", () =>
      writeVentana({ image: FIELDS, mpp: PATTERN_MPP, downsamples: [1, 2, 4, 8], tileSize: 256 }),
    ),
    level0: FIELDS,
    levels: levelSizes(1280, 1024, [1, 2, 4, 8]),
    tolerance: LOSSY,
    mpp: MPP,
    mppSource: "vendor",
    objective: 40,
    associated: ["label"],
  },
  ...[true, false].map((starts): SlideFixture => {
    const image = drawPattern(1216, 912);
    return {
      name: `Hamamatsu, restart markers ${starts ? "listed" : "not listed"}`,
      format: "hamamatsu",
      ...one("slide.ndpi", async () =>
        writeNdpi({
          image,
          mpp: PATTERN_MPP,
          downsamples: [1, 2, 4, 8],
          restartInterval: 19,
          withoutStarts: !starts,
        }),
      ),
      level0: image,
      levels: levelSizes(1216, 912, [1, 2, 4, 8]),
      tolerance: LOSSY,
      mpp: MPP,
      mppSource: "resolution-tag",
      objective: 40,
      associated: ["macro"],
    };
  }),
];

function dicom(
  name: string,
  request: Partial<DicomRequest> & Pick<DicomRequest, "pixels" | "sparse">,
  more: Partial<SlideFixture> = {},
): SlideFixture {
  const downsamples = request.downsamples ?? [1, 2, 4];
  const complete: DicomRequest = {
    image: PATTERN,
    mpp: PATTERN_MPP,
    downsamples,
    tileSize: 256,
    offsetTable: true,
    ...request,
  };
  return {
    name: `DICOM, ${name}`,
    format: "dicom",
    open: "",
    files: async () => writeDicom(complete),
    level0: PATTERN,
    levels: levelSizes(PATTERN.width, PATTERN.height, downsamples),
    tolerance: request.pixels === "jpeg" ? LOSSY : 0,
    mpp: MPP,
    mppSource: "dicom",
    objective: 40,
    associated: request.label === true ? ["label"] : [],
    ...more,
  };
}

const DICOM: readonly SlideFixture[] = [
  dicom("tiled fully, JPEG, with a label", { pixels: "jpeg", sparse: false, label: true }),
  dicom("tiled fully, JPEG, empty offset table, levels 1/4/16", {
    pixels: "jpeg",
    sparse: false,
    offsetTable: false,
    downsamples: [1, 4, 16],
  }),
  dicom("tiled fully, native, one level", { pixels: "native", sparse: false, downsamples: [1] }),
  dicom("tiled sparsely, native", { pixels: "native", sparse: true }),
  dicom(
    "tiled sparsely, JPEG, missing tiles",
    { pixels: "jpeg", sparse: true, missing: isMissing },
    { missing: MISSING },
  ),
];

function deepZoom(format: "png" | "jpeg", tileSize: number, overlap: number): SlideFixture {
  const levels: [number, number][] = [[PATTERN.width, PATTERN.height]];
  for (let factor = 2; Math.max(...levels.at(-1)!) > tileSize; factor *= 2)
    levels.push([Math.ceil(PATTERN.width / factor), Math.ceil(PATTERN.height / factor)]);
  return {
    name: `Deep Zoom, ${format}, overlap ${overlap}`,
    format: "deep-zoom",
    open: "slide.dzi",
    files: () => writeDeepZoom({ image: PATTERN, tileSize, overlap, format }),
    level0: PATTERN,
    levels,
    tolerance: format === "png" ? 0 : LOSSY,
    mpp: null,
    mppSource: null,
    objective: null,
    associated: [],
  };
}

function picture(name: string, bytes: () => Promise<Uint8Array>, tolerance: number): SlideFixture {
  return {
    name: `image, ${name}`,
    format: "image",
    ...one(name, bytes),
    level0: PATTERN,
    levels: [[PATTERN.width, PATTERN.height]],
    tolerance,
    mpp: null,
    mppSource: null,
    objective: null,
    associated: [],
  };
}

/** What lowmag itself writes. */
function own(name: string, options: PyramidOptions, downsamples: readonly number[]): SlideFixture {
  const { width, height, data } = PATTERN;
  const source: PyramidSource = {
    width,
    height,
    mpp: MPP,
    read: (_left, top, columns, rows) => ({
      width: columns,
      height: rows,
      data: data.subarray(3 * top * width, 3 * (top + rows) * width),
    }),
  };
  const bytes = async () => {
    const folder = await mkdtemp(join(tmpdir(), "lowmag-own-pyramid-"));
    await writePyramid(join(folder, "slide.tif"), source, options);
    const written = await readFile(join(folder, "slide.tif"));
    await rm(folder, { recursive: true });
    return new Uint8Array(written);
  };
  return {
    ...generic(name, {
      storage: { compression: options.compression?.kind === "deflate" ? "deflate" : "jpeg" },
      downsamples,
    }),
    ...one("slide.tif", bytes),
  };
}

/** Everything. */
export const SLIDE_FIXTURES: readonly SlideFixture[] = [
  ...GENERIC,
  own(
    "written by lowmag, deflate, BigTIFF",
    { compression: { kind: "deflate" }, bigTiff: true },
    [1, 2, 4, 8],
  ),
  own(
    "written by lowmag, JPEG, levels 1/4/16",
    { compression: { kind: "jpeg", quality: 95 }, step: 4 },
    [1, 4, 16],
  ),
  ...APERIO,
  ...OME,
  ...VENDORS,
  ...DICOM,
  deepZoom("png", 254, 1),
  deepZoom("jpeg", 256, 0),
  picture("slide.png", () => encodePng(PATTERN), 0),
  picture("slide.jpg", () => encodeJpeg(PATTERN, 95), LOSSY),
];
