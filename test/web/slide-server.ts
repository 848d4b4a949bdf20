// A server of generated slides that speaks the API of `lowmag serve`, with the built viewer and its strict policy, and
// switches for what goes wrong.
import { readFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { overlayJson, predictionJson } from "../../src/classify/index.ts";
import { encodeJpeg } from "../../src/image/index.ts";
import type { RgbImage } from "../../src/pixels/index.ts";
import { MODELS, overlay, prediction, slideView, tableRows, thumbnail, tile } from "./generated-slides.ts";

const viewer = fileURLToPath(new URL("../../dist/web/viewer/", import.meta.url));

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** A running server and its switches. */
export interface SlideServer {
  /** Address with "/" at its end. */
  readonly url: string;
  /** Slides beyond those with a purpose. */
  more: number;
  /** No slides at all. */
  empty: boolean;
  /** Tiles are refused. */
  tilesFail: boolean;
  /** Every answer of the API is a refusal. */
  broken: boolean;
  /** Slides whose thumbnails were asked for. */
  readonly thumbnails: string[];
  /** All switches off, nothing asked for. */
  reset(): void;
  close(): Promise<void>;
}

export async function startSlideServer(): Promise<SlideServer> {
  const made = new Map<string, Promise<Uint8Array>>();
  const jpeg = (key: string, picture: () => RgbImage) => {
    const kept = made.get(key) ?? encodeJpeg(picture(), 80);
    made.set(key, kept);
    return kept;
  };
  const server = createServer((request, response) => {
    answer(state, jpeg, new URL(request.url ?? "/", "http://localhost").pathname, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state: SlideServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    more: 0,
    empty: false,
    tilesFail: false,
    broken: false,
    thumbnails: [],
    reset: () => {
      Object.assign(state, { more: 0, empty: false, tilesFail: false, broken: false });
      state.thumbnails.length = 0;
    },
    close: () => stop(server),
  };
  return state;
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

type Jpeg = (key: string, picture: () => RgbImage) => Promise<Uint8Array>;

async function answer(state: SlideServer, jpeg: Jpeg, path: string, response: ServerResponse): Promise<void> {
  const send = (type: string, body: string | Uint8Array, status = 200) => {
    response.writeHead(status, { "content-type": type, "content-security-policy": POLICY }).end(body);
  };
  const json = (value: unknown) => send("application/json", JSON.stringify(value));
  const refuse = (status: number, message: string) =>
    send("application/json", JSON.stringify({ error: { code: "refused", message } }), status);
  if (!path.startsWith("/api/")) return sendFile(path, send);
  const [, , what, id = "", part, model = "", kind] = path.split("/");
  if (state.broken) return refuse(500, "The results folder cannot be read.");
  if (what === "models") return json(MODELS);
  if (id === "") return json(state.empty ? [] : tableRows(state.more));
  const view = slideView(id);
  if (view === null) return refuse(404, "There is no such slide.");
  if (part === undefined) return json(view);
  if (part === "thumbnail.jpg") {
    state.thumbnails.push(id);
    return send("image/jpeg", await jpeg("thumbnail", thumbnail));
  }
  if (part === "predictions") {
    const found = kind === "overlay" ? overlay(id, model) : prediction(id, model);
    if (found === null) return refuse(404, "There is no answer of this model for this slide.");
    return send("application/json", "maps" in found ? overlayJson(found) : predictionJson(found));
  }
  const [column, row] = (kind ?? "").split(/[_.]/).map(Number);
  const picture = tile(Number(model), column!, row!);
  if (state.tilesFail || picture === null) return refuse(422, "The file is damaged here.");
  return send("image/jpeg", await jpeg(path.slice(path.indexOf("tiles")), () => picture));
}

async function sendFile(path: string, send: (type: string, body: Uint8Array) => void): Promise<void> {
  const name = path === "/" ? "index.html" : path.slice(1);
  send(TYPES[extname(name)] ?? "text/plain", await readFile(viewer + name));
}
