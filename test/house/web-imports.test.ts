// The line around what runs in a browser: `web/` takes from the portable rooms, through their index, and from the few
// packages that are bundled. And what is built from it holds nothing that a strict policy refuses.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PORTABLE_ROOMS } from "./rooms.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGES = ["preact", "preact/hooks", "openseadragon", "onnxruntime-web"];

const files = readdirSync(join(root, "web"), { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({
    path: `web/${path.split(sep).join("/")}`,
    text: readFileSync(join(root, "web", path), "utf8"),
  }));

/** What a file imports, without the "?url" that asks the bundler for an address. */
function importsOf({ path, text }: { path: string; text: string }): string[] {
  const statements = text.matchAll(
    /^(?:import|export)\b[^;"]*?\bfrom "([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/gm,
  );
  return [...statements]
    .map((match) => (match[1] ?? match[2] ?? "").replace(/\?.*$/, ""))
    .map((name) =>
      name.startsWith(".")
        ? relative(root, join(root, path, "..", name))
            .split(sep)
            .join("/")
        : name,
    );
}

function isAllowed(name: string): boolean {
  const room = /^src\/([^/]+)\/index\.ts$/.exec(name)?.[1];
  if (room !== undefined) return PORTABLE_ROOMS.includes(room);
  const isWasm = /^wasm\/[\w-]+\.wasm$/.test(name);
  return (
    isWasm || name.startsWith("web/") || PACKAGES.some((one) => name === one || name.startsWith(`${one}/`))
  );
}

describe("web", () => {
  it("imports only portable rooms, through their index, and the packages that are bundled", () => {
    const imports = files.flatMap((file) => importsOf(file).map((name) => ({ file: file.path, name })));
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports.filter(({ name }) => !isAllowed(name))).toEqual([]);
  });

  it("the viewer takes nothing from the page", () => {
    const viewer = files.filter(({ path }) => path.startsWith("web/viewer/"));
    expect(viewer.flatMap(importsOf).filter((name) => name.startsWith("web/page/"))).toEqual([]);
  });

  it("builds a viewer with nothing inline, nothing from elsewhere, and the licences of what went in", () => {
    const built = join(root, "dist/web/viewer");
    expect(existsSync(built)).toBe(true);
    const page = readFileSync(join(built, "index.html"), "utf8");
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\bon\w+=/);
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]!);
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) expect(address).toMatch(/^\.\/assets\/[\w-]+-[\w-]{8}\.\w+$/);
    const scripts = readdirSync(join(built, "assets")).filter((name) => name.endsWith(".js"));
    const code = scripts.map((name) => readFileSync(join(built, "assets", name), "utf8")).join("");
    expect(code).not.toContain("data-openseadragon-mobile-css");
    const licences = readFileSync(join(built, "LICENSES.txt"), "utf8");
    for (const words of ["openseadragon 6", "CodePlex Foundation", "preact 11", "Jason Miller", "lowmag"]) {
      expect(licences).toContain(words);
    }
  });
});
