// A command of its own that others stand behind, as `study` and `study init` are.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { defineCommand } from "../../src/cli/command.ts";
import { buildProgram } from "../../src/cli/program.ts";

const seen: unknown[] = [];
const command = (name: string) =>
  defineCommand({
    name,
    summary: `${name}.`,
    description: `${name}.`,
    examples: [{ command: `lowmag ${name}`, says: "It." }],
    positionals: [{ key: "file", variadic: false }],
    options: z.strictObject({ file: z.string().optional() }),
    run: async () => ({ result: {}, text: "" }),
  });

async function run(...argv: readonly string[]): Promise<unknown[]> {
  seen.length = 0;
  const terminal = { write: () => undefined };
  const program = buildProgram(
    [command("study"), command("study init")],
    [],
    "1.0.0",
    { stdout: terminal, stderr: terminal, env: {}, interactive: false, platform: "linux" },
    async ({ name }, parsed, values) => {
      seen.push(name, values[0], parsed.opts().json ?? false);
    },
  );
  await program.parseAsync([...argv], { from: "user" });
  return [...seen];
}

describe("a command that others stand behind", () => {
  it("takes a file of its own", async () => {
    expect(await run("study", "a.yaml", "--json")).toEqual(["study", "a.yaml", true]);
    expect(await run("study", "--json", "a.yaml")).toEqual(["study", "a.yaml", true]);
  });

  it("leaves the word, the file and the flags of the other to the other", async () => {
    expect(await run("study", "init")).toEqual(["study init", undefined, false]);
    expect(await run("study", "init", "b.yaml", "--json")).toEqual(["study init", "b.yaml", true]);
  });

  it("takes a file that is called like the other when its folder is named", async () => {
    expect(await run("study", "./init")).toEqual(["study", "./init", false]);
  });
});
