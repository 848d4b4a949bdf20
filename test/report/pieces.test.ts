// The small parts: numbers, scales, labels that keep apart, colours.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadApart } from "../../src/report/cost-layout.ts";
import {
  formatCostShare,
  formatDifference,
  formatFixed,
  formatMagnification,
  formatPValue,
  formatSeconds,
  formatSi,
  joinWords,
} from "../../src/report/format.ts";
import { escapeMarkdown } from "../../src/report/markdown.ts";
import { cleanText, markup, shorten } from "../../src/report/markup.ts";
import { COLOURS, classColour, darkFigureRules } from "../../src/report/palette.ts";
import { linearTicks, logTicks, roundDomain } from "../../src/report/scale.ts";

describe("numbers", () => {
  it("are written the same way everywhere", () => {
    expect([
      formatFixed(0.9125, 3),
      formatFixed(-0.0004, 3),
      formatFixed(-0.25, 3),
      formatFixed(null, 3),
    ]).toEqual(["0.912", "0.000", "\u22120.250", "n/a"]);
    expect([formatDifference(0.12), formatDifference(0), formatDifference(-0.12)]).toEqual([
      "+0.120",
      "0.000",
      "\u22120.120",
    ]);
    expect([formatSi(5016e6), formatSi(78.375e6), formatSi(999.9e6), formatSi(12)]).toEqual([
      "5.02 G",
      "78.4 M",
      "1 G",
      "12",
    ]);
    expect([formatSeconds(8.4e-4), formatSeconds(0.0123), formatSeconds(1.234)]).toEqual([
      "840 µs",
      "12.3 ms",
      "1.23 s",
    ]);
    expect([formatPValue(0.00009), formatPValue(0.034), formatPValue(null)]).toEqual([
      "< 0.001",
      "0.034",
      "n/a",
    ]);
    expect([1, 4, 8, 0.25].map(formatMagnification)).toEqual(["10x", "2.5x", "1.25x", "40x"]);
  });

  it("tell a share of the teacher's cost as a fraction where it is one", () => {
    expect([1, 1 / 16, 1 / 64, 0.42, 1.8, null].map(formatCostShare)).toEqual([
      "1",
      "1/16",
      "1/64",
      "42%",
      "180%",
      "n/a",
    ]);
  });

  it("join as in a sentence", () => {
    expect([
      joinWords([]),
      joinWords(["2"]),
      joinWords(["2", "4"]),
      joinWords(["2", "4", "8"], "or"),
    ]).toEqual(["", "2", "2 and 4", "2, 4 or 8"]);
  });
});

describe("markup", () => {
  it("escapes all text and keeps markup", () => {
    expect(markup`<b title="${`"'`}">${"<&>"}${markup`<i>${1.23456}</i>`}${null}</b>`.text).toBe(
      '<b title="&quot;&#39;">&lt;&amp;&gt;<i>1.23</i></b>',
    );
  });

  it("shows what cannot be shown honestly as a replacement character", () => {
    expect(cleanText("a\u0000b\u202ec\ud800d\te")).toBe("a\ufffdb\ufffdc\ufffdd\te");
  });

  it("shortens names in the middle and never beyond the length asked for", () => {
    expect(shorten("student-4-published-loss", 12)).toBe("student-…oss");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 3, max: 20 }), (name, length) => {
        expect([...shorten(name, length)].length).toBeLessThanOrEqual(Math.max(length, 0));
      }),
    );
  });

  it("makes text mean itself in Markdown", () => {
    expect(escapeMarkdown("a|b\n*c* <d> http://e")).toBe("a\\|b \\*c\\* &lt;d&gt; http:\\/\\/e");
  });
});

describe("scales", () => {
  it("cover the data with round ticks inside the domain", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const [low, high] = roundDomain([a, b], [0, 1]);
          expect(low).toBeLessThanOrEqual(Math.min(a, b) + 1e-9);
          expect(high).toBeGreaterThanOrEqual(Math.max(a, b) - 1e-9);
          expect(high).toBeGreaterThan(low);
          const ticks = linearTicks([low, high], 5);
          expect(ticks.length).toBeGreaterThan(0);
          expect(ticks.length).toBeLessThanOrEqual(6);
        },
      ),
    );
  });

  it("give a log axis ticks at 1, 2 and 5", () => {
    expect(logTicks([60e6, 6e9])).toEqual([1e8, 2e8, 5e8, 1e9, 2e9, 5e9]);
  });
});

describe("labels", () => {
  it("keep apart, keep their order and stay above the lower limit where there is room", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 }), (places) => {
        const moved = spreadApart(places, 15, [0, 300]);
        const order = places.map((_, index) => index).sort((a, b) => places[a]! - places[b]! || a - b);
        for (let i = 1; i < order.length; i++)
          expect(moved[order[i]!]! - moved[order[i - 1]!]!).toBeGreaterThanOrEqual(15 - 1e-9);
        expect(Math.max(...moved)).toBeLessThanOrEqual(300 + 1e-9);
      }),
    );
  });
});

describe("colours", () => {
  it("are unique, since the dark style is keyed by them", () => {
    const all = [...Object.values(COLOURS), ...Array.from({ length: 7 }, (_, index) => classColour(index))];
    expect(new Set(all).size).toBe(all.length);
    for (const colour of all.filter((value) => value !== COLOURS.heatText))
      expect(darkFigureRules()).toContain(colour);
  });

  it("of text are legible on both grounds", () => {
    const dark = new Map(
      [...darkFigureRules().matchAll(/\[fill="(#\w+)"\]\{fill:(#\w+)\}/g)].map((m) => [m[1]!, m[2]!]),
    );
    for (const key of ["ink", "muted", "teacher", "student", "baseline", "fineTuned", "model"] as const) {
      expect(contrast(COLOURS[key], "#ffffff")).toBeGreaterThan(4.5);
      expect(contrast(dark.get(COLOURS[key])!, "#15181c")).toBeGreaterThan(4.5);
    }
  });
});

/** WCAG contrast ratio of two colours. */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

function luminance(colour: string): number {
  const linear = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}
