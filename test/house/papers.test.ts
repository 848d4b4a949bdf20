// The papers say what is true: lengths that a reader can bear, commands and flags that exist, tables that match the code.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { commandGroups, commands } from "../../src/cli/commands/index.ts";
import * as exitCodes from "../../src/cli/exit-codes.ts";
import { flagOptions } from "../../src/cli/flags.ts";
import { flagOf } from "../../src/options/index.ts";
import { ROOMS } from "./rooms.ts";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const readme = read("README.md");
const architecture = read("ARCHITECTURE.md");
const manifest = JSON.parse(read("package.json")) as {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  scripts: Record<string, string>;
};

/** Every `lowmag …` line of the README's shell blocks, as words. */
const lines = [...readme.matchAll(/^npx lowmag (.+)$/gm)].map(([, line = ""]) => line.split(/\s+/));

describe("README.md", () => {
  it("has at most 200 lines and its first command by line 16", () => {
    const text = readme.split("\n");
    expect(text.length).toBeLessThanOrEqual(201);
    expect(text.findIndex((line) => line.startsWith("npm ci && npm run demo"))).toBeLessThan(16);
    expect(readme).toMatch(/^npm ci && npm test\b/m);
  });

  it("shows every command once in its table, and no other", () => {
    // A group of commands has one row, by its first word.
    const named = [...readme.matchAll(/^\| `lowmag (\w+)` \|/gm)].map(([, name]) => name);
    const words = new Set(commands.map(({ name }) => name.split(" ")[0]));
    expect([...named].sort()).toEqual([...words].sort());
  });

  it("uses flags that exist", () => {
    expect(lines.length).toBeGreaterThan(5);
    for (const [name, ...words] of lines) {
      const group = commandGroups.some((candidate) => candidate.name === name);
      const full = group ? `${name} ${words[0]}` : name;
      const command = commands.find((candidate) => candidate.name === full);
      expect(command, name).toBeDefined();
      const known = flagOptions(command!).map(({ key }) => flagOf(key));
      for (const flag of words.filter((word) => word.startsWith("--")))
        expect(known, `${name} ${flag}`).toContain(flag);
    }
  });

  it("lists the exit codes as they are", () => {
    const table = readme.slice(readme.indexOf("**Exit codes**"), readme.indexOf("**Environment**"));
    const listed = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    const real = Object.values(exitCodes).filter(
      (value): value is 0 | 1 | 2 | 3 | 130 => typeof value === "number",
    );
    expect(listed.sort((a, b) => a - b)).toEqual([...real].sort((a, b) => a - b));
  });

  it("lists every error code", () => {
    const union = /export type ErrorCode =([^;]*);/.exec(read("src/base/errors.ts"))?.[1] ?? "";
    const codes = [...union.matchAll(/"([a-z-]+)"/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) expect(readme).toContain(`\`${code}\``);
  });
});

describe("ARCHITECTURE.md", () => {
  it("has at most 160 lines", () => {
    expect(architecture.split("\n").length).toBeLessThanOrEqual(161);
  });

  it("shows the rooms in their order", () => {
    const table = architecture.slice(
      architecture.indexOf("## The rooms"),
      architecture.indexOf("## The life"),
    );
    expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, room]) => room)).toEqual([...ROOMS]);
  });

  it("gives a reason for every dependency", () => {
    const names = Object.keys({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.devDependencies,
    });
    const table = architecture.slice(architecture.indexOf("## Dependencies"));
    for (const name of names.filter((name) => !name.startsWith("@types/")))
      expect(table).toContain(`\`${name}\``);
    for (const [, name = ""] of table.matchAll(/`([\w@/-]+)`/g)) expect(names).toContain(name);
  });
});

describe("the scripts that the papers name", () => {
  it("exist", () => {
    const named = [readme, architecture, read("CONTRIBUTING.md")].flatMap((text) =>
      [...text.matchAll(/npm run ([\w-]+)/g)].map(([, script = ""]) => script),
    );
    expect(named.length).toBeGreaterThan(3);
    for (const script of named) expect(Object.keys(manifest.scripts)).toContain(script);
  });
});
