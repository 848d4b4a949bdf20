// Slides that are not of the TIFF family proper: DICOM, and NDPI with its intervals of one large JPEG.
import { bytesSource, openDicomSlide } from "../../src/slide/index.ts";
import { dicomFile, JPEG, plainFrame } from "../slide/dicom-file.ts";
import { bytesOf, ndpiSource, startsOf } from "../slide/ndpi-file.ts";
import { testDecoders } from "../support/open-bytes.ts";
import { encodeBaselineJpeg } from "../support/slide-writers/jpeg.ts";
import type { FuzzTarget } from "./target.ts";
import { useSlide } from "./tiff-targets.ts";

/** Opens a file and reads the first tiles of every level. */
async function readDicom(bytes: Uint8Array): Promise<void> {
  const slide = await openDicomSlide([bytesSource("a.dcm", bytes)], await testDecoders());
  for (const level of slide.levels)
    for (let row = 0; row * level.tileHeight < level.height && row < 4; row++)
      for (let column = 0; column * level.tileWidth < level.width && column < 4; column++)
        await level.readTile(column, row);
  await slide.readIccProfile();
}

const frames = () =>
  [0, 1, 2, 3, 4, 5].map((f) =>
    encodeBaselineJpeg({ width: 16, height: 16, data: plainFrame(20 * f, 16) }, { marker: "jfif" }),
  );
const jpeg = { tile: 16, width: 40, height: 28, syntax: JPEG };
const places = [1, 17].flatMap((row) => [1, 17, 33].map((column) => [column, row] as const));

function dicom(name: string, original: () => Uint8Array): FuzzTarget {
  return { name: `DICOM, ${name}`, original, header: 900, parse: readDicom };
}

/** A gradient as JPEG with intervals of four MCUs of 8 x 8. */
function gradient(width: number, height: number): Uint8Array {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), (7 * i) % 251], 3 * i);
  return encodeBaselineJpeg({ width, height, data }, { restartInterval: 4, marker: "jfif", quality: 85 });
}

const strip = gradient(64, 40);
const finest = { width: 64, height: 40, lens: 40, strip };
const macro = { width: 32, height: 16, lens: -1, strip: gradient(32, 16) };

function ndpi(name: string, original: () => Uint8Array): FuzzTarget {
  return { name: `NDPI, ${name}`, original, header: 4500, parse: useSlide };
}

export const SLIDE_TARGETS: readonly FuzzTarget[] = [
  dicom("native", () => dicomFile()),
  dicom("implicit, with delimiters", () => dicomFile({ implicit: true, delimited: true })),
  dicom("JPEG, sparse", () => dicomFile({ ...jpeg, frames: frames(), places })),
  dicom("JPEG, extended offsets", () => dicomFile({ ...jpeg, frames: frames(), table: "extended" })),
  ndpi("intervals listed", () => bytesOf(ndpiSource([{ ...finest, starts: startsOf(strip) }, macro]))),
  ndpi("intervals searched for", () => bytesOf(ndpiSource([{ ...finest, starts: [1] }, macro]))),
];
