// The contract that every command keeps: help with an example, the general flags, a strict config that can be printed
// and read back, and a published JSON Schema that is up to date.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fileNameOf } from "../../src/cli/command.ts";
import { commandGroups, commands } from "../../src/cli/commands/index.ts";
import { publishedSchemas } from "../../src/cli/index.ts";
import { describeOptions } from "../../src/options/index.ts";
import { capture } from "./capture.ts";

const schemaFolder = fileURLToPath(new URL("../../schema", import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-commands-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the list of commands", () => {
  it("is the commands of the README", () => {
    expect(commands.map(({ name }) => name).sort()).toEqual([
      "convert",
      "demo",
      "distill",
      "doctor",
      "evaluate",
      "export",
      "leaks",
      "predict",
      "prepare",
      "profile",
      "serve",
      "slide associated",
      "slide info",
      "slide region",
      "slide thumbnail",
      "slide tissue",
      "split",
      "study",
      "study init",
      "synthesize",
      "train",
    ]);
  });

  it("publishes exactly one schema per command, up to date with `npm run schemas`", () => {
    const schemas = publishedSchemas();
    expect(readdirSync(schemaFolder).sort()).toEqual([...schemas.keys()].sort());
    for (const [name, content] of schemas)
      expect(readFileSync(join(schemaFolder, name), "utf8"), name).toBe(content);
  });
});

describe.each(commandGroups.map((group) => [group.name, group] as const))("lowmag %s …", (name, group) => {
  const members = commands.filter((command) => command.name.startsWith(`${name} `));

  it.each([[[name]], [[name, "--help"]]])("lists its commands: %j", async (argv) => {
    const { exitCode, stdout, stderr } = await capture(argv);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(group.description.slice(0, 30));
    expect(members.length).toBeGreaterThan(1);
    for (const member of members) expect(stdout).toContain(member.name.slice(name.length + 1));
  });

  it("stands once in the list of all commands, with its summary", async () => {
    const { stdout } = await capture(["--help"]);
    expect(stdout).toContain(group.summary.slice(0, 30));
    for (const member of members) expect(stdout).not.toContain(member.summary);
  });

  it("refuses a command it does not have and suggests the right one", async () => {
    const second = members[0]!.name.split(" ")[1]!;
    const { exitCode, stderr } = await capture([name, `${second}x`]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `error: \`lowmag ${name}\`: expected a command, got \`${second}x\`. Did you mean \`${second}\`?\n`,
    );
  });
});

describe.each(commands.map((command) => [command.name, command] as const))("lowmag %s", (name, command) => {
  const words = name.split(" ");

  it("explains itself with an example and every one of its flags", async () => {
    const { exitCode, stdout, stderr } = await capture([...words, "--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(`lowmag ${name} `.trim());
    expect(stdout).toMatch(/Examples?:/);
    for (const flag of ["--config", "--json", "--seed", "--quiet", "--print-config"])
      expect(stdout).toContain(flag);
  });

  it("describes every option in a sentence", () => {
    for (const { key, description } of describeOptions(command.options))
      expect(description, key).toMatch(/\.$/);
  });

  it("prints a config that is YAML, names only its options, and can be read back", async () => {
    const printed = await capture([...words, "--print-config", "--seed", "7"]);
    expect(printed.exitCode).toBe(0);
    const content = parse(printed.stdout) as Record<string, unknown>;
    expect(content.seed).toBe(7);
    for (const key of Object.keys(content)) expect(Object.keys(command.options.shape)).toContain(key);
    for (const key of Object.keys(command.options.shape)) expect(printed.stdout).toContain(`${key}:`);
    const path = join(folder, `${fileNameOf(command)}.yaml`);
    writeFileSync(path, printed.stdout);
    const again = await capture([...words, "--config", path, "--print-config"]);
    expect(again.stdout).toBe(printed.stdout);
  });

  it("refuses a config key it does not have and suggests the right one", async () => {
    const path = join(folder, `${fileNameOf(command)}-unknown.yaml`);
    writeFileSync(path, "sede: 1\n");
    const { exitCode, stderr } = await capture([...words, "--config", path]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `error: config \`${fileNameOf(command)}-unknown.yaml\`: expected a key of \`${name}\`, got \`sede\`. Did you mean \`seed\`?\n`,
    );
  });

  it("refuses a flag it does not have and suggests the right one", async () => {
    const { exitCode, stderr, stdout } = await capture([...words, "--sede", "1"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toBe(
      `error: \`lowmag ${name}\`: expected one of its flags, got \`--sede\`. Did you mean \`--seed\`?\n`,
    );
  });

  it("reports a wrong value as JSON on standard output with --json", async () => {
    const { exitCode, stdout, stderr } = await capture([...words, "--seed", "minus", "--json"]);
    expect(exitCode).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe("invalid-argument");
    expect(stderr).toBe(`error: ${error.message}\n`);
  });
});

describe("examples in help", () => {
  it.each(commands.map((command) => [command.name, command] as const))(
    "of `%s` use flags that exist",
    (name, command) => {
      const known = describeOptions(command.options).map(({ key }) =>
        key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      );
      for (const { command: line } of command.examples) {
        expect(line.startsWith(`lowmag ${name}`)).toBe(true);
        for (const [, flag] of line.matchAll(/ --(?:no-)?([a-z-]+)/g))
          expect([...known, "json", "config", "quiet", "print-config"]).toContain(flag);
      }
    },
  );
});

it("the schema folder is there to be published", () => {
  expect(existsSync(schemaFolder)).toBe(true);
});
