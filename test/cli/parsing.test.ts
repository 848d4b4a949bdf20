// Flags, config files and precedence, seen from outside: what `--print-config` says the options are.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { capture } from "./capture.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-parsing-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function config(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function resolved(...argv: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await capture([...argv, "--print-config"]);
  expect(stderr).toBe("");
  return parse(stdout) as Record<string, unknown>;
}

describe("precedence", () => {
  it("is defaults, then config, then flags", async () => {
    const path = config("train.yaml", "epochs: 7\nlearningRate: 0.01\n");
    const options = await resolved("train", "--config", path, "--epochs", "9");
    expect(options).toMatchObject({ epochs: 9, learningRate: 0.01, optimizer: "adam" });
  });

  it("lets a flag undo a switch of the config, both ways", async () => {
    const path = config("switches.yaml", "flip: false\nresume: true\n");
    expect(await resolved("train", "--config", path)).toMatchObject({ flip: false, resume: true });
    const undone = await resolved("train", "--config", path, "--flip", "--no-resume");
    expect(undone).toMatchObject({ flip: true, resume: false });
  });
});

describe("config files", () => {
  it("may be JSON and may name their schema", async () => {
    const path = config(
      "distill.json",
      `{ "$schema": "distill.schema.json", "unlabelled": ["more"], "mpp": 4 }`,
    );
    expect(await resolved("distill", "--config", path)).toMatchObject({ unlabelled: ["more"], mpp: 4 });
  });

  it.each([
    ["broken.yaml", "a: [1", /^error: config `broken.yaml`: expected YAML or JSON, got .+\n$/],
    ["list.yaml", "- 1\n", /^error: config `list.yaml`: expected keys and values, got a list\.\n$/],
    [
      "twice.yaml",
      "seed: 1\nseed: 2\n",
      /^error: config `twice.yaml`: expected YAML or JSON, got Map keys must be unique/,
    ],
    [
      "kind.yaml",
      "epochs: many\n",
      /^error: config `kind.yaml`: expected `epochs` to be a whole number of at least 1, got `many`\./,
    ],
  ])("say what is wrong with %s", async (name, content, message) => {
    const { exitCode, stderr } = await capture([
      "train",
      "--config",
      config(name, content),
      "--data",
      "d",
      "--out",
      "o",
    ]);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  it("that are not there are a usage error", async () => {
    const { exitCode, stderr } = await capture(["train", "--config", join(folder, "none.yaml")]);
    expect(stderr).toMatch(
      /^error: config `none.yaml`: expected a readable YAML or JSON file, got no file at /,
    );
    expect(exitCode).toBe(2);
  });
});

describe("flags", () => {
  it("split lists at commas, and repeat for paths", async () => {
    const split = await resolved("split", "--classes", "A, B,C", "--fractions", "0.5,0.25,0.25");
    expect(split).toMatchObject({ classes: ["A", "B", "C"], fractions: [0.5, 0.25, 0.25] });
    const distill = await resolved("distill", "--unlabelled", "a,b", "--unlabelled", "c");
    expect(distill).toMatchObject({ unlabelled: ["a,b", "c"] });
  });

  it.each([
    [["train", "--out", "o"], "`lowmag train`: expected `--data`, got nothing."],
    [
      ["train", "--data", "d", "--out", "o", "--learning-rate", "fast"],
      "`--learning-rate`: expected a number above 0, got `fast`.",
    ],
    [
      ["train", "--data", "d", "--out", "o", "--epochs", "1.5"],
      "`--epochs`: expected a whole number of at least 1, got 1.5.",
    ],
    [
      ["train", "--data", "d", "--out", "o", "--optimizer", "adm"],
      "`--optimizer`: expected one of adam, adamw, sgd, got `adm`.",
    ],
    [
      ["train", "--data", "d", "--out", "o", "--label-smoothing", "1"],
      "`--label-smoothing`: expected a number of at least 0 and below 1, got 1.",
    ],
    [
      ["train", "--data", "d", "--out", "o", "--include", "("],
      "`--include`: expected a valid regular expression, got `(`.",
    ],
    [
      ["split", "--data", "d", "--out", "o", "--fractions", "0.9,0.9,0.9"],
      "`--fractions`: expected three fractions (train, val, test) that sum to 1, got [0.9,0.9,0.9].",
    ],
    [["distill", "--mpp"], "`--mpp`: expected a value (`--mpp <UM>`), got nothing."],
    [["predict"], "`lowmag predict`: expected `run`, got nothing."],
    [["trian"], "`lowmag`: expected a command, got `trian`. Did you mean `train`?"],
    [["doctor", "extra"], "`lowmag doctor`: expected arguments as its help says, got too many arguments"],
  ])("%j is refused in words", async (argv, message) => {
    const { exitCode, stdout, stderr } = await capture(argv);
    expect(stderr.startsWith(`error: ${message}`), stderr).toBe(true);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });
});

describe("lowmag itself", () => {
  it("prints its help without arguments and its version with --version", async () => {
    expect((await capture([])).stdout).toContain("Usage: lowmag");
    expect((await capture(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
