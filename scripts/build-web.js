// Bundles the programs that run in a browser: web/<name>/index.html -> dist/web/<name>. Every file but index.html carries
// a hash of its content in its name, nothing is inline (a content-security policy of 'self' is enough), and the licences
// of what went in lie beside it. A program is built elsewhere and moved into place, so that a half-written one is never served.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { licences } from "./web/licences.js";
import { pageParts } from "./web/page-parts.js";
import { withoutInjectedStyle } from "./web/without-injected-style.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The programs, and what a program needs beside what all have. */
const PROGRAMS = [
  { name: "viewer", parts: () => [] },
  { name: "page", parts: () => [pageParts(root, `${root}dist/web/page`)] },
];

/** The settings of vite for one program, written to `outDir`. */
function settings({ name, parts }, outDir) {
  return {
    root: `${root}web/${name}`,
    base: "./",
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    worker: { format: "es" },
    plugins: [withoutInjectedStyle(), licences(root), ...parts()],
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2048,
    },
  };
}

/** Builds one program and puts it where the last one was. */
async function buildProgram(program) {
  const target = `${root}dist/web/${program.name}`;
  const fresh = `${target}.${process.pid}.tmp`;
  const old = `${target}.${process.pid}.old.tmp`;
  mkdirSync(`${root}dist/web`, { recursive: true });
  try {
    await build(settings(program, fresh));
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

const wanted = process.argv.slice(2);
for (const program of PROGRAMS) {
  if (wanted.length > 0 && !wanted.includes(program.name)) continue;
  if (existsSync(`${root}web/${program.name}/index.html`)) await buildProgram(program);
}
