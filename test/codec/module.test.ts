// The committed decoder module is the one that its description speaks of, and asks nothing of its surroundings.
import { describe, expect, it } from "vitest";
import { compileDecoders } from "../../src/codec/index.ts";
import { projectFile, sha256 } from "./samples.ts";

const bytes = projectFile("wasm/decoders.wasm");
const readme = new TextDecoder().decode(projectFile("wasm/README.md"));

/** The static functions of WebAssembly.Module, which types without a browser's do not declare. */
interface ModuleFunctions {
  imports(module: object): readonly { module: string; name: string }[];
  exports(module: object): readonly { name: string; kind: string }[];
}
const { Module } = (globalThis as unknown as { WebAssembly: { Module: ModuleFunctions } }).WebAssembly;

describe("the decoder module", () => {
  it("has the SHA-256 and the size that wasm/README.md says", () => {
    expect(readme).toContain(`sha256 of decoders.wasm: \`${sha256(bytes)}\``);
    expect(readme).toContain(`${bytes.length.toLocaleString("en-US")} bytes`);
  });

  it("is small", () => {
    expect(bytes.length).toBeLessThan(600_000);
  });

  it("imports one function and exports what the description lists", () => {
    const module = compileDecoders(bytes);
    expect(Module.imports(module).map(({ module: from, name }) => `${from}.${name}`)).toEqual([
      "lowmag.fail",
    ]);
    for (const { name } of Module.exports(module).filter(({ name: name_ }) => name_ !== "_initialize"))
      expect(readme).toMatch(new RegExp(`^\\| \`${name}\\b`, "m"));
  });

  it("is shipped with the notices of all that it holds", () => {
    const notices = new TextDecoder().decode(projectFile("wasm/LICENSES.txt"));
    for (const part of [
      "Independent JPEG Group",
      "libjpeg-turbo 2.1.5",
      "OpenJPEG 2.5.0",
      "SIMDe 0.7.4",
      "musl",
    ])
      expect(notices).toContain(part);
    const { files } = JSON.parse(new TextDecoder().decode(projectFile("package.json"))) as {
      files: string[];
    };
    expect(files).toEqual(expect.arrayContaining(["wasm/*.wasm", "wasm/LICENSES.txt"]));
  });
});
