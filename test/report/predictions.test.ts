// The page of predictions as markup: every slide once, counts that are right, names that cannot do harm.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type PredictedSlide,
  type PredictionPageInput,
  renderPredictionPage,
  summarisePrediction,
} from "../../src/report/index.ts";
import { LABELS, makePrediction, makePredictionPage } from "./predictions-fixture.ts";

/** A section's markup. */
function section(page: string, id: string): string {
  const start = page.indexOf(`<section id="${id}"`);
  return start < 0 ? "" : page.slice(start, page.indexOf("</section>", start));
}

/** Text between tags, entities put back. */
function textOf(markup: string): string {
  const plain = markup.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  return plain
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** The rows of a section's first table as texts of cells. */
function rowsOf(markup: string): string[][] {
  const body = markup.slice(markup.indexOf("<tbody>"), markup.indexOf("</tbody>"));
  return body
    .split("<tr>")
    .slice(1)
    .map((row) =>
      row
        .split(/<\/t[hd]>/)
        .slice(0, -1)
        .map((cell) => textOf(cell).trim()),
    );
}

describe("the page of predictions", () => {
  it("shows every slide once, with its pictures and files beside it", () => {
    const input = makePredictionPage({ slides: 130 });
    const page = renderPredictionPage(input);
    expect(countOf(page, '<li class="slide"')).toBe(130);
    for (const { slide, folder } of input.slides) {
      expect(countOf(page, `<h3 class="name">${slide}</h3>`)).toBe(1);
      for (const file of ["objects.geojson", "prediction.json", "thumbnail.jpg", "heatmap.png"])
        expect(countOf(page, `${folder}/${file}`)).toBe(1);
    }
  });

  it("counts slides by label", () => {
    const input = makePredictionPage({ slides: 77 });
    const rows = rowsOf(section(renderPredictionPage(input), "summary"));
    const expected = LABELS.map((label) => input.slides.filter(({ answer }) => answer.label === label));
    expect(rows.map(([name]) => name)).toEqual([...LABELS]);
    expect(rows.map(([, count]) => Number(count))).toEqual(expected.map(({ length }) => length));
  });

  it("sets known labels against those given, also a known label that is no class of the model", () => {
    const change = (slide: PredictedSlide, index: number) =>
      index === 0 ? { ...slide, truth: "Carcinoma" } : slide;
    const input = makePredictionPage({ slides: 60, change });
    const known = section(renderPredictionPage(input), "agreement");
    const rows = rowsOf(known);
    for (const [row, truth] of [...LABELS, "Carcinoma"].entries()) {
      const own = input.slides.filter((slide) => slide.truth === truth);
      const counts = LABELS.map((label) => own.filter(({ answer }) => answer.label === label).length);
      expect(rows[row]).toEqual([truth, ...counts.map(String)]);
    }
    expect(known).toContain("lowmag evaluate");
    const right = input.slides.filter(({ truth, answer }) => truth === answer.label).length;
    expect(textOf(known)).toContain(`${right} of 40 slides of known label were given it.`);
  });

  it("says nothing of known labels where none are known", () => {
    const page = renderPredictionPage(
      makePredictionPage({ slides: 5, change: (slide) => ({ ...slide, truth: null }) }),
    );
    expect(section(page, "agreement")).toBe("");
    expect(page).not.toContain('id="agreement"');
    expect(page).not.toContain("disagreement");
  });

  it("names slides that were set aside, with their reasons, and says how many are still to do", () => {
    const failures = [
      { slide: "empty.svs", reason: "no-tissue", message: "empty.svs: expected tissue, got none." },
    ] as const;
    const page = renderPredictionPage({ ...makePredictionPage({ slides: 3 }), failures, waiting: 12 });
    expect(rowsOf(section(page, "failures"))).toEqual([
      ["empty.svs", "no-tissue", "empty.svs: expected tissue, got none."],
    ]);
    expect(textOf(page)).toContain("12 slides not classified yet");
  });

  it("names no folder in the reasons of slides that were set aside", () => {
    const failures = [
      ["/data/J. Doe/a.svs directory 0: expected a/b, got c.", "a.svs directory 0: expected a/b, got c."],
      ["C:\\slides\\b.svs: expected 8 µm/px, got 16.", "b.svs: expected 8 µm/px, got 16."],
      ["damaged beyond/above all", "damaged beyond/above all"],
    ].map(([message, shown], index) => ({
      slide: `s${index}`,
      reason: "damaged" as const,
      message: message!,
      shown,
    }));
    const page = renderPredictionPage({ ...makePredictionPage({ slides: 1 }), failures });
    expect(rowsOf(section(page, "failures")).map((row) => row[2])).toEqual(
      failures.map(({ shown }) => shown),
    );
  });

  it("can be made when no slide was classified", () => {
    const failures = [{ slide: "a.svs", reason: "damaged", message: "a.svs: cut short." }] as const;
    const page = renderPredictionPage({ ...makePredictionPage({ slides: 0 }), failures, pace: null });
    expect(textOf(page)).toContain("No slide was classified.");
    expect(section(page, "slides")).toBe("");
    expect(section(page, "failures")).toContain("cut short");
  });

  it("says by which rule slides got their labels", () => {
    const input = makePredictionPage({ slides: 2 });
    const words = (slideRule: PredictionPageInput["slideRule"]) =>
      textOf(section(renderPredictionPage({ ...input, slideRule }), "method"));
    expect(words({ kind: "mean" })).toContain("weighted by their areas of tissue");
    expect(words({ kind: "max", positive: "Sprue" })).toContain("highest probability of Sprue");
    expect(words({ kind: "any", positive: "Sprue", threshold: 0.35 })).toContain("at least 0.35");
    expect(words({ kind: "mean" })).toContain("Zhou et al. 2016");
    expect(words({ kind: "mean" })).toContain(input.model.hash);
  });

  it("speaks of tiles where slides were cut into tiles", () => {
    const input = makePredictionPage({ slides: 3 });
    const tiled = renderPredictionPage({ ...input, rules: { ...input.rules, grid: 224 } });
    expect(textOf(section(tiled, "slides"))).toContain(`${input.slides[0]!.pieces} tile`);
    expect(textOf(section(tiled, "method"))).toContain("means of its tiles’ probabilities");
    expect(textOf(section(tiled, "method"))).toContain("for each tile");
    for (const id of ["slides", "method"]) expect(textOf(section(tiled, id))).not.toContain("piece");
  });

  it("says a remark that stands on every slide once", () => {
    const change = (slide: PredictedSlide) => ({
      ...slide,
      notes: [...slide.notes, "usual rules were used"],
    });
    const page = renderPredictionPage(makePredictionPage({ slides: 20, change }));
    expect(countOf(page, "usual rules were used")).toBe(1);
    expect(countOf(page, '<p class="note">12% of piece 2')).toBe(2);
  });

  it("shows the most probable of many classes and the sum of the others", () => {
    const classes = Array.from({ length: 20 }, (_, index) => `Kind ${index + 1}`);
    const page = renderPredictionPage(makePredictionPage({ slides: 1, classes }));
    const start = page.indexOf('<dl class="bars">');
    const bars = page.slice(start, page.indexOf("</dl>", start));
    const shares = [...bars.matchAll(/<\/i><\/i>([\d.]+)</g)].map(([, share]) => Number(share));
    expect(countOf(bars, "<dt>")).toBe(4);
    expect(bars).toContain("17 others");
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 1);
  });

  it("lets no name become markup, script or a link elsewhere", () => {
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>\u202egnp.\u0000&amp;腺癌`;
    const change = (slide: PredictedSlide) => ({
      ...slide,
      slide: evil,
      folder: `slides/${evil}"//x?#%`,
      truth: evil,
      notes: [evil, "other"],
    });
    const classes = [evil, "Normal"];
    const input = makePredictionPage({ slides: 2, classes, change });
    const page = renderPredictionPage({
      ...input,
      engine: evil,
      model: { ...input.model, name: evil, architecture: evil, hash: evil },
      slideRule: { kind: "max", positive: evil },
      failures: [{ slide: evil, reason: "damaged", message: evil }],
    });
    expect(countOf(page, "<script>")).toBe(1); // the page's own
    expect(page).not.toContain("<img src=x");
    expect(page).not.toContain("\u202e");
    expect(page).not.toContain("\u0000");
    for (const [, address] of page.matchAll(/(?:href|src)="([^"]*)"/g))
      expect(address).toMatch(
        /^(#[a-z]+|data:,|slides\/[A-Za-z0-9%._~!*'()&#;/-]+\.(jpg|png|json|geojson))$/,
      );
    expect(page).toContain("腺癌");
  });

  it("keeps its tags balanced, whatever names are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 12 }), (name) => {
        const change = (slide: PredictedSlide) => ({
          ...slide,
          ...{ slide: name, folder: `slides/${name}`, truth: `${name}3`, notes: [name, `${name}x`] },
        });
        const input = makePredictionPage({ slides: 2, classes: [name, `${name}2`], change });
        const page = renderPredictionPage({ ...input, engine: name });
        for (const tag of ["li", "a", "p", "dl", "table", "section", "select", "option", "i"])
          expect(page.split(new RegExp(`<${tag}[ >]`)).length).toBe(page.split(`</${tag}>`).length);
        expect(countOf(page, '<li class="slide"')).toBe(2);
      }),
      { numRuns: 25 },
    );
  });

  it("gives no id twice", () => {
    const change = (slide: PredictedSlide) => ({ ...slide, notes: ["a"] });
    const failures = [{ slide: "a.svs", reason: "damaged", message: "a.svs: cut short." }] as const;
    const page = renderPredictionPage({ ...makePredictionPage({ slides: 5, change }), failures });
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it("is the same text for the same input", () => {
    const page = () => renderPredictionPage(makePredictionPage({ slides: 40 }));
    expect(page()).toBe(page());
  });

  it("holds 5,000 slides in less than 6 MB", () => {
    const input = makePredictionPage({ slides: 5000 });
    const start = performance.now();
    const page = renderPredictionPage(input);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(Buffer.byteLength(page)).toBeLessThan(6e6);
    expect(countOf(page, '<li class="slide"')).toBe(5000);
  });
});

describe("what the page keeps of a prediction", () => {
  it("is its answer and the number of its pieces, not the pieces", () => {
    const { prediction } = makePrediction();
    expect(summarisePrediction(prediction, "slides/case-1")).toEqual({
      ...{ slide: "case-1", folder: "slides/case-1", answer: prediction.answer, truth: null, pieces: 2 },
      ...{ tissueArea: 5.12, seconds: prediction.seconds, notes: ["a remark"] },
    });
  });
});
