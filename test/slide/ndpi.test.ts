// Hamamatsu NDPI: one large JPEG per level, read by restart markers; layouts, refusals, damage.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import {
  type ByteSource,
  bytesSource,
  createSlide,
  openSlideContent,
  type Slide,
} from "../../src/slide/index.ts";
import { testDecoders } from "../support/open-bytes.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { encodeBaselineJpeg } from "../support/slide-writers/jpeg.ts";
import { entryAt } from "../support/tiff-patch.ts";
import { bytesOf, type NdpiPage, ndpiSource, startsOf, withFrame } from "./ndpi-file.ts";

const RESTART_JPEGS = JSON.parse(
  readFileSync(fileURLToPath(new URL("../golden/slide/restart-jpegs.json", import.meta.url)), "utf8"),
) as Record<string, { width: number; height: number; jpeg: string; sha256: string }>;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function open(source: ByteSource): Promise<Slide> {
  return createSlide(await openSlideContent(source, await testDecoders()));
}

async function refusalOf(source: ByteSource): Promise<string> {
  return await open(source).then(
    async (slide) => {
      const { width, height } = slide.levels[0]!;
      return await slide.readRegion(0, { left: 0, top: 0, width, height }).then(
        () => "read",
        (error: unknown) =>
          isLowmagError(error) ? `${error.code}: ${error.message}` : `not typed: ${error}`,
      );
    },
    (error: unknown) => (isLowmagError(error) ? `${error.code}: ${error.message}` : `not typed: ${error}`),
  );
}

/** A gradient of width x height as JPEG with intervals of so many MCUs of 8 x 8. */
function gradient(width: number, height: number, restartInterval: number): Uint8Array {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), (7 * i) % 251], 3 * i);
  return encodeBaselineJpeg({ width, height, data }, { restartInterval, marker: "jfif", quality: 85 });
}

function page(width: number, height: number, interval: number, more: Partial<NdpiPage> = {}): NdpiPage {
  const strip = gradient(width, height, interval);
  return { width, height, lens: 40, strip, ...(interval > 0 ? { starts: startsOf(strip) } : {}), ...more };
}

const whole = async (slide: Slide, level = 0) => {
  const { width, height } = slide.levels[level]!;
  return (await slide.readRegion(level, { left: 0, top: 0, width, height })).data;
};

/** The pixels of a whole JPEG. */
async function decoded(jpeg: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const { jpeg: decoder } = await testDecoders();
  return decoder.decode({ data: jpeg, width, height, colour: "ycbcr", where: "whole" });
}

describe("the intervals of a large JPEG", () => {
  it.each(Object.entries(RESTART_JPEGS))("give the pixels of the whole: %s", async (_, golden) => {
    const { width, height } = golden;
    const strip = new Uint8Array(Buffer.from(golden.jpeg, "base64"));
    for (const starts of [startsOf(strip), undefined]) {
      const slide = await open(ndpiSource([{ width, height, lens: 40, strip, ...(starts && { starts }) }]));
      expect(sha256(await whole(slide))).toBe(golden.sha256);
    }
  });

  it("are decoded in windows as in the whole, also where tiles meet", async () => {
    const golden = RESTART_JPEGS["2x2, restart 2B"]!;
    const { width, height } = golden;
    const strip = new Uint8Array(Buffer.from(golden.jpeg, "base64"));
    const slide = await open(ndpiSource([{ width, height, lens: 40, strip, starts: startsOf(strip) }]));
    const all = await decoded(strip, width, height);
    for (const [left, top, w, h] of [
      [30, 15, 5, 5],
      [31, 0, 2, 93],
      [150, 90, 6, 3],
      [0, 31, 156, 2],
    ] as const) {
      const part = (await slide.readRegion(0, { left, top, width: w, height: h })).data;
      for (let y = 0; y < h; y++) {
        const from = 3 * ((top + y) * width + left);
        expect(part.subarray(3 * y * w, 3 * (y + 1) * w)).toEqual(all.slice(from, from + 3 * w));
      }
    }
  });

  it.each<[string, Partial<NdpiPage>]>([
    ["too few", { starts: [600, 700] }],
    ["shifted by one", { starts: startsOf(gradient(64, 40, 4)).map((at) => at + 1) }],
    ["far outside", { starts: startsOf(gradient(64, 40, 4)).map((at) => at + 2 ** 31) }],
    ["going backwards", { starts: startsOf(gradient(64, 40, 4)).reverse() }],
    ["given upper halves that are wrong", { startsUpper: startsOf(gradient(64, 40, 4)).map(() => 9) }],
  ])("are looked for where the list of their places is %s", async (_, more) => {
    const slide = await open(ndpiSource([page(64, 40, 4, more)]));
    expect(await whole(slide)).toEqual(await decoded(gradient(64, 40, 4), 64, 40));
  });

  it("may be those of a frame without a size, or with the lower bits of it", async () => {
    const plain = await decoded(gradient(64, 40, 8), 64, 40);
    const strip = withFrame(gradient(64, 40, 8), 0, 0);
    const slide = await open(ndpiSource([page(64, 40, 8, { strip })]));
    expect(await whole(slide)).toEqual(plain);
    // 70,000 pixels wide: the frame can hold 4,464 of it.
    const wide = gradient(64, 8, 4);
    const intervals = startsOf(wide);
    const first = wide.subarray(intervals[0], intervals[1]! - 2);
    const columns = 70_016 / 32;
    const pieces: Uint8Array[] = [withFrame(wide, 70_016, 8).subarray(0, intervals[0])];
    for (let i = 0; i < columns; i++)
      pieces.push(first, Uint8Array.of(0xff, i === columns - 1 ? 0xd9 : 0xd0 + (i % 8)));
    const huge = new Uint8Array(Buffer.concat(pieces));
    const broad = await open(ndpiSource([{ width: 70_016, height: 8, lens: 40, strip: huge }]));
    const [left, right] = await Promise.all(
      [0, 70_016 - 32].map((x) => broad.readRegion(0, { left: x, top: 0, width: 32, height: 8 })),
    );
    expect(left!.data).toEqual(right!.data);
    expect(left!.data.subarray(0, 96)).toEqual(
      plain.length > 0 ? (await decoded(wide, 64, 8)).slice(0, 96) : null,
    );
  });

  it("may be absent in small levels", async () => {
    const slide = await open(ndpiSource([page(64, 40, 0)]));
    expect(await whole(slide)).toEqual(await decoded(gradient(64, 40, 0), 64, 40));
    const uneven = await open(ndpiSource([page(64, 40, 3)]));
    expect(await whole(uneven)).toEqual(await decoded(gradient(64, 40, 3), 64, 40));
  });
});

describe("an NDPI file", () => {
  const macro = { ...page(32, 16, 0), lens: -1 };
  const map = {
    width: 4,
    height: 2,
    lens: -2,
    strip: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    tags: { 259: 1, 277: 1, 262: 1 },
  };

  it("has levels by objective, a macro image and a map; the barcode stays inside", async () => {
    const slide = await open(ndpiSource([page(32, 24, 4, { lens: 20 }), macro, page(64, 48, 4), map]));
    expect(slide.levels.map(({ width, height }) => [width, height])).toEqual([
      [64, 48],
      [32, 24],
    ]);
    expect([slide.format, slide.vendor, slide.objective, slide.mpp]).toEqual([
      "hamamatsu",
      "Hamamatsu",
      40,
      { x: 0.25, y: 0.25 },
    ]);
    expect(slide.associated.map(({ name, kind }) => [name, kind])).toEqual([
      ["macro", "macro"],
      ["map", "other"],
    ]);
    expect([...(await slide.readAssociated("map")).data.subarray(0, 6)]).toEqual([1, 1, 1, 2, 2, 2]);
    expect((await slide.readAssociated("macro")).data.length).toBe(3 * 32 * 16);
    await expect(slide.readAssociated("label")).rejects.toThrow("expected one of macro, map");
    expect(JSON.stringify(slide)).not.toContain("DOE");
  });

  it("whose resolution tags disagree by a factor states no µm/px", async () => {
    const bytes = bytesOf(ndpiSource([page(64, 48, 4)])).slice();
    const view = new DataView(bytes.buffer);
    view.setUint32(view.getUint32(entryAt(bytes, 0, 283).value, true), 1200, true);
    const slide = await open(bytesSource("a.ndpi", bytes));
    expect([slide.mpp, slide.notes]).toEqual([
      null,
      ["The resolution tags state no µm/px that is believed."],
    ]);
  });

  it("of several focal planes shows the one in focus", async () => {
    const planes = [1500, 0, -1500].map((focalPlane) => page(64, 48, 4, { focalPlane }));
    const slide = await open(ndpiSource(planes));
    expect(slide.levels.length).toBe(1);
    expect(slide.notes).toEqual(["Of 3 focal planes the one in focus is read."]);
  });

  it("may be larger than 4 GB: directories, strips and places of intervals", async () => {
    const strip = gradient(64, 40, 4);
    const starts = startsOf(strip);
    const plain = await decoded(strip, 64, 40);
    const beyond = await open(ndpiSource([page(64, 40, 4, { at: 5 * 2 ** 30 + 2 })], 6 * 2 ** 30));
    expect(await whole(beyond)).toEqual(plain);
    // The compressed data stand 4 GB behind the header of the JPEG.
    const gap = 2 ** 32;
    const cut = starts[0]!;
    const parts = [
      page(64, 40, 4, {
        strip: strip.subarray(0, cut),
        tags: { 279: strip.length + gap },
        starts: starts.map((at) => (at + gap) % 2 ** 32),
        startsUpper: starts.map(() => 1),
      }),
      { ...page(8, 8, 0), lens: -3, strip: strip.subarray(cut), at: 16 + cut + gap },
    ];
    expect(await whole(await open(ndpiSource(parts)))).toEqual(plain);
  });

  it.each<[string, () => ByteSource, string]>([
    [
      "without an objective",
      () => ndpiSource([macro]),
      "corrupt-data: a.ndpi: expected a directory that names an objective (tag 65421), got 1 others.",
    ],
    [
      "of another compression",
      () => ndpiSource([page(64, 40, 4, { tags: { 259: 5 } })]),
      "unsupported-format: a.ndpi level 0: expected JPEG (compression 7), got compression 5.",
    ],
    [
      "too large without restart markers",
      () =>
        ndpiSource([
          page(64, 40, 0, { width: 8000, height: 6000, strip: withFrame(gradient(64, 40, 0), 8000, 6000) }),
        ]),
      "unsupported-format: a.ndpi level 0: expected restart markers that part a JPEG of more than 33554432 pixels into rows, got 8000 x 6000 without them.",
    ],
    [
      "of another width than its JPEG",
      () => ndpiSource([page(64, 40, 4, { width: 72 })]),
      "corrupt-data: a.ndpi level 0: expected a JPEG 72 pixels wide, got 64.",
    ],
    [
      "that claims more than it holds",
      () => ndpiSource([page(64, 40, 4, { tags: { 279: 5e9 } })]),
      "corrupt-data: a.ndpi directory 0: expected the file to hold",
    ],
    [
      "of more intervals than bytes",
      () =>
        ndpiSource([page(64, 40, 4, { height: 3_999_000, strip: withFrame(gradient(64, 40, 4), 64, 0) })]),
      "corrupt-data: a.ndpi level 0: expected a JPEG of 999750 restart intervals",
    ],
    [
      "whose markers are missing",
      () =>
        ndpiSource([
          page(64, 40, 4, {
            strip: gradient(64, 40, 4).map((b, i, all) => (all[i - 1] === 0xff && b === 0xd1 ? 0 : b)),
          }),
        ]),
      "corrupt-data: a.ndpi level 0: expected 10 restart intervals, got 9.",
    ],
    [
      "that is cut off",
      () => bytesSource("a.ndpi", bytesOf(ndpiSource([page(64, 40, 4)])).subarray(0, -200)),
      "corrupt-data: a.ndpi",
    ],
  ])("%s is refused", async (_, source, message) => {
    expect(await refusalOf(source())).toContain(message);
  });
});

const folder = realData("slides");

describe.skipIf(folder === null)(`a real NDPI slide${folder === null ? ` (${NO_REAL_DATA})` : ""}`, () => {
  it("has the levels, the µm/px and the pixels that OpenSlide sees", async () => {
    const path = fileURLToPath(new URL("../golden/slide/ndpi-regions.json", import.meta.url));
    const golden = JSON.parse(readFileSync(path, "utf8"));
    const slide = await open(bytesSource(golden.name, readFileSync(`${folder}/${golden.name}`)));
    expect(slide.levels.map(({ width, height }) => [width, height])).toEqual(golden.levels);
    expect(slide.mpp!.x).toBeCloseTo(golden.mpp, 6);
    for (const { level, window, sha256: expected } of golden.regions) {
      const [left, top, width, height] = window;
      const { data } = await slide.readRegion(level, { left, top, width, height });
      expect(`${window} ${sha256(data)}`).toBe(`${window} ${expected}`);
    }
    const macro = await slide.readAssociated("macro");
    expect([[macro.width, macro.height], sha256(macro.data)]).toEqual([
      golden.macro.size,
      golden.macro.sha256,
    ]);
  });
});
