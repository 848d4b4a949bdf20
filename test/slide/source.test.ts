// Bytes from memory and from a browser's Blob give the same slide; XML is read strictly and within limits.
import { describe, expect, it } from "vitest";
import {
  blobSource,
  bytesSource,
  createSlide,
  elementsOf,
  openSlideContent,
  readAtMpp,
  readXml,
  xmlNumber,
} from "../../src/slide/index.ts";
import { testDecoders } from "../support/open-bytes.ts";
import { writeAperio } from "../support/slide-writers/aperio.ts";
import { drawPattern } from "../support/slide-writers/pattern.ts";

describe("a Blob", () => {
  it("is read by ranges, to the same pixels as memory", async () => {
    const image = drawPattern(301, 203);
    const storage = { compression: "jpeg", sharedTables: true } as const;
    const bytes = await writeAperio({
      image,
      downsamples: [1, 4],
      mpp: 0.25,
      objective: 40,
      tileSize: 64,
      storage,
    });
    const decoders = await testDecoders();
    const memory = createSlide(await openSlideContent(bytesSource("a.svs", bytes), decoders));
    const blob = createSlide(
      await openSlideContent(blobSource("a.svs", new Blob([Uint8Array.from(bytes)])), decoders),
    );
    const window = { left: -5, top: 30, width: 200, height: 180 };
    const [a, b] = [await memory.readRegion(0, window), await blob.readRegion(0, window)];
    expect(Buffer.compare(a.data, b.data)).toBe(0);
    expect(await readAtMpp(blob, 1.7)).toEqual(await readAtMpp(memory, 1.7));
    expect(await blob.readAssociated("label")).toEqual(await memory.readAssociated("label"));
  });

  it.each([
    [0, 11],
    [10, 1],
    [-1, 2],
    [0.5, 2],
    [0, 1.5],
    [0, Number.NaN],
    [2 ** 60, 1],
    [0, -1],
  ])("does not hold bytes %d, %d of 10", async (offset, length) => {
    const bytes = new Uint8Array(10);
    const read = async (source: { read(o: number, l: number): unknown }) => await source.read(offset, length);
    for (const source of [bytesSource("x", bytes), blobSource("x", new Blob([bytes]))])
      await expect(read(source)).rejects.toMatchObject({ code: "corrupt-data" });
  });
});

describe("XML", () => {
  it("is elements, attributes and text, without prefixes", () => {
    const root = readXml(
      '<?xml version="1.0"?><a:x b:c="1 &lt; 2"><y> 5 </y><z><y/></z><![CDATA[<]]></a:x>',
      "x",
    );
    expect(root.name).toBe("x");
    expect(root.attributes.c).toBe("1 < 2");
    expect(root.text).toBe("<");
    expect(elementsOf(root, "y").map(({ text }) => xmlNumber(text))).toEqual([5, null]);
  });

  it.each([
    ["a document type", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'],
    ["an entity of its own", "<x>&lol;</x>"],
    ["no end", "<x><y></x>"],
    ["great depth", "<x>".repeat(1000)],
    ["very many elements", `<x>${"<y/>".repeat(400_000)}</x>`],
    ["very many attributes", `<x ${Array.from({ length: 300 }, (_, k) => `a${k}=""`).join(" ")}/>`],
    ["great length", `<x>${" ".repeat(13 * 2 ** 20)}</x>`],
    ["nothing in it", ""],
  ])("of %s is refused", (_, text) => {
    expect(() => readXml(text, "x")).toThrow(/expected well-formed XML without a document type/);
  });
});
