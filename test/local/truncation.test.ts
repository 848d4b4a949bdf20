// Copies of slides that break off: in whatever part of the file, in every format and layout. What can still be read has
// the pixels of the whole slide; everything else is an error that calls the file damaged.
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { openSlide } from "../../src/local/index.ts";
import type { Slide } from "../../src/slide/index.ts";
import { placesToCut } from "../support/file-places.ts";
import { SLIDE_FIXTURES } from "../support/slide-writers/fixtures.ts";
import { folderOf, refusalOf, removeFolders } from "./folders.ts";

afterAll(removeFolders);

/** Parts of a level in its corners, where the first and the last tile lie. */
function corners(width: number, height: number) {
  const size = { width: Math.min(48, width), height: Math.min(48, height) };
  return [
    { left: 0, top: 0, ...size },
    { left: width - size.width, top: height - size.height, ...size },
  ];
}

/** The pixels of the corners of each level by its size, or the error that they end in. */
async function cornersOf(slide: Slide): Promise<Map<string, Buffer | Error>> {
  const found = new Map<string, Buffer | Error>();
  for (const [level, { width, height }] of slide.levels.entries())
    for (const [corner, window] of corners(width, height).entries())
      found.set(
        `${width} x ${height} corner ${corner}`,
        await slide.readRegion(level, window).then(({ data }) => Buffer.from(data), asError),
      );
  return found;
}

const asError = (error: unknown) => {
  if (isLowmagError(error)) return error;
  throw new Error(`not typed: ${error}`, { cause: error });
};

/** Opens what is left and compares it with the whole. @returns what was seen */
async function readRemains(path: string, whole: ReadonlyMap<string, Buffer | Error>, what: string) {
  const slide = await openSlide(path, { backend: "own", cacheBytes: 0 }).catch(asError);
  if (slide instanceof Error) {
    expect(`${what}: ${slide.code}`).toMatch(/: (corrupt-data|unsupported-format|not-found)$/);
    return slide.code;
  }
  const seen = new Set<string>();
  for (const [corner, pixels] of await cornersOf(slide)) {
    if (pixels instanceof Error) {
      expect(`${what}, ${corner}: ${pixels.message}`).toMatch(
        /truncated|incomplete|damaged|end|short|empty|another kind/,
      );
      seen.add("damaged tile");
    } else {
      expect([what, corner, whole.has(corner)]).toEqual([what, corner, true]);
      expect([what, corner, pixels.equals(whole.get(corner) as Buffer)]).toEqual([what, corner, true]);
      seen.add("right tile");
    }
  }
  // A level that is left out is told.
  if (slide.levels.length < whole.size / 2) expect([what, slide.notes.length > 0]).toEqual([what, true]);
  await slide.close();
  return [...seen].join(", ");
}

describe("a copy that breaks off", () => {
  it.each(SLIDE_FIXTURES)("of $name is damaged there, and right elsewhere", async (fixture) => {
    const folder = folderOf();
    const files = [...(await fixture.files())];
    for (const { name, bytes } of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    const path = join(folder, fixture.open);
    const intact = await openSlide(path, { backend: "own" });
    const whole = await cornersOf(intact);
    await intact.close();
    const outcomes: string[] = [];
    // Of Deep Zoom's many files, the XML and one tile of the finest level.
    for (const { name, bytes } of files.filter((_, i) => i < 2))
      for (const { what, at } of placesToCut(bytes)) {
        truncateSync(join(folder, name), at);
        outcomes.push(await readRemains(path, whole, `${name} cut at ${what}, ${at} of ${bytes.length}`));
        writeFileSync(join(folder, name), bytes);
      }
    expect(outcomes.some((outcome) => outcome !== "right tile")).toBe(true);
  });

  it("of the finest level of a DICOM series is not passed over: the slide would be another one", async () => {
    const folder = folderOf();
    const fixture = SLIDE_FIXTURES.find(({ name }) => name.startsWith("DICOM, tiled fully, JPEG, with"))!;
    const files = [...(await fixture.files())].sort((a, b) => b.bytes.length - a.bytes.length);
    for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
    for (const at of [0, 131, 140, 400]) {
      truncateSync(join(folder, files[0]!.name), at);
      expect(await refusalOf(() => openSlide(folder))).toMatch(
        new RegExp(`^corrupt-data: .*${files[0]!.name}`),
      );
      const slide = await openSlide(join(folder, files[1]!.name));
      expect(slide.notes).toContain(
        "Of the .dcm files beside it, 1 cannot be read: levels of this slide may be missing.",
      );
      await slide.close();
      writeFileSync(join(folder, files[0]!.name), files[0]!.bytes);
    }
  });
});
