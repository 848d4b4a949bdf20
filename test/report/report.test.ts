// The report's promises: one file that needs nothing else, hostile names shown as text, honest words.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { evaluateModels } from "../../src/evaluate/index.ts";
import type { ExampleTissue } from "../../src/report/index.ts";
import { renderReport, writeReport } from "../../src/report/index.ts";
import { makeRecord, SEVEN_MODELS, THREE_CLASSES } from "./fixture.ts";

const record = makeRecord({ classes: THREE_CLASSES, models: SEVEN_MODELS });
const HOSTILE = `<script>alert("1")</script>' onload=x & | [a](b) \u202egnp.exe\u0000`;

function example(image: string, label: string, predicted: string, model = "student-4"): ExampleTissue {
  const view = {
    model,
    mpp: 4,
    jpeg: new Uint8Array([255, 216, 255, 217]),
    width: 128,
    height: 96,
    predicted,
  };
  return { image, label, patient: "P-1", views: [{ ...view, probabilities: [0.7, 0.2, 0.1] }] };
}

/** The page's text as a reader sees it. */
function visibleText(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, " ");
}

describe("the page", () => {
  it("needs nothing but itself", async () => {
    const { html } = await renderReport({ record, examples: [example("a.png", "Viable", "Viable")] });
    const addresses = html.replaceAll("http://www.w3.org/2000/svg", "").match(/https?:\/\//g);
    expect(addresses).toBeNull();
    const links = [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect(link).toMatch(/^(#[a-z]+|data:,|data:image\/jpeg;base64,.*)$/);
    expect(html).not.toMatch(/<script|<iframe|@import|url\(|\sstyle="|\son[a-z]+="/);
    expect(html).toContain("default-src &#39;none&#39;");
  });

  it("links to sections that exist, and uses no identifier twice", async () => {
    const { html } = await renderReport({ record, examples: [] });
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
    expect(html).not.toContain('href="#examples"');
  });

  it("describes every drawing and every column in words", async () => {
    const { html } = await renderReport({ record, examples: [example("a.png", "Viable", "Viable")] });
    for (const [tag] of html.matchAll(/<svg[^>]*>/g)) expect(tag).toMatch(/role="img" aria-label="[^"]+"/);
    for (const [tag] of html.matchAll(/<th[ >][^>]*/g)) expect(tag).toContain("scope=");
  });

  it("shows every model, every class and the facts of the comparison", async () => {
    const { html, markdown } = await renderReport({ record, examples: [] });
    const text = visibleText(html);
    for (const name of [...SEVEN_MODELS.map((model) => model.name), ...THREE_CLASSES]) {
      expect(text).toContain(name);
      expect(markdown).toContain(name);
    }
    for (const fact of [
      "Research use only",
      "60",
      "14",
      "test",
      "10,000 bootstrap draws by patient",
      ...record.notes,
    ])
      expect(text).toContain(fact);
    expect(text).toContain("always above the true one-vs-rest accuracy");
  });

  it("is the same for the same input", async () => {
    const input = {
      record,
      examples: [example("a.png", "Viable", "Viable")],
      settings: { commands: ["lowmag demo"] },
    };
    expect(await renderReport(input)).toEqual(await renderReport(structuredClone(input)));
  });

  it("says n/a with the reason where a metric is not defined", async () => {
    const [first, ...rest] = record.models;
    const metrics = { ...first!.metrics, macroAuroc: { value: null, interval: null } };
    const cost = { ...first!.cost, latencySecondsPerImage: null, latencyMegapixelsPerSecond: null };
    const { html, markdown } = await renderReport({
      record: { ...record, models: [{ ...first!, metrics, cost }, ...rest] },
      examples: [],
    });
    expect(html).toContain('title="Not defined: it needs images of the class and images of other classes');
    expect(html).toContain('title="Latency was not measured."');
    expect(markdown).toContain("n/a");
    expect(`${html}${markdown}`).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it("marks predictions right or wrong in words as well as in colour", async () => {
    const wrong = example("a.png", "Viable", "Non-Tumor");
    const { html } = await renderReport({ record, examples: [wrong] });
    expect(html).toContain('aria-label="wrong:"');
    expect(html).not.toContain('aria-label="right:"');
    expect(html).toContain("true class 0.10");
    expect(html).toContain("100 µm");
  });

  it("shows a picture once for all models of one resolution", async () => {
    const one = example("a.png", "Viable", "Viable");
    const two = example("a.png", "Viable", "Non-Tumor", "baseline-4");
    const both = { ...one, views: [...one.views, ...two.views] };
    const { html } = await renderReport({ record, examples: [both] });
    expect(html.match(/data:image\/jpeg/g)).toHaveLength(1);
    expect(html).toContain('aria-label="right:"');
    expect(html).toContain('aria-label="wrong:"');
  });

  it("repeats commands, data and settings for whoever runs it again", async () => {
    const settings = {
      commands: ["lowmag train --data a/ --mpp 1", "lowmag evaluate runs/*"],
      data: { "splits SHA-256": "abc123" },
      models: { teacher: { epochs: 30 }, "student-4": { epochs: 40, "soft weight": 1 } },
    };
    const { html, markdown } = await renderReport({ record, examples: [], settings });
    for (const words of ["lowmag train --data a/ --mpp 1", "abc123", "soft weight"])
      expect(html).toContain(words);
    expect(markdown).toContain("    lowmag evaluate runs/*");
  });
});

describe("a record of the evaluate room", () => {
  it("becomes a whole page with its notes, its comparisons and its numbers", async () => {
    const { classes, split, models, createdAt, lowmag } = record;
    const own = evaluateModels({ classes, split, models, createdAt, lowmag, seed: 1, draws: 200 });
    const { html } = await renderReport({ record: own, examples: [] });
    const text = visibleText(html);
    for (const note of own.notes) expect(text).toContain(note.replace(/</g, "&lt;"));
    for (const { first, second } of own.comparisons)
      expect(text).toMatch(new RegExp(`${first} .?− ${second}`));
    for (const model of own.models) expect(text).toContain(model.metrics.balancedAccuracy!.value!.toFixed(3));
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("hostile names", () => {
  const classes = [HOSTILE, "constructor", "__proto__"];
  const models = SEVEN_MODELS.map((model) => ({ ...model, name: `${model.name}${HOSTILE}` }));
  const hostile = {
    ...makeRecord({ classes, models }),
    notes: [HOSTILE],
    split: HOSTILE,
    resampling: HOSTILE,
  };

  it("are shown as text in the page, the drawings and the Markdown", async () => {
    const input = {
      record: hostile,
      examples: [example(HOSTILE, HOSTILE, HOSTILE, models[0]!.name)],
      title: HOSTILE,
      settings: {
        commands: [HOSTILE],
        data: { [HOSTILE]: HOSTILE },
        models: { [models[0]!.name]: { [HOSTILE]: HOSTILE } },
      },
    };
    const { html, markdown, figures } = await renderReport(input);
    const drawings = figures.map(({ svg }) => svg).join("");
    for (const output of [html, drawings]) {
      expect(output).not.toContain("<script");
      for (const [tag] of output.matchAll(/<[a-z][^>]*>/g))
        expect(tag.replace(/"[^"]*"/g, "")).not.toContain("onload");
      for (const character of ["\u0000", "\u202e"]) expect(output).not.toContain(character);
      expect(output).toContain("&lt;script&gt;");
    }
    const prose = markdown.split("## Commands")[0]!;
    expect(prose).not.toContain("<script");
    expect(prose).not.toMatch(/[^\\]\[a\]\(b\)/);
  });

  it("leave the page's tags balanced, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1, maxLength: 12 }), async (name) => {
        const own = makeRecord({
          classes: [name, `${name}2`],
          models: [{ ...SEVEN_MODELS[0]!, name }],
          imagesPerClass: 2,
        });
        const { html } = await renderReport({
          record: own,
          examples: [example(name, name, name, name)],
          title: name,
        });
        const plain = await renderReport({
          record: makeRecord({
            classes: ["a", "a2"],
            models: [{ ...SEVEN_MODELS[0]!, name: "a" }],
            imagesPerClass: 2,
          }),
          examples: [],
        });
        for (const tag of ["table", "section", "svg", "figure", "g", "dl"])
          expect(html.split(`<${tag}`).length).toBe(html.split(`</${tag}>`).length);
        expect(html.split("<section").length).toBe(plain.html.split("<section").length + 1);
      }),
      { numRuns: 30 },
    );
  });

  it("are not run as formulas by a spreadsheet", async () => {
    const own = makeRecord({ classes: ["=1+1", "b"], models: [{ ...SEVEN_MODELS[0]!, name: "@SUM(A1)" }] });
    const { figures, tables } = await renderReport({ record: own, examples: [] });
    const cells = [...figures, ...tables].flatMap(({ csv }) => csv.split(/[,\n]/));
    expect(cells.filter((cell) => /^"?[=@]/.test(cell))).toEqual([]);
    expect(cells).toContain("'=1+1");
  });
});

describe("sparse records", () => {
  it.each([
    ["one model", { classes: THREE_CLASSES, models: SEVEN_MODELS.slice(0, 1) }],
    ["two classes", { classes: ["a", "b"], models: SEVEN_MODELS }],
    [
      "twenty classes",
      { classes: Array.from({ length: 20 }, (_, i) => `class ${i}`), models: SEVEN_MODELS.slice(0, 3) },
    ],
    [
      "no intervals and no learning curves",
      { classes: THREE_CLASSES, models: SEVEN_MODELS, intervals: false, curves: false },
    ],
    ["one image per class", { classes: THREE_CLASSES, models: SEVEN_MODELS, imagesPerClass: 1 }],
  ])("make a whole page: %s", async (_, wish) => {
    const { html, markdown, figures } = await renderReport({ record: makeRecord(wish), examples: [] });
    expect(html).toContain("</html>");
    expect(`${html}${markdown}${figures.map(({ svg }) => svg).join("")}`).not.toMatch(
      /NaN|Infinity|undefined/,
    );
  });

  it("make a whole page where nothing at all is defined", async () => {
    const bare = makeRecord({ classes: THREE_CLASSES, models: SEVEN_MODELS.slice(0, 2) });
    const models = bare.models.map((model) => ({
      ...model,
      metrics: {},
      perClass: {},
      roc: {},
      reliability: [],
      learningCurve: [],
    }));
    const { html, figures } = await renderReport({
      record: { ...bare, models, comparisons: [], notes: [] },
      examples: [],
    });
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
    expect(figures.map(({ name }) => name)).toEqual(["confusion-matrices"]);
  });

  it("are refused without a model, with two of one name, or with a matrix of another size", async () => {
    const [model] = record.models;
    const refused = async (models: typeof record.models, code: "invalid-argument" | "shape-mismatch") => {
      const error = await renderReport({ record: { ...record, models }, examples: [] }).catch(
        (e: unknown) => e,
      );
      expect(isLowmagError(error, code)).toBe(true);
    };
    await refused([], "invalid-argument");
    await refused([model!, model!], "invalid-argument");
    await refused([{ ...model!, confusion: [[1]] }], "shape-mismatch");
  });
});

describe("writeReport", () => {
  it("writes the page, the Markdown, and every figure and table with its numbers", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lowmag-report-"));
    try {
      const paths = await writeReport(join(folder, "out"), { record, examples: [] });
      expect(paths[0]).toBe(join(folder, "out", "report.html"));
      const found = await readdir(join(folder, "out"), { recursive: true });
      for (const name of [
        "accuracy-against-cost",
        "auroc-against-cost",
        "confusion-matrices",
        "roc-curves",
        "learning-curves",
      ])
        for (const ending of ["svg", "csv"]) expect(found).toContain(join("figures", `${name}.${ending}`));
      expect(found).toContain(join("tables", "models.csv"));
      expect(found.filter((name) => name.endsWith(".tmp"))).toEqual([]);
      const page = await readFile(paths[0]!, "utf8");
      expect(page).toBe((await renderReport({ record, examples: [] })).html);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("gives the drawn numbers in full in the figure's table", async () => {
    const { figures } = await renderReport({ record, examples: [] });
    const { csv, svg } = figures.find(({ name }) => name === "accuracy-against-cost")!;
    expect(csv.trim().split("\n")).toHaveLength(1 + SEVEN_MODELS.length);
    const student = record.models.find(({ name }) => name === "student-4")!;
    expect(csv).toContain(`${student.metrics.balancedAccuracy!.value}`);
    expect(svg).toContain(student.metrics.balancedAccuracy!.value!.toFixed(3));
    expect(svg).toContain("4 µm/px");
  });
});
