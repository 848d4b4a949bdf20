// A page exported from a small model, slides to drop on it, and a server as plain as any static host's.
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { writePage } from "../../src/api/export-page.ts";
import { encodeJpeg, encodePng, encodeWebp, writePyramid } from "../../src/image/index.ts";
import { exportOnnx, modelFacts, runMetadata } from "../../src/infer/index.ts";
import { type RgbImage, rgbImage } from "../../src/pixels/index.ts";
import { finishedRun } from "../infer/fixtures.ts";
import { crop, imageOf } from "../support/memory-slide.ts";

export const RUN = finishedRun();

/** Writes the page of the run. Wants the page to have been built. */
export async function exportPage(out: string): Promise<void> {
  const card = runMetadata(RUN);
  const onnx = exportOnnx(RUN.model, card);
  await writePage(out, { onnx, facts: modelFacts(RUN), card, weights: "float32" }, false);
}

/** A static host, under a path of its own; it sends no header that would isolate the page. */
export interface StaticHost {
  /** Address with "/" at its end. */
  readonly url: string;
  /** What was asked for, without the path in front. */
  readonly requests: string[];
  /** From then on nothing answers. */
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** Serves a folder under /team/page/. `tamper` may change what is sent. */
export async function startStaticHost(
  folder: string,
  tamper: (name: string, content: Buffer) => Buffer = (_, content) => content,
): Promise<StaticHost> {
  const path = "/team/page/";
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? "").replace(path, "");
    requests.push(name);
    readFile(join(folder, name === "" ? "index.html" : name)).then(
      (content) => {
        const type = TYPES[extname(name === "" ? "index.html" : name)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type }).end(tamper(name, content));
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}${path}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Two pieces of tissue, one with dark grain, at 1 µm/px. */
export function tissuePicture(width = 2000, height = 1200): RgbImage {
  const GLASS = [244, 243, 245];
  const inside = (x: number, y: number, cx: number, cy: number, radius: number) =>
    Math.hypot(x - cx * width, y - cy * height) < radius * height;
  return imageOf(width, height, (x, y, channel) => {
    const light = inside(x, y, 0.24, 0.45, 0.3);
    const dark = inside(x, y, 0.82, 0.6, 0.2);
    if (!light && !dark) return GLASS[channel]!;
    const grain = ((3 * x + 5 * y) % 13) + 18 * Math.sin(x / 5) * Math.cos(y / 9);
    return (dark ? [120, 60, 150] : [214, 130, 186])[channel]! + grain;
  });
}

/** Files to drop, written to a folder: a pyramid of JPEG tiles, the same without µm/px, images, a text. */
export async function writeSlides(folder: string): Promise<Readonly<Record<SlideName, string>>> {
  const picture = tissuePicture();
  const { width, height } = picture;
  const path = (name: string) => join(folder, name);
  const read = (left: number, top: number, w: number, h: number) => part(picture, left, top, w, h);
  await writePyramid(path("two pieces.tif"), { width, height, mpp: { x: 1, y: 1 }, read });
  const piece = part(picture, 200, 200, 512, 448);
  await writeFile(path("piece.jpg"), await encodeJpeg(piece, 90));
  await writeFile(path("piece.png"), await encodePng(piece));
  await writeFile(path("piece.webp"), await encodeWebp(piece));
  await writeFile(path("notes.tif"), "no slide at all, whatever its name");
  const whole = await readFile(path("two pieces.tif"));
  await writeFile(path("cut off.tif"), whole.subarray(0, whole.length / 3));
  return {
    slide: path("two pieces.tif"),
    jpeg: path("piece.jpg"),
    png: path("piece.png"),
    webp: path("piece.webp"),
    text: path("notes.tif"),
    truncated: path("cut off.tif"),
  };
}

function part(image: RgbImage, left: number, top: number, width: number, height: number): RgbImage {
  return rgbImage(width, height, crop(image, left, top, { width, height }));
}

export type SlideName = "slide" | "jpeg" | "png" | "webp" | "text" | "truncated";
