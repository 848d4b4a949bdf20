// Small files that hold, or claim to hold, very much, and what reading each must end in.
import { crc32, deflateSync } from "node:zlib";
import { jpeg2000Samples, jpegSamples, sampleNamed } from "../codec/samples.ts";
import { dicomFile, JPEG } from "../slide/dicom-file.ts";
import { bytesOf, ndpiSource, startsOf, withFrame } from "../slide/ndpi-file.ts";
import { encodeLzw } from "../support/slide-writers/compression.ts";
import { encodeBaselineJpeg } from "../support/slide-writers/jpeg.ts";
import { type Tag, writeTiff } from "../support/slide-writers/tiff-file.ts";
import { entryAt } from "../support/tiff-patch.ts";

const DEFLATE = 8;
const MB = 2 ** 20;

/** The tags of an RGB picture of one size and tile size. */
function tags(side: number, tile: number, compression: number, more: readonly Tag[] = []): readonly Tag[] {
  const long = (tag: number, value: number): Tag => ({ tag, type: "long", values: [value] });
  const samples: Tag = { tag: 258, type: "short", values: [8, 8, 8] };
  const numbers = [long(256, side), long(257, side), long(259, compression), long(262, 2), long(277, 3)];
  return [...numbers, long(322, tile), long(323, tile), samples, ...more].sort((a, b) => a.tag - b.tag);
}

/** A slide of one tile. */
function oneTile(tile: number, compression: number, data: Uint8Array, more: readonly Tag[] = []): Uint8Array {
  return writeTiff([{ tiled: true, segments: [data], tags: tags(tile, tile, compression, more) }]);
}

/** A PNG whose pixels are zeros, or that ends before them. */
export function png(width: number, height: number, bits: 8 | 16, colours: 3 | 4, whole: boolean): Uint8Array {
  const chunk = (name: string, data: Uint8Array) => {
    const bytes = new Uint8Array(12 + data.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, data.length);
    bytes.set(new TextEncoder().encode(name), 4);
    bytes.set(data, 8);
    view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
    return bytes;
  };
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([bits, colours === 3 ? 2 : 6], 8);
  const pixels = new Uint8Array(whole ? height * (1 + (width * bits * colours) / 8) : 100);
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels, { level: 1 })),
    chunk("IEND", new Uint8Array(0)),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

/** A JPEG whose frame states another size. */
function jpegOf(width: number, height: number): Uint8Array {
  const copy = sampleNamed(jpegSamples(), "4:2:0 67 x 53").tile.data.slice();
  let at = 2;
  while (copy[at + 1] !== 0xc0) at += 2 + copy[at + 2]! * 256 + copy[at + 3]!;
  new DataView(copy.buffer).setUint32(at + 5, height * 65_536 + width);
  return copy;
}

/** A JPEG 2000 stream whose image and tile state another size. */
function jpeg2000Of(side: number): Uint8Array {
  const copy = sampleNamed(jpeg2000Samples(), "irreversible 64 x 64").tile.data.slice();
  const view = new DataView(copy.buffer);
  for (const at of [8, 12, 24, 28]) view.setUint32(at, side);
  return copy;
}

/** Lossless WebP of 16,383 x 16,383, of which only the header is there. */
function webp(): Uint8Array {
  const bytes = new Uint8Array(34);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("RIFF"), 0);
  view.setUint32(4, 26, true);
  bytes.set(new TextEncoder().encode("WEBPVP8L"), 8);
  view.setUint32(16, 14, true);
  view.setUint8(20, 0x2f);
  view.setUint32(21, 16_382 | (16_382 << 14), true);
  return bytes;
}

/** Text of 11 MB. */
const LONG_TEXT = () => new Uint8Array(11 * MB).fill(0x78);

/** XML of 11 MB with 200,000 elements. */
function longXml(root: string): Uint8Array {
  const start = new TextEncoder().encode(`<${root}>`);
  const bytes = new Uint8Array(11 * MB).fill(0x20);
  bytes.set(start);
  const item = new TextEncoder().encode("<joint/>");
  for (let i = 0; i < 200_000; i++) bytes.set(item, start.length + 40 * i);
  bytes.set(new TextEncoder().encode(`</${root}>`), bytes.length - start.length - 1);
  return bytes;
}

/** 500 directories whose text or tables of 11 MB lie at the same place. */
function shared(tag: 270 | 347 | 700, text: Uint8Array): Uint8Array {
  const data = deflateSync(new Uint8Array(3 * 64 * 64));
  const type = tag === 270 ? "ascii" : tag === 347 ? "undefined" : "byte";
  const own = (values: Uint8Array): Tag => ({ tag, type, values });
  const pages = Array.from({ length: 500 }, (_, i) => ({
    tiled: true,
    segments: [data],
    tags: tags(64, 64, DEFLATE, [own(i === 0 ? text : Uint8Array.of(0x78, 0x78, 0x78, 0x78, 0x78, 0))]),
  }));
  const bytes = writeTiff(pages);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = entryAt(bytes, 0, tag);
  for (let i = 1; i < pages.length; i++) {
    const { count, value } = entryAt(bytes, i, tag);
    view.setUint32(count, text.length, true);
    view.setUint32(value, view.getUint32(first.value, true), true);
  }
  return bytes;
}

/** Philips' XML whose spacing is a list of five million numbers. */
function philipsOfManyNumbers(): Uint8Array {
  const text =
    '<DataObject ObjectType="DPUfsImport"><Attribute Name="DICOM_PIXEL_SPACING">' +
    `${"1 ".repeat(5_000_000)}</Attribute></DataObject>`;
  return oneTile(64, DEFLATE, PLAIN_TILE(), [
    { tag: 270, type: "ascii", values: text },
    { tag: 305, type: "ascii", values: "Philips DP v1.0" },
  ]);
}

/** NDPI levels that all lie in one JPEG of 8 MB, without a list of its 0xFF bytes and restart markers. */
function ndpiOfManyLevels(): Uint8Array {
  const jpeg = encodeBaselineJpeg(
    { width: 64, height: 8, data: new Uint8Array(1536) },
    { restartInterval: 1 },
  );
  const strip = new Uint8Array(8 * MB).fill(0xff);
  strip.set(withFrame(jpeg, 0, 0).subarray(0, startsOf(jpeg)[0]));
  const level = (i: number) => ({
    width: 8 * (i + 8),
    height: 8 * (i + 8),
    lens: 40,
    strip: Uint8Array.of(0),
  });
  const at = 16;
  const tags = { 273: at, 279: strip.length };
  const pages = Array.from({ length: 500 }, (_, i) => ({ ...level(i), tags }));
  return bytesOf(ndpiSource([{ ...pages[0]!, strip, at }, ...pages.slice(1)], at + strip.length));
}

const LAUGHS = `<?xml version="1.0"?><!DOCTYPE OME [<!ENTITY a "ha">${Array.from(
  { length: 26 },
  (_, i) => `<!ENTITY ${String.fromCharCode(98 + i)} "${`&${String.fromCharCode(97 + i)};`.repeat(10)}">`,
).join("")}]><OME><Image Name="&z;"/></OME>`;

const PLAIN_TILE = () => deflateSync(new Uint8Array(3 * 64 * 64));

/** What the file is, its name, its bytes, and the words of the outcome. */
export type Bomb = readonly [what: string, file: string, make: () => Uint8Array, outcome: RegExp];

export const BOMBS: readonly Bomb[] = [
  [
    "a deflate tile that grows to 256 MB",
    "a.tif",
    () => oneTile(256, DEFLATE, deflateSync(new Uint8Array(256 * MB), { level: 1 })),
    /^corrupt-data: .*tile 0, 0.*deflate/,
  ],
  [
    "a deflate tile of 48 MB in a thousandth of it",
    "a.tif",
    () => oneTile(4096, DEFLATE, deflateSync(new Uint8Array(3 * 4096 ** 2))),
    /^read$/,
  ],
  [
    "an LZW tile that grows beyond its pixels",
    "a.tif",
    () => oneTile(64, 5, encodeLzw(new Uint8Array(2 * MB))),
    /^(corrupt-data: .*LZW|read$)/,
  ],
  [
    "a PackBits tile that grows beyond its pixels",
    "a.tif",
    () =>
      oneTile(
        64,
        32_773,
        new Uint8Array(600_000).map((_, i) => (i % 2 === 0 ? 0x81 : 0)),
      ),
    /^(corrupt-data: .*PackBits|read$)/,
  ],
  [
    "a tile that claims 2 GB of the file",
    "a.tif",
    () => {
      const bytes = oneTile(64, DEFLATE, PLAIN_TILE());
      new DataView(bytes.buffer).setUint32(entryAt(bytes, 0, 325).value, 2 ** 31, true);
      return bytes;
    },
    /^corrupt-data: .*tile 0, 0/,
  ],
  [
    "a JPEG tile of 65,500 x 65,500",
    "a.tif",
    () => oneTile(64, 7, jpegOf(65_500, 65_500)),
    /^corrupt-data: /,
  ],
  ["a JPEG tile of 8 x 8", "a.tif", () => oneTile(64, 7, jpegOf(8, 8)), /^corrupt-data: /],
  [
    "a JPEG 2000 tile of 60,000 x 60,000",
    "a.tif",
    () => oneTile(64, 33_005, jpeg2000Of(60_000)),
    /^corrupt-data: /,
  ],
  [
    "a slide of 4,000,000 x 4,000,000 without a tile",
    "a.tif",
    () => {
      const empty = Array.from({ length: 977 ** 2 }, () => new Uint8Array(0));
      return writeTiff([{ tiled: true, segments: empty, tags: tags(4_000_000, 4096, DEFLATE) }]);
    },
    /^read$/,
  ],
  [
    "sides of 2^31",
    "a.tif",
    () => writeTiff([{ tiled: true, segments: [PLAIN_TILE()], tags: tags(2 ** 31, 64, DEFLATE) }]),
    /^corrupt-data: /,
  ],
  [
    "tiles of 2^30",
    "a.tif",
    () => writeTiff([{ tiled: true, segments: [PLAIN_TILE()], tags: tags(64, 2 ** 30, DEFLATE) }]),
    /^corrupt-data: /,
  ],
  ["500 directories that share one text of 11 MB", "a.tif", () => shared(270, LONG_TEXT()), /^read$/],
  ["500 directories that share one table of 11 MB", "a.tif", () => shared(347, LONG_TEXT()), /^read$/],
  ["500 directories that share one XMP of 11 MB", "a.tif", () => shared(700, longXml("xmpmeta")), /^read$/],
  [
    "500 directories that share one Ventana XML of 11 MB",
    "a.tif",
    () => shared(700, longXml("iScan")),
    /^corrupt-data: .*at most \d+ MB of XML/,
  ],
  [
    "one Ventana XML of 11 MB and 200,000 elements",
    "a.tif",
    () => oneTile(64, DEFLATE, PLAIN_TILE(), [{ tag: 700, type: "byte", values: longXml("iScan") }]),
    /^unsupported-format: .*level=0/,
  ],
  [
    "two million attributes in its description",
    "a.tif",
    () => {
      const names = Array.from({ length: 230 }, (_, i) => `${"abcdefghij"[i % 10]}${Math.floor(i / 10)}=""`);
      const text = `<OME>${`<e ${names.join(" ")}/>`.repeat(8_500)}</OME>`;
      return oneTile(64, DEFLATE, PLAIN_TILE(), [{ tag: 270, type: "ascii", values: text }]);
    },
    /^read$/,
  ],
  ["a list of five million numbers for two", "a.tif", philipsOfManyNumbers, /^read$/],
  [
    "a billion laughs in its description",
    "a.tif",
    () => oneTile(64, DEFLATE, PLAIN_TILE(), [{ tag: 270, type: "ascii", values: LAUGHS }]),
    /^read$/,
  ],
  ["a PNG of 60,000 x 60,000", "a.png", () => png(60_000, 60_000, 8, 3, false), /^unsupported-format: /],
  [
    "a PNG of 11,500 x 11,500 that holds its pixels",
    "a.png",
    () => png(11_500, 11_500, 8, 3, true),
    /^read$/,
  ],
  [
    "a PNG of 11,500 x 11,500 in 16 bits with alpha",
    "a.png",
    () => png(11_500, 11_500, 16, 4, false),
    /^unsupported-format: .*at most 416 MB to decode/,
  ],
  ["a JPEG of 60,000 x 60,000", "a.jpg", () => jpegOf(60_000, 60_000), /^unsupported-format: /],
  ["a WebP of 16,383 x 16,383", "a.webp", webp, /^(unsupported-format|corrupt-data): /],
  [
    "DICOM of 2^31 frames",
    "a.dcm",
    () => dicomFile({ elements: { 2621448: ["IS", "2147483648"] } }),
    /^(corrupt-data|unsupported-format): /,
  ],
  [
    "DICOM of 2^31 compressed frames",
    "a.dcm",
    () => dicomFile({ syntax: JPEG, elements: { 2621448: ["IS", "2147483648"] } }),
    /^(corrupt-data|unsupported-format): /,
  ],
  [
    "DICOM tiles of 65,535 x 65,535",
    "a.dcm",
    () => dicomFile({ elements: { 2621456: ["US", -1], 2621457: ["US", -1] } }),
    /^(corrupt-data|unsupported-format): /,
  ],
  [
    "NDPI of 3,999,999 x 3,999,999",
    "a.ndpi",
    () => bytesOf(ndpiSource([{ width: 3_999_999, height: 3_999_999, lens: 40, strip: jpegOf(0, 0) }])),
    /^(corrupt-data|unsupported-format): /,
  ],
  ["500 NDPI levels in one JPEG", "a.ndpi", ndpiOfManyLevels, /^corrupt-data: .*restart intervals/],
  [
    "an NDPI macro image that claims 600 MB",
    "a.ndpi",
    () => {
      const strip = encodeBaselineJpeg({ width: 64, height: 8, data: new Uint8Array(1536) });
      const page = { width: 64, height: 8, lens: 40, strip };
      return bytesOf(
        ndpiSource([page, { ...page, lens: -1, tags: { 279: 600 * MB } }, { ...page, at: 700 * MB }]),
      );
    },
    /^corrupt-data: .*bytes of JPEG/,
  ],
];
