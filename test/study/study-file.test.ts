// Reading study files: what they say when little is said, where paths lead, and how everything wrong is named by line.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { parseStudyFile, readStudyFile, resolveStudyFile, studyTemplate } from "../../src/study/index.ts";
import { dataset, planOf, study } from "./tissue.ts";

const HEAD = "title: T\ndata: { data: d }\n";
const ARMS = `${HEAD}arms:\n  - distilled\n`;

function refusal(text: string): string {
  try {
    parseStudyFile(text, { path: "/nowhere/study.yaml" });
  } catch (error) {
    if (isLowmagError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("expected a refusal");
}

describe("a study file", () => {
  it("needs a title and data, and has defaults for the rest", () => {
    expect(study(HEAD)).toEqual({
      title: "T",
      data: { data: "/nowhere/d", unlabelled: [] },
      training: {},
      teacher: { mpp: 1 },
      students: { mpp: [2, 4, 8, 16] },
      baseline: {},
      fineTuning: {},
      labelFractions: [1],
      seeds: [1, 2, 3],
      arms: [
        { name: "baseline", kind: "baseline", from: null, options: {}, choose: null },
        { name: "distilled", kind: "distilled", from: null, options: {}, choose: null },
      ],
      comparison: { primary: "macroAuroc", margin: 0.05, level: 0.95, draws: 10_000 },
      leaks: { nearDuplicates: true, allow: [] },
      examples: 6,
    });
  });

  it("may be JSON, name its schema, and leave a section empty", () => {
    const text = `{ "$schema": "study-file.schema.json", "title": "T", "data": { "data": "d" }, "training": null }`;
    expect(study(text)).toEqual(study(HEAD));
  });

  it("is the same as the data it holds", () => {
    expect(resolveStudyFile({ title: "T", data: { data: "d" } }, "/nowhere")).toEqual(study(HEAD));
  });

  it("has paths relative to its own folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lowmag-study-file-"));
    try {
      mkdirSync(join(folder, "deep"));
      const path = join(folder, "deep", "study.yaml");
      writeFileSync(
        path,
        `title: T\ndata: { data: ../d, splits: s.csv, unlabelled: [u, /abs/v] }\nbaseline: { weights: w.safetensors }\nteacher: { run: t }\n`,
      );
      const { content } = await readStudyFile(path);
      expect(content.data).toEqual({
        data: join(folder, "d"),
        splits: join(folder, "deep", "s.csv"),
        unlabelled: [join(folder, "deep", "u"), "/abs/v"],
      });
      expect(content.baseline.weights).toBe(join(folder, "deep", "w.safetensors"));
      expect(content.teacher.run).toBe(join(folder, "deep", "t"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("that is not there is a typed error", async () => {
    await expect(readStudyFile("/nowhere/none.yaml")).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringMatching(
        /^study file `none.yaml`: expected a readable YAML or JSON file, got no file at/,
      ),
    });
  });
});

describe("a study file is refused by file, line and key", () => {
  it.each([
    [
      "an unknown key",
      `${HEAD}\nseed: [1]\n`,
      "study file `study.yaml`, line 4: expected a key of a study file, got `seed`. Did you mean `seeds`?",
    ],
    [
      "an unknown key of a section",
      `${HEAD}training:\n  batch: 8\n  learning_rate: 1\n`,
      "line 5: expected a key of `training`, got `learning_rate`. Did you mean `learningRate`?",
    ],
    [
      "an unknown key of an arm",
      `${ARMS}  - { name: a, kinds: distilled }\n`,
      "line 5: expected a key of `arms[1]`, got `kinds`. Did you mean `kind`?",
    ],
    [
      "what the study decides",
      `${HEAD}teacher: { out: x }\n`,
      "line 3: expected a key of `teacher`, got `out`.",
    ],
    [
      "a wrong value",
      `${HEAD}seeds:\n  - 1\n  - many\n`,
      "line 5: expected `seeds[1]` to be a whole number from 0 to 4294967295, got `many`.",
    ],
    [
      "a wrong word",
      `${HEAD}training: { optimizer: adm }\n`,
      "line 3: expected `training.optimizer` to be one of adam, adamw, sgd, got `adm`.",
    ],
    ["a wrong kind", `${HEAD}training: 7\n`, "line 3: expected `training` to be keys and values, got 7."],
    ["a list instead of a file", "- 1\n", "study file `study.yaml`: expected keys and values, got [1]."],
    [
      "no title",
      "data: { data: d }\n",
      "study file `study.yaml`: expected `title` to be a text, got nothing.",
    ],
    ["no data", "title: T\ndata: {}\n", "line 2: expected `data.data` to be a text, got nothing."],
    [
      "a word that is no arm",
      `${HEAD}arms: [baseline, destilled]\n`,
      "line 3: expected `arms[1]` to be one of baseline, distilled, fine-tuned, or keys and values, got `destilled`.",
    ],
    [
      "a margin out of range",
      `${HEAD}comparison: { margin: 2 }\n`,
      "line 3: expected `comparison.margin` to be a number above 0 and below 1, got 2.",
    ],
    ["a share above 1", `${HEAD}labelFractions: [0.5, 1.5]\n`, "expected `labelFractions[1]` to be a number"],
    ["no share of labels", `${HEAD}labelFractions: [0]\n`, "expected `labelFractions[0]` to be a number"],
    [
      "two lengths in one budget",
      `${HEAD}budget: { steps: 3, epochs: 3 }\n`,
      "line 3: expected `budget` to be either `steps` or `epochs`",
    ],
    [
      "two lengths in one section",
      `${HEAD}budget: { steps: 3 }\ntraining:\n  epochs: 3\n`,
      "line 5: expected one length of training, got both `training.epochs` and a `budget`.",
    ],
    ["a seed twice", `${HEAD}seeds: [1, 2, 1]\n`, "line 3: expected each of `seeds` once, got 1 twice."],
    [
      "a resolution twice",
      `${HEAD}students:\n  mpp: [2, 2.0]\n`,
      "line 4: expected each of `students.mpp` once, got 2 µm/px twice.",
    ],
    [
      "a student finer than its teacher",
      `${HEAD}teacher: { mpp: 4 }\nstudents: { mpp: [4, 2] }\n`,
      "line 4: expected µm/px of at least the teacher's 4, got 2.",
    ],
    [
      "an arm's resolution finer than the teacher's",
      `${ARMS}  - { name: a, kind: baseline, mpp: [0.5] }\n`,
      "line 5: expected µm/px of at least the teacher's 1, got 0.5.",
    ],
    [
      "arms of one name",
      `${ARMS}  - { name: Distilled, kind: baseline }\n`,
      "line 5: expected a name of its own for every arm, got `Distilled` twice.",
    ],
    [
      "an arm called teacher",
      `${ARMS}  - { name: teacher, kind: baseline }\n`,
      "line 5: expected a name of its own, got `teacher`",
    ],
    [
      "an arm from an unknown one",
      `${ARMS}  - { name: t, kind: fine-tuned, from: distiled }\n`,
      "line 5: expected the name of a distilled arm, got `distiled`. Did you mean `distilled`?",
    ],
    [
      "fine-tuning without anything distilled",
      `${HEAD}arms: [fine-tuned]\n`,
      "line 3: expected the name of a distilled arm, got `distilled`. There is none: add one.",
    ],
    [
      "an arm from a baseline",
      `${ARMS}  - baseline\n  - { name: t, kind: fine-tuned, from: baseline }\n`,
      "line 6: expected a distilled arm to start from, got `baseline`, which is baseline. Distilled arms: distilled.",
    ],
    [
      "an arm from one that chooses",
      `${HEAD}arms:\n  - { name: c, kind: distilled, choose: { temperature: [1, 2] } }\n  - { name: t, kind: fine-tuned, from: c }\n`,
      "line 5: expected an arm whose settings are fixed, got `c`, which chooses among several.",
    ],
    [
      "from where nothing is tuned",
      `${ARMS}  - { name: b, kind: baseline, from: distilled }\n`,
      "line 5: expected `from` only in a fine-tuned arm",
    ],
    [
      "an option of another kind of training",
      `${ARMS}  - name: b\n    kind: baseline\n    options: { temperature: 2 }\n`,
      "line 7: expected a key of `arms[1].options`, got `temperature`. `b` is baseline: it takes the options of `train`.",
    ],
    [
      "a share of unlabelled tissue for a baseline",
      `${ARMS}  - { name: b, kind: baseline, unlabelledFractions: [1] }\n`,
      "line 5: expected none for a baseline",
    ],
    [
      "too many candidates",
      `${ARMS}  - { name: b, kind: distilled, choose: { temperature: [1,2,3,4,5,6,7,8,9], softWeight: [1,2,3,4,5,6,7,8] } }\n`,
      "line 5: expected at most 64 combinations, got 72.",
    ],
    [
      "a candidate twice",
      `${ARMS}  - { name: b, kind: distilled, choose: { temperature: [1, 1] } }\n`,
      "line 5: expected each value once, got [1,1].",
    ],
    [
      "a cache of jittered teacher images",
      `${HEAD}students: { cacheTeacher: true }\n`,
      "expected a teacher's image that is never jittered",
    ],
    [
      "a teacher that is given and trained",
      `${HEAD}teacher: { run: r, batch: 8 }\n`,
      "line 3: expected no options of training beside `teacher.run`, got `batch`.",
    ],
    [
      "a given teacher of few labels",
      `${HEAD}teacher: { run: r }\nlabelFractions: [0.5]\n`,
      "line 4: expected [1] beside `teacher.run`, got [0.5].",
    ],
    [
      "too many values",
      `${HEAD}seeds: [${Array.from({ length: 101 }, (_, i) => i).join(", ")}]\n`,
      "line 3: expected `seeds` to be a list of at most 100 values",
    ],
  ])("for %s", (_, text, message) => {
    expect(refusal(text)).toContain(message);
    expect(refusal(text)).toMatch(/^invalid-argument: study file `study.yaml`/);
  });

  it("lets a cached teacher pass where its image is never jittered", () => {
    for (const more of ["jitterViews: student", "jitter: false"])
      expect(() => study(`${HEAD}students: { cacheTeacher: true, ${more} }\n`)).not.toThrow();
  });
});

describe("hostile text", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 12; i++) {
    const name = String.fromCharCode(97 + i);
    const before = `*${String.fromCharCode(96 + i)}`;
    bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => before).join(", ")}]`);
  }
  it.each([
    ["a bomb of aliases", bomb.join("\n")],
    ["a key twice", `${HEAD}seeds: [1]\nseeds: [2]\n`],
    ["a million characters too many", `title: "${"x".repeat(2 ** 20)}"`],
    ["brackets without end", `title: ${"[".repeat(100_000)}`],
    ["braces without end", `title: ${"{a: ".repeat(50_000)}`],
    ["dashes without end", `title:\n  ${"- ".repeat(100_000)}a`],
    ["keys within keys", Array.from({ length: 3000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
    ["as many keys as fit", Array.from({ length: 100_000 }, (_, i) => `${i.toString(36)}: 1`).join("\n")],
    ["a list for a key", `${HEAD}? [a]\n: 1\n`],
    ["an alias of nothing", `${HEAD}seeds: *none\n`],
    ["an alias of itself", "title: &a [*a]\n"],
    ["a tag of another language", `title: !!js/function "function () {}"\n${HEAD}`],
    ["half a string", 'title: "T\n'],
    ["two documents", `${HEAD}---\n${HEAD}`],
  ])("is refused quickly: %s", (_, text) => {
    const started = process.cpuUsage();
    expect(refusal(text)).toMatch(/^(corrupt-data|invalid-argument): study file `study.yaml`/);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(5);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("cannot smuggle `%s` in", (key) => {
    for (const text of [
      `${HEAD}${key}: { x: 1 }\n`,
      `${HEAD}training: { ${key}: { x: 1 } }\n`,
      `${ARMS}  - { name: a, kind: distilled, choose: { ${key}: [1] } }\n`,
    ])
      expect(refusal(text)).toContain(`got \`${key}\``);
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
  });

  it("of any kind gives a study or a typed error", () => {
    const good = studyTemplate();
    const damaged = fc
      .tuple(fc.nat(good.length), fc.nat(40), fc.string({ maxLength: 12 }))
      .map(([at, length, put]) => good.slice(0, at) + put + good.slice(at + length));
    const value = fc.jsonValue({ maxDepth: 4 });
    const keys = fc.constantFrom(
      "title",
      "data",
      "training",
      "budget",
      "teacher",
      "students",
      "arms",
      "seeds",
      "leaks",
    );
    const wrong = fc
      .tuple(keys, value)
      .map(([key, what]) => JSON.stringify({ title: "T", data: { data: "d" }, [key]: what }));
    fc.assert(
      fc.property(fc.oneof(damaged, wrong), (text) => {
        try {
          parseStudyFile(text, { path: "/nowhere/s.yaml" });
        } catch (error) {
          expect(isLowmagError(error) ? "typed" : error).toBe("typed");
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("the study file that `study init` writes", () => {
  const template = studyTemplate();
  const minimal = "title: Students at lower magnifications\ndata: { data: tiles/ }\n";

  it("says the defaults and nothing else", () => {
    const { training, baseline, fineTuning, ...rest } = study(template);
    expect({ ...rest, training: {}, baseline: {}, fineTuning: {} }).toEqual(study(minimal));
    expect({ training, baseline, fineTuning }).toEqual({
      training: { batch: 32 },
      baseline: { classWeights: "none" },
      fineTuning: { classWeights: "none" },
    });
    const keys = (text: string) => planOf(text, dataset({ side: 2048 })).runs.map(({ key }) => key);
    expect(keys(`${template}\n`)).toEqual(keys(minimal));
  });

  it("has examples of which each can be uncommented", () => {
    const lines = template.split("\n");
    const examples = lines.flatMap((line, i) => (/^ *# (- \{|[a-zA-Z]+: \S)/.test(line) ? [i] : []));
    expect(examples.length).toBeGreaterThan(40);
    for (const i of examples) {
      if (lines[i]!.includes("yaml-language-server") || lines[i]!.includes(" run: ")) continue;
      const text = lines.map((line, j) => (j === i ? line.replace("# ", "") : line)).join("\n");
      expect(() => study(text.replaceAll(/^# .*$/gm, "")), lines[i]).not.toThrow();
    }
  });

  it("explains every key in whole sentences and keeps its lines short", () => {
    for (const line of template.split("\n")) expect(line.length, line).toBeLessThanOrEqual(125);
    for (const key of Object.keys(study(minimal))) expect(template).toMatch(new RegExp(`\\.\\n(# )?${key}:`));
  });
});
