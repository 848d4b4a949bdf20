// Files that were made to do harm, or were damaged on the way: each ends in a typed error or a result, soon.
import { describe, expect, it } from "vitest";
import {
  ANNOTATION_LIMITS,
  labelByArea,
  rasteriseRegions,
  readAnnotations,
  ringOf,
} from "../../src/annotation/index.ts";
import { ASAP, GEOJSON, HALO, IMAGESCOPE, NCRF, polygonText, rectangle, region, setOf } from "./samples.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const wide = (text: string) =>
  new Uint8Array(new Uint16Array([...`\uFEFF${text}`].map((c) => c.charCodeAt(0))).buffer);
/** Reads within five seconds of this process's time, or fails: other processes may be busy. */
function read(source: string | Uint8Array, options = {}) {
  const started = process.cpuUsage();
  try {
    return readAnnotations(source, "hostile", options);
  } finally {
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(5);
  }
}

describe("XML", () => {
  it.each([
    ["a billion laughs", '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'],
    ["an external entity", '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'],
    ["an external document type", '<!DOCTYPE l SYSTEM "http://localhost/a.dtd">'],
  ])("with %s is refused for its document type declaration", (_, declaration) => {
    for (const text of [ASAP.replace(/<\?xml.*\?>/, ""), IMAGESCOPE, HALO]) {
      expect(() => read(declaration + text)).toThrow(
        /hostile line 1: expected XML without a document type declaration/,
      );
      expect(() => read(declaration + text.replace(/Name="[^"]*"/, 'Name="&b;"'))).toThrow(/document type/);
    }
  });

  it.each([
    ["an unknown entity", HALO.replace('"TP1"', '"&amp;&lol;"'), /undefined entity/],
    ["a function for an entity", HALO.replace('"TP1"', '"&constructor;"'), /undefined entity/],
    ["an attribute twice", HALO.replace("<V ", '<V X="1" '), /duplicate attribute: X/],
    ["a second root", `${HALO}<Annotations/>`, /well-formed/],
    ["an end without a beginning", HALO.replace("</Region>", "</Regions>"), /well-formed/],
    ["a control character", HALO.replace("TP1", "TP\u0001"), /disallowed character/],
    ["a NUL", HALO.replace("TP1", "TP\0"), /disallowed character/],
  ])("with %s is refused with its line", (_, text, problem) => {
    expect(() => read(text)).toThrow(problem);
    expect(() => read(text)).toThrow(/^hostile line \d+: expected well-formed XML/);
  });

  it("nested a million deep is refused at the limit", () => {
    expect(() => read(`<Annotations>${"<Annotation>".repeat(1_000_000)}`)).toThrow(
      /at most 64 elements within one another/,
    );
  });

  it("with a hundred thousand attributes is refused at the limit", () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `a${i}=""`).join(" ");
    expect(() => read(`<Annotations ${many}/>`)).toThrow(/at most 64 attributes/);
  });

  it("with attributes called like properties is data", () => {
    const text = HALO.replace("<Annotation ", '<Annotation __proto__="x" constructor="y" ').replace(
      "TP1",
      "__proto__",
    );
    expect(read(text).regions[0]!.label).toBe("__proto__");
  });

  it("cut off anywhere is refused", () => {
    for (const text of [ASAP, IMAGESCOPE, HALO])
      for (let length = 60; length < text.length; length += 7)
        expect(() => read(text.slice(0, length))).toThrow(/hostile.*expected well-formed XML/);
  });
});

describe("JSON", () => {
  it.each(["[", '{"a":'])("nested a million deep with %s is refused at the limit", (bracket) => {
    expect(() => read(bracket.repeat(1_000_000))).toThrow(/at most 64 brackets within one another/);
  });

  it("with child objects or collections as deep as allowed is read without recursion", () => {
    let geometry: object = {
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [4, 0],
          [4, 4],
        ],
      ],
    };
    for (let i = 0; i < 25; i++) geometry = { type: "GeometryCollection", geometries: [geometry] };
    expect(read(JSON.stringify(geometry)).regions).toHaveLength(1);
  });

  it("with __proto__ and constructor as keys changes nothing and is no data", () => {
    const text = `{"__proto__":{"type":"FeatureCollection","features":[]},"constructor":{"positive":[]}}`;
    expect(() => read(text)).toThrow(/JSON of another kind/);
    const named = GEOJSON.replace('"name":"Tumor: Positive"', '"name":"__proto__","__proto__":{"label":"x"}');
    expect(read(named).regions[0]!.label).toBe("__proto__");
    expect(({} as Record<string, unknown>).label).toBeUndefined();
  });

  it("with NaN says that it is no JSON and how it comes about", () => {
    expect(() => read(GEOJSON.replace('"isLocked":true', '"measurements":{"a":NaN}'))).toThrow(
      /export without measurements/,
    );
  });

  it("cut off anywhere is refused", () => {
    for (const text of [GEOJSON, NCRF])
      for (let length = 1; length < text.length; length += 5)
        expect(() => read(text.slice(0, length))).toThrow(/hostile: expected JSON/);
  });

  it("of more parts than allowed is refused before it is built", () => {
    expect(() => read(`[${"[],".repeat(ANNOTATION_LIMITS.jsonNodes)}[]]`)).toThrow(
      /at most 2,500,000 arrays, objects and texts/,
    );
    expect(() => read(`[${"0,".repeat(ANNOTATION_LIMITS.jsonCommas + 1)}0]`)).toThrow(
      /at most 6,000,000 values/,
    );
  });
});

describe("encodings", () => {
  it("by byte-order mark or by XML declaration are read", () => {
    const named = HALO.replace("TP1", "Läsion 東");
    const label = (source: Uint8Array | string) => read(source).regions[0]!.label;
    expect(label(bytes(named))).toBe("Läsion 東");
    expect(label(bytes(`\uFEFF${named}`))).toBe("Läsion 東");
    expect(label(`\uFEFF${named}`)).toBe("Läsion 東");
    expect(label(wide(named))).toBe("Läsion 東");
    expect(label(wide(named).slice(2))).toBe("Läsion 東");
    expect(label(wide(named).map((_, i, all) => all[i ^ 1]!))).toBe("Läsion 東");
    expect(label(bytes(`<?xml version="1.0" encoding="utf-16"?>${named}`))).toBe("Läsion 東");
    const latin = Uint8Array.from(
      `<?xml version="1.0" encoding="ISO-8859-1"?>${HALO.replace("TP1", "Läsion")}`,
      (c) => c.charCodeAt(0),
    );
    expect(label(latin)).toBe("Läsion");
  });

  it("that do not fit the bytes, or are not known, are refused", () => {
    const latin = Uint8Array.from(HALO.replace("TP1", "Läsion"), (c) => c.charCodeAt(0));
    expect(() => read(latin)).toThrow(/expected text in UTF-8, got bytes that are not/);
    expect(() => read(bytes(`<?xml version="1.0" encoding="shift_jis"?>${HALO}`))).toThrow(/got `shift_jis`/);
  });
});

describe("what is no annotation file", () => {
  it.each([
    ["nothing", "", /an empty file/],
    ["blanks", " \n ", /an empty file/],
    ["a table", "x,y\n1,2\n", /QuPath GeoJSON, ASAP XML, ImageScope XML, HALO, or NCRF JSON/],
    ["a page", "<html><body/></html>", /XML whose root is <html>/],
    ["other JSON", '{"annotation":{"elements":[]}}', /JSON of another kind/],
    ["a text", '"Polygon"', /unsupported|expected annotations/],
  ])("is refused with what is read: %s", (_, text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });
});

describe("names", () => {
  it("of thousands of characters are refused, and control characters do not reach the terminal", () => {
    expect(() => read(HALO.replace("TP1", "x".repeat(1001)))).toThrow(/at most 1,000 characters in a name/);
    const text = JSON.stringify({
      type: "Feature",
      geometry: {
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
        ],
      },
      properties: { name: "a\u001b[31m\nb" },
    });
    expect(read(text).regions[0]!.name).toBe("a [31m b");
  });
});

describe("size", () => {
  /** A wheel of many points, as a free-hand outline is: radius changes from point to point, angles ascend. */
  const wheel = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      const [angle, radius] = [(2 * Math.PI * i) / count, 40_000 + 500 * Math.sin(i / 40) + (i % 7)];
      return [
        50_000 + Math.round(radius * Math.cos(angle) * 100) / 100,
        50_000 + Math.round(radius * Math.sin(angle) * 100) / 100,
      ];
    });

  it("of a million points of JSON, or a quarter of a million of XML, is read and checked in five seconds", () => {
    expect(read(polygonText(wheel(1_000_000))).regions[0]!.polygons[0]!.outer.length).toBeGreaterThan(
      1_990_000,
    );
    const vertices = wheel(250_000).map(([x, y]) => `<V X="${x}" Y="${y}"/>`);
    const text = HALO.replace(/<V X="20".*?(?=<\/Vertices>)/, vertices.join(""));
    expect(read(text).regions[0]!.polygons[0]!.outer.length).toBeGreaterThan(490_000);
  });

  it("of more points than allowed is refused", () => {
    const points = "[1,2],".repeat(ANNOTATION_LIMITS.vertices + 1);
    expect(() => read(`{"positive":[{"vertices":[${points}[1,2]]}]}`)).toThrow(/at most 2,000,000 points/);
  });

  it("of fifty thousand regions is read", () => {
    const square = '{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9]]]}';
    expect(read(`[${Array.from({ length: 50_000 }, () => square).join(",")}]`).regions).toHaveLength(50_000);
  });

  it("beyond 64 MiB is refused unread", () => {
    expect(() => read(new Uint8Array(ANNOTATION_LIMITS.characters + 1))).toThrow(/at most 67,108,864 bytes/);
  });

  it("of a scribble that crosses itself everywhere ends, with a note where it was too intricate", () => {
    const scribble = Array.from({ length: 60_000 }, (_, i) => [
      i % 2 === 0 ? 0 : 10_000,
      (i * 7919) % 10_007,
    ]);
    expect(read(polygonText(scribble)).notes.join()).toMatch(/crosses itself|too intricate/);
  });

  it("of many holes is checked in five seconds", () => {
    const holes = Array.from({ length: 40_000 }, (_, i) => {
      const [x, y] = [10 + (i % 200) * 10, 10 + Math.floor(i / 200) * 10];
      return [
        [x, y],
        [x + 5, y],
        [x, y + 5],
      ];
    });
    const outline = [
      [0, 0],
      [3000, 0],
      [3000, 3000],
      [0, 3000],
    ];
    expect(read(polygonText(outline, ...holes)).regions[0]!.polygons[0]!.holes).toHaveLength(40_000);
  });
});

describe("masks", () => {
  const grid = { window: { left: 0, top: 0, width: 4000, height: 4000 }, width: 4000, height: 4000 };

  it("of more regions than people draw are refused, not computed for minutes", () => {
    const everywhere = Array.from({ length: 1000 }, () => region("a", [rectangle(0, 0, 4000, 4000)]));
    expect(() => rasteriseRegions(everywhere, grid)).toThrow(/a mask of them would take minutes/);
    const many = everywhere.map((each, i) => ({ ...each, label: `${i}`, polygons: [rectangle(0, 0, 1, 1)] }));
    expect(() => labelByArea(setOf(...many), grid)).toThrow(/a mask of them would take minutes/);
  });

  it("of an outline that runs up and down without end are refused", () => {
    const comb = {
      outer: ringOf(
        Array.from({ length: 2_000_002 }, (_, i) => (i % 2 === 0 ? i / 1000 : ((i >> 1) % 2) * 4000)),
      ),
      holes: [],
    };
    expect(() => rasteriseRegions([region("a", [comb])], grid)).toThrow(/a mask of them would take minutes/);
  });
});
