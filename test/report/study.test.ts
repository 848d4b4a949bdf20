// The promises of a study's report: the answer first and never more than was shown, one file that needs nothing else,
// hostile names shown as text, the same numbers in every form.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import type { StudyComparison, StudyRecord } from "../../src/evaluate/index.ts";
import { renderStudyReport, type StudyExample, writeStudyReport } from "../../src/report/index.ts";
import { makeStudyRecord, STUDY_ARMS, type StudyWish } from "../support/study-record.ts";

const HOSTILE = `<script>alert("1")</script>' onload=x & | [a](b) \u202egnp.exe\u0000`;
const record = makeStudyRecord();

function exampleOf({ evaluation }: StudyRecord, image = "test/a.png"): StudyExample {
  const teacher = evaluation!.cells.find(({ kind }) => kind === "teacher")!;
  const student = evaluation!.cells.find(({ kind }) => kind === "distilled")!;
  const [first, second] = evaluation!.classes;
  const picture = { jpeg: new Uint8Array([255, 216, 255, 217]), probabilities: [0.7, 0.2, 0.1] };
  return {
    ...{ image, patient: "P-1", label: first!, seed: 1 },
    views: [
      { model: teacher.id, mpp: 1, width: 256, height: 192, predicted: first!, ...picture },
      { model: student.id, mpp: student.mpp, width: 64, height: 48, predicted: second!, ...picture },
    ],
  };
}

function render(wish: StudyWish = {}) {
  return renderStudyReport({ record: makeStudyRecord(wish), examples: [] });
}

/** The text as a reader sees it. */
function visible(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

/** A record whose comparisons of the first distilled arm are as told. */
function withComparisons(change: (comparison: StudyComparison) => StudyComparison): StudyRecord {
  const evaluation = record.evaluation!;
  return { ...record, evaluation: { ...evaluation, comparisons: evaluation.comparisons.map(change) } };
}

function sentenceOf(own: StudyRecord): string {
  const { html } = renderStudyReport({ record: own, examples: [] });
  return /<p class="finding">([\s\S]*?)<\/p>/.exec(html)![1]!;
}

function keeping(shown: (comparison: StudyComparison) => boolean) {
  return (comparison: StudyComparison): StudyComparison =>
    comparison.nonInferiority === null
      ? comparison
      : { ...comparison, nonInferiority: { ...comparison.nonInferiority, shown: shown(comparison) } };
}

describe("the finding of a study", () => {
  it("says at which resolutions keeping up was shown, with the cost, and where it was not", () => {
    const own = withComparisons(keeping(({ first }) => /-[24]um/.test(first)));
    expect(sentenceOf(own)).toContain(
      "At 2 and 4 µm/px (1/4 and 1/16 of the teacher’s cost) distilled students kept up with their teacher (AUROC less than 0.050 below the teacher’s); at 8 and 16 µm/px this was not shown.",
    );
  });

  it("does not say that students keep up where no test shows it", () => {
    const sentence = sentenceOf(withComparisons(keeping(() => false)));
    expect(sentence).toContain("was not shown at 2, 4, 8 or 16 µm/px");
    expect(sentence).not.toContain("kept up");
  });

  it("claims by the adjusted p-value alone, even where the interval leaves out 0", () => {
    const own = withComparisons((comparison) => ({
      ...comparison,
      difference: {
        ...comparison.difference,
        value: 0.1,
        interval: { low: 0.05, high: 0.15, level: 0.95, method: "" },
      },
      test: { pValue: 0.01, adjusted: 0.3, method: "DeLong by patient" },
    }));
    expect(sentenceOf(own)).toContain("No difference in AUROC from the label-only baseline was shown");
    expect(sentenceOf(own)).toContain("No gain in AUROC from more unlabelled tissue was shown");
  });

  it("says that students fell behind the baseline where that is shown", () => {
    const own = withComparisons((comparison) =>
      comparison.question !== "student-baseline"
        ? comparison
        : {
            ...comparison,
            difference: { ...comparison.difference, value: -0.1 },
            test: { pValue: 1e-4, adjusted: 1e-3, method: "" },
          },
    );
    expect(sentenceOf(own)).toContain("They fell behind the label-only baseline at 2, 4, 8 and 16 µm/px.");
  });

  it("says that students are worse within the margin, and that a finding is exploratory", () => {
    const own = withComparisons((comparison) => {
      const kept = keeping(() => true)(comparison);
      return comparison.question !== "student-teacher"
        ? kept
        : {
            ...kept,
            difference: { ...kept.difference, value: -0.02 },
            test: { pValue: 1e-4, adjusted: 1e-3, method: "" },
          };
    });
    expect(sentenceOf(own)).toContain("Within that margin their AUROC was lower at 2, 4, 8 and 16 µm/px.");
    expect(sentenceOf(makeStudyRecord({ late: ["distilled"] }))).toContain("These results are exploratory");
    expect(sentenceOf(record)).not.toContain("exploratory");
  });

  it("is about the first distilled arm, not the best", () => {
    const arms = [...STUDY_ARMS, { name: "lucky", kind: "distilled" as const, gain: 0.1 }];
    const { html } = render({ arms });
    expect(html).toContain("The arm “distilled”");
    expect(html).not.toContain("The arm “lucky”");
  });

  it("names what is exploratory, what failed, and a single seed", () => {
    const { html } = render({ late: ["fine-tuned"], failed: ["baseline"] });
    expect(html).toContain("after the test split had been read: the arm “fine-tuned”");
    expect(html).toContain("1 of 75 trainings failed");
    expect(html).toContain("not-finite: the loss became NaN at step 312");
    expect(render({ seeds: [1] }).html).toContain("how much another seed would change is not known");
  });
});

describe("the page of a study", () => {
  it("needs nothing but itself", () => {
    const { html } = renderStudyReport({ record, examples: [exampleOf(record)] });
    expect(html.replaceAll("http://www.w3.org/2000/svg", "").match(/https?:\/\//g)).toBeNull();
    for (const [, link] of html.matchAll(/\s(?:href|src)="([^"]*)"/g))
      expect(link).toMatch(/^(#[a-z]+|data:,|data:image\/jpeg;base64,.*)$/);
    expect(html).not.toMatch(/<script|<iframe|@import|url\(|\sstyle="|\son[a-z]+="/);
  });

  it("links to sections that exist, uses no identifier twice, and describes every drawing", () => {
    const { html } = renderStudyReport({ record, examples: [exampleOf(record)] });
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
    for (const [tag] of html.matchAll(/<svg[^>]*>/g)) expect(tag).toMatch(/role="img" aria-label="[^"]+"/);
    for (const [tag] of html.matchAll(/<th[ >][^>]*/g)) expect(tag).toContain("scope=");
  });

  it("gives the same numbers in page, Markdown and tables", () => {
    const { html, markdown, tables } = renderStudyReport({ record, examples: [] });
    const rows = parse(tables.find(({ name }) => name === "results")!.csv, { columns: true }) as Record<
      string,
      string
    >[];
    expect(rows).toHaveLength(record.evaluation!.cells.length);
    for (const row of rows) {
      const value = Number(row.macroAuroc).toFixed(3);
      const interval = `[${Number(row.macroAurocLow).toFixed(3)}, ${Number(row.macroAurocHigh).toFixed(3)}]`;
      expect(visible(html)).toContain(`${value} ${interval}`);
      expect(markdown.replaceAll("\\", "")).toContain(
        `${value} ${interval} SD ${Number(row.macroAurocSD).toFixed(3)}`,
      );
    }
  });

  it("is the same, byte for byte, for the same input", () => {
    const input = { record, examples: [exampleOf(record)] };
    expect(renderStudyReport(input)).toEqual(renderStudyReport(structuredClone(input)));
  });
});

describe("the account of a study", () => {
  it("lists deviations from the published recipe and nothing that equals it", () => {
    const text = visible(render().html);
    for (const words of [
      "Every training: gradients accumulated over 8 images instead of 32.",
      "Every training: hue jitter ±0.05 instead of ±0.2.",
      "colour jitter applied to the student’s image only",
      "the teacher’s kept outputs rounded to float16",
      "24 epochs (1,200 optimiser steps in every training) instead of 100 epochs",
    ])
      expect(text).toContain(words);
    for (const words of [
      "brightness jitter ±",
      "temperature 1 instead",
      "weight decay 0.0001 instead",
      "optimiser adam instead",
    ])
      expect(text).not.toContain(words);
  });

  it("names the arm that departs where the others do not", () => {
    const hot = { name: "hot", kind: "distilled" as const, options: { temperature: 4 } };
    expect(visible(render({ arms: [...STUDY_ARMS, hot] }).html)).toContain(
      "temperature 4 instead of 1 (in hot)",
    );
  });

  it("proves that the test split was read once, and says so where it was read twice", () => {
    const text = visible(render().html);
    expect(text).toContain(
      "The test split was read once by each of 75 networks, 75 readings in all; none was read twice.",
    );
    expect(text).toContain("All 75 trainings had ended before the first reading.");
    const [reading] = record.testReadings;
    const again = { ...record, testReadings: [...record.testReadings, reading!] };
    const { html } = renderStudyReport({ record: again, examples: [] });
    expect(visible(html)).toContain("The test split was read more than once");
    expect(html).toContain(`${reading!.run} (2 times)`);
    expect(visible(html)).not.toContain("read once by each");
    expect(visible(html)).not.toContain("used for the final evaluation only");
  });

  it("counts the flow: what was read is what was used and what was left out", () => {
    const flow = render().figures.find(({ name }) => name === "flow")!;
    expect(flow.svg).toContain("Images read: at least 1,738");
    expect(flow.svg).toContain("Used: 1,700 images");
    expect(flow.svg).toContain("31 images: no label");
    expect(flow.svg).toContain("1 slide: the pixel size is not known");
  });

  it("does not say that patients were kept apart where they are not known", () => {
    const text = visible(render({ patients: false }).html);
    expect(text).toContain("images of one patient may stand in more than one split");
    expect(text).not.toContain("No patient is in more than one split");
  });
});

const NINE = ["a", "b", "c", "d", "e", "f", "g", "h", "a class with a rather long name indeed"];
const TEACHER = STUDY_ARMS[0]!;
const BASELINE = STUDY_ARMS[1]!;
const MANY = ["published", "hot", "soft", "sharp", "late"].map((name) => ({
  ...{ name, kind: "distilled" as const, unlabelledFractions: [0, 0.25, 0.5, 1], labelFractions: [0.25, 1] },
}));

describe("studies of every shape", () => {
  it.each<readonly [string, StudyWish]>([
    ["nothing evaluated", { evaluated: false }],
    ["one seed", { seeds: [1] }],
    ["no baseline", { arms: STUDY_ARMS.filter(({ kind }) => kind !== "baseline") }],
    ["failed trainings", { failed: ["distilled", "baseline"] }],
    ["no unlabelled tissue", { arms: [TEACHER, BASELINE, { name: "distilled", kind: "distilled" }] }],
    ["patients unknown", { patients: false }],
    ["two classes", { classes: ["benign", "malignant"] }],
    ["nine classes", { classes: NINE }],
    ["no validation answers and no curves", { validation: false, curves: false }],
    ["a teacher and a baseline alone", { arms: [TEACHER, BASELINE] }],
    ["no teacher", { arms: [BASELINE] }],
    [
      "one student at one resolution",
      { arms: [TEACHER, { name: "distilled", kind: "distilled", mpps: [4] }] },
    ],
    ["many arms", { arms: [...STUDY_ARMS, ...MANY], mpps: [2, 4, 8, 16, 32] }],
  ])("make a whole report: %s", (_, wish) => {
    const own = makeStudyRecord(wish);
    const { html, markdown, figures, tables } = renderStudyReport({ record: own, examples: [] });
    expect(html).toContain("</html>");
    const all = [
      html.replaceAll("became NaN", ""),
      markdown.replaceAll("became NaN", ""),
      ...figures.map(({ svg }) => svg),
    ];
    for (const text of all) expect(text).not.toMatch(/NaN|undefined|Infinity|\[object|null/);
    for (const { csv } of [...figures, ...tables])
      expect(csv.replaceAll("became NaN", "")).not.toMatch(/NaN|undefined|Infinity|\[object/);
    for (const { svg } of figures) expect(() => new SaxesParser().write(svg).close()).not.toThrow();
    expect(figures.map(({ name }) => name)).toContain("flow");
  });

  it("make a whole report where no metric is defined", () => {
    const evaluation = record.evaluation!;
    const nothing = { value: null, interval: null, perSeed: [null], standardDeviation: null };
    const bare = { temperatures: [], before: { error: nothing, bins: [] }, after: null };
    const cells = evaluation.cells.map((cell) => ({
      ...cell,
      metrics: {},
      perClass: {},
      calibration: bare,
      agreement: null,
    }));
    const { html, figures } = renderStudyReport({
      record: { ...record, evaluation: { ...evaluation, cells, comparisons: [] } },
      examples: [],
    });
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
    expect(figures.map(({ name }) => name)).not.toContain("accuracy-against-cost");
    expect(html).toContain("was not tested");
  });

  it("are refused with two cells of one id, a matrix of another size, or a picture without size", () => {
    const evaluation = record.evaluation!;
    const [cell] = evaluation.cells;
    const refusal = (cells: typeof evaluation.cells, examples: readonly StudyExample[] = []) => {
      try {
        return renderStudyReport({ record: { ...record, evaluation: { ...evaluation, cells } }, examples });
      } catch (error) {
        return error;
      }
    };
    expect(isLowmagError(refusal([cell!, cell!]), "invalid-argument")).toBe(true);
    expect(isLowmagError(refusal([{ ...cell!, confusion: [[1]] }]), "shape-mismatch")).toBe(true);
    const example = exampleOf(record);
    const flat = { ...example, views: example.views.map((view) => ({ ...view, width: 0 })) };
    expect(isLowmagError(refusal([cell!], [flat]), "invalid-argument")).toBe(true);
  });
});

describe("hostile names in a study", () => {
  const hostile = makeStudyRecord({
    title: HOSTILE,
    classes: [HOSTILE, `${HOSTILE}2`],
    arms: [
      TEACHER,
      {
        name: HOSTILE,
        kind: "distilled",
        unlabelledFractions: [0, 1],
        options: { [HOSTILE]: HOSTILE, select: HOSTILE },
      },
    ],
  });
  const exclusions = [{ unit: HOSTILE, count: 3, reason: HOSTILE, examples: [HOSTILE] }];
  const own = {
    ...hostile,
    commands: [HOSTILE],
    file: HOSTILE,
    data: { ...hostile.data, exclusions, preparation: [HOSTILE] },
  };

  it("are shown as text in page and figures, and mean nothing in Markdown", () => {
    const { html, markdown, figures } = renderStudyReport({
      record: own,
      examples: [exampleOf(own, HOSTILE)],
    });
    for (const text of [html, ...figures.map(({ svg }) => svg)]) {
      expect(text.replace(/"[^"]*"/g, '""')).not.toMatch(/<script|<[^>]*\sonload=x[^>]*>/);
      expect(text).not.toMatch(/[\u202e\0]/);
    }
    expect(html).toContain("&lt;script&gt;");
    const outside = markdown.replace(/^ {4}.*$/gm, "");
    expect(outside).not.toMatch(/<script|(?<!\\)\]\(b\)/);
    for (const tag of ["table", "section", "svg", "figure", "g", "dl", "ul", "details"])
      expect(html.split(new RegExp(`<${tag}[ >]`)).length).toBe(html.split(`</${tag}>`).length);
    for (const { svg } of figures) expect(() => new SaxesParser().write(svg).close()).not.toThrow();
  });

  it("are not run as formulas by a spreadsheet", () => {
    const formulas = makeStudyRecord({
      classes: ["=1+1", "b"],
      arms: [TEACHER, { name: "@SUM(A1)", kind: "distilled" }],
    });
    const { figures, tables } = renderStudyReport({ record: formulas, examples: [] });
    const cells = [...figures, ...tables].flatMap(({ csv }) => csv.split(/[,\n]/));
    expect(cells.filter((cell) => /^"?[=@]/.test(cell))).toEqual([]);
    expect(cells).toContain("'=1+1");
  });
});

describe("writeStudyReport", () => {
  it("writes the page last, and every figure as drawing, picture and numbers", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lowmag-study-report-"));
    try {
      const input = { record, examples: [exampleOf(record)] };
      const paths = await writeStudyReport(folder, input, async (svg) => Buffer.from(`png of ${svg.length}`));
      expect(paths[0]).toBe(join(folder, "report.html"));
      const found = await readdir(folder, { recursive: true });
      const report = renderStudyReport(input);
      for (const { name, svg } of report.figures) {
        for (const ending of ["svg", "csv"]) expect(found).toContain(join("figures", `${name}.${ending}`));
        expect(await readFile(join(folder, "figures", `${name}.png`), "utf8")).toBe(`png of ${svg.length}`);
        expect(report.markdown).toContain(`(figures/${name}.svg)`);
      }
      for (const { name } of report.tables) expect(found).toContain(join("tables", `${name}.csv`));
      expect(await readFile(paths[0]!, "utf8")).toBe(report.html);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("leaves no page where a picture could not be drawn", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lowmag-study-report-"));
    try {
      const failing = () => Promise.reject(new Error("no picture"));
      await expect(writeStudyReport(folder, { record, examples: [] }, failing)).rejects.toThrow("no picture");
      expect(await readdir(folder)).not.toContain("report.html");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
