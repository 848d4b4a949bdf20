// The viewer's files, read into memory once at the start. An address is looked up among them; no path is ever made from
// what a request says.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { gzipSync } from "node:zlib";

/** One file as it is sent. */
export interface ViewerFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** The same, compressed; `null` where that gains nothing. */
  readonly gzip: Uint8Array | null;
  readonly etag: string;
  /** Its name holds a hash of its content, so it never changes. */
  readonly lasting: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

const MOST_FILES = 500;
const MOST_BYTES = 64 * 2 ** 20;

/** Files by address: "/" and "/assets/…"; none where the viewer has not been built. */
export async function readViewerFiles(folder: string): Promise<ReadonlyMap<string, ViewerFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, ViewerFile>();
  let bytes = 0;
  for (const entry of entries.filter((one) => one.isFile()).slice(0, MOST_FILES)) {
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(entry.name).toLowerCase()];
    if (type === undefined) continue;
    const content = await readFile(path);
    bytes += content.length;
    if (bytes > MOST_BYTES) break;
    const name = path
      .slice(folder.replace(/[/\\]+$/, "").length + 1)
      .split(sep)
      .join("/");
    files.set(`/${name}`, fileOf(content, type, name.startsWith("assets/")));
  }
  const index = files.get("/index.html");
  if (index !== undefined) files.set("/", index);
  return files;
}

/** What stands in the place of a viewer that has not been built. */
export function missingViewer(): ViewerFile {
  const page = [
    "<!doctype html>",
    '<html lang="en"><meta charset="utf-8"><title>lowmag</title>',
    "<h1>The viewer has not been built</h1>",
    '<p>The server is running and its API answers at <a href="/api/slides">/api/slides</a>, but the viewer\'s files',
    "are missing. Run <code>npm run build</code> in lowmag's folder and start <code>lowmag serve</code> again.</p>",
    "</html>",
    "",
  ].join("\n");
  return fileOf(new TextEncoder().encode(page), TYPES[".html"]!, false);
}

function fileOf(bytes: Uint8Array, type: string, lasting: boolean): ViewerFile {
  const gzip = /text|json|svg/.test(type) ? gzipSync(bytes, { level: 9 }) : null;
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 20)}"`;
  return { type, bytes, gzip: gzip !== null && gzip.length < bytes.length ? gzip : null, etag, lasting };
}

/** A file as an answer. */
export function sendViewerFile(file: ViewerFile, request: Request): Response {
  const headers: Record<string, string> = {
    "content-type": file.type,
    "cache-control": file.lasting ? "private, max-age=31536000, immutable" : "no-cache",
    etag: file.etag,
    vary: "accept-encoding",
  };
  if (isKnown(request, file.etag)) return new Response(null, { status: 304, headers });
  const zipped = file.gzip !== null && /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  if (zipped) headers["content-encoding"] = "gzip";
  return new Response(body(zipped ? file.gzip! : file.bytes), { headers });
}

/** True where the client says that it holds this version. */
export function isKnown(request: Request, etag: string): boolean {
  const known = request.headers.get("if-none-match");
  return (known ?? "").split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** Bytes as the body of an answer. */
export function body(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
