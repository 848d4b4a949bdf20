// Draws the line of the rooms: a room imports only from rooms below it, and only through their index.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PORTABLE_ROOMS, ROOMS } from "./rooms.ts";

const ORDER: readonly string[] = ROOMS;

/** Packages that may be imported in one room only. */
const ONE_DOOR: Readonly<Record<string, string>> = {
  sharp: "image",
  koffi: "local",
  "onnxruntime-node": "engine",
  "onnxruntime-common": "engine",
  protobufjs: "graph",
  commander: "cli",
};

const source = fileURLToPath(new URL("../../src", import.meta.url));

interface SourceFile {
  /** Path below src with "/". */
  readonly path: string;
  /** The folder below src; empty for src/index.ts. */
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
  /** Those of the imports that remain when types are erased. */
  readonly valueImports: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readSource(path));

function readSource(path: string): SourceFile {
  const text = readFileSync(join(source, path), "utf8");
  const names = path.split(sep).join("/");
  const statements = [
    ...text.matchAll(/^(import|export)\b(\s+type\b)?[^;"]*?\bfrom "([^"]+)"/gm),
    ...text.matchAll(/\b(import)(\s+type\b)?\s*\(?"([^"]+)"/g),
  ].map((match) => ({ typeOnly: match[2] !== undefined, specifier: match[3] ?? "" }));
  return {
    path: names,
    room: names.includes("/") ? (names.split("/")[0] ?? "") : "",
    text,
    imports: statements.map(({ specifier }) => specifier),
    valueImports: statements.filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => specifier),
  };
}

/** A relative import as a path below src. */
function target(file: SourceFile, specifier: string): string {
  const absolute = join(source, file.path, "..", specifier);
  return relative(source, absolute).split(sep).join("/");
}

/** Every relative import of every file: from, to. */
const edges = files.flatMap((file) =>
  file.imports
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ file, to: target(file, specifier) })),
);

/** Comments and the insides of texts are no code. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/(^|\s)\/\/[^\n]*/g, "$1");
}

describe("the reader of imports", () => {
  it("sees static, type, side-effect and dynamic imports", () => {
    const specifiers = files.flatMap(({ imports }) => imports);
    expect(specifiers.length).toBeGreaterThan(files.length);
    expect(files.find(({ path }) => path === "cli/commands/doctor.ts")?.imports).toEqual(
      expect.arrayContaining(["../../api/doctor.ts", "../../options/index.ts", "../command.ts"]),
    );
    expect(files.find(({ path }) => path === "cli/commands/doctor.ts")?.valueImports).toContain(
      "../../api/doctor.ts",
    );
  });
});

describe("the rooms", () => {
  it("are all in the order of the rooms, and every room of the order exists", () => {
    const rooms = [...new Set(files.map(({ room }) => room).filter((room) => room !== ""))].sort();
    expect(rooms).toEqual([...ORDER].sort());
  });

  it("import only from rooms below them", () => {
    const upward = edges
      .filter(({ file, to }) => to.includes("/") && to.split("/")[0] !== file.room && file.room !== "")
      .filter(({ file, to }) => ORDER.indexOf(to.split("/")[0] ?? "") >= ORDER.indexOf(file.room))
      .map(({ file, to }) => `${file.path} -> ${to}`);
    expect(upward).toEqual([]);
  });

  it("are entered only through their index; a command also loads its own operation alone", () => {
    const operation = /^api\/[a-z-]+\.ts$/; // all of `api` takes twice as long to load
    const inner = edges
      .filter(({ file, to }) => !(file.path.startsWith("cli/commands/") && operation.test(to)))
      .filter(({ file, to }) => to.split("/")[0] !== file.room && !/^[^/]+\/index\.ts$/.test(to))
      .filter(({ to }) => to !== "portable.ts")
      .filter(({ file, to }) => !(file.room === "" && to.endsWith("/index.ts")))
      .map(({ file, to }) => `${file.path} -> ${to}`);
    expect(inner).toEqual([]);
  });

  it("hold no import cycle between their files", () => {
    expect(findCycle(new Map(files.map((file) => [file.path, importedBy(file)])))).toEqual([]);
  });

  it("have one door each to the native packages", () => {
    const strays = files.flatMap((file) =>
      file.imports
        .filter((specifier) => specifier in ONE_DOOR && ONE_DOOR[specifier] !== file.room)
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
    expect(strays).toEqual([]);
  });

  it("keep Node and native code out of the portable ones", () => {
    const node = /(?<![.\w])(?:(?:Buffer|process)\s*\.|__dirname\b|require\s*\()/;
    const portable = files.filter(
      ({ room, path }) => PORTABLE_ROOMS.includes(room) || path === "portable.ts",
    );
    const others = edges
      .filter(
        ({ file, to }) => file.path === "portable.ts" && !PORTABLE_ROOMS.includes(to.split("/")[0] ?? ""),
      )
      .map(({ to }) => to);
    expect(others).toEqual([]);
    const imports = portable.flatMap((file) =>
      file.imports
        .filter((specifier) => specifier.startsWith("node:") || specifier in ONE_DOOR)
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
    const names = portable.filter(({ text }) => node.test(codeOf(text))).map(({ path }) => path);
    expect(imports).toEqual([]);
    expect(names).toEqual([]);
  });

  it("leave printing, exiting and the environment to the command line", () => {
    const forbidden = /\bprocess\s*\.\s*(?:env|exit|stdout|stderr|argv)\b|\bconsole\s*\./;
    const offenders = files
      .filter(({ room, text }) => room !== "cli" && forbidden.test(codeOf(text)))
      .map(({ path }) => path);
    expect(offenders).toEqual([]);
  });

  it("take no randomness or time of day into results", () => {
    const offenders = files
      .filter(({ text }) => /\bMath\s*\.\s*random\b/.test(codeOf(text)))
      .map(({ path }) => path);
    expect(offenders).toEqual([]);
  });
});

/** What a file loads when it runs: a cycle of types alone is erased and harms nobody. */
function importedBy(file: SourceFile): readonly string[] {
  return file.valueImports
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => target(file, specifier));
}

/** The files of one import cycle, or an empty list. */
function findCycle(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (finished.has(path)) return [];
    for (const next of imports.get(path) ?? []) {
      const cycle = visit(next, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    finished.add(path);
    return [];
  };
  for (const path of imports.keys()) {
    const cycle = visit(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
