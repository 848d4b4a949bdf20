// The worker that reads slides: opens dropped files by ranges, finds and cuts tissue, asks the network, and makes the tiles
// that the viewer shows. The file's bytes go nowhere else.
import {
  type ClassifiedSlide,
  classifySlide,
  type ModelFacts,
  type SlideNetwork,
  type SlideOverlay,
  type SlidePrediction,
  type SlideRule,
} from "../../src/classify/index.ts";
import { compileDecoders, createDecoders } from "../../src/codec/index.ts";
import type { RgbImage } from "../../src/pixels/index.ts";
import { tileAt } from "../../src/slide/index.ts";
import { answerCalls, type CallContext } from "./calls.ts";
import { type FileGroup, groupFiles, type PickedFile } from "./group-files.ts";
import { Shelf } from "./shelf.ts";
import { fetchUnpacked } from "./site.ts";
import { openWebNetwork } from "./web-network.ts";

/** How a slide is to be classified. */
export interface ClassifyRequest {
  readonly id: string;
  readonly how: "cut" | "whole";
  readonly slideRule: SlideRule;
}

/** What came of it. */
export interface ClassifyReply {
  readonly prediction: SlidePrediction;
  readonly overlay: SlideOverlay;
}

/** Which tile is wanted. */
export interface TileRequest {
  readonly id: string;
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/**
 * Most pixels of one piece: WebAssembly has 4 GB, and the first layers of a network take about 100 bytes for each pixel.
 */
const PIECE_PIXELS = 24_000_000;

let shelf: Shelf | null = null;
let network: SlideNetwork | null = null;

const ready = <T>(thing: T | null): T => {
  if (thing === null) throw new Error("The page is not ready yet.");
  return thing;
};

answerCalls(self as never, {
  start: async ({ base }: { base: string }) => {
    shelf = new Shelf(createDecoders(compileDecoders(await fetchUnpacked("decoders.wasm.gz", base))));
    return { value: null };
  },
  network: async ({ port, model, engine }: { port: MessagePort; model: ModelFacts; engine: string }) => {
    await network?.close();
    network = openWebNetwork(port, model, engine);
    return { value: null };
  },
  group: async (files: readonly PickedFile[]) => ({ value: await groupFiles(files) }),
  open: async (group: FileGroup) => ({ value: await ready(shelf).open(group) }),
  state: ({ id, mpp }: { id: string; mpp: number }) => ({ value: ready(shelf).state(id, mpp) }),
  classify: async (request: ClassifyRequest, context) => ({ value: await classify(request, context) }),
  tile: async (request: TileRequest, { signal }) => bitmap(await readTile(request, signal)),
  thumbnail: async ({ id, side }: { id: string; side: number }) =>
    bitmap(await ready(shelf).get(id).pixels.thumbnail(side)),
  close: async ({ id }: { id: string }) => {
    await ready(shelf).close(id);
    return { value: null };
  },
});

async function classify(
  { id, how, slideRule }: ClassifyRequest,
  { signal, report }: CallContext,
): Promise<ClassifyReply> {
  const { slide, card, opening } = ready(shelf).get(id);
  const { prediction, overlay }: ClassifiedSlide = await classifySlide(slide, ready(network), {
    ...{ name: card.name, decoder: card.decoder, how, slideRule, opening, signal },
    pixelLimit: PIECE_PIXELS,
    onProgress: report,
  });
  return { prediction, overlay };
}

async function readTile({ id, level, column, row }: TileRequest, signal: AbortSignal): Promise<RgbImage> {
  const { pixels, card } = ready(shelf).get(id);
  const tile = tileAt(pixels.plan, level, column, row);
  if (tile === null) throw new Error(`${card.name} has no tile ${column}, ${row} of level ${level}.`);
  return await pixels.tile(level, tile, signal);
}

/** Pixels as a picture that is handed over. */
async function bitmap({ width, height, data }: RgbImage) {
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels[to] = data[from]!;
    pixels[to + 1] = data[from + 1]!;
    pixels[to + 2] = data[from + 2]!;
    pixels[to + 3] = 255;
  }
  const value = await createImageBitmap(new ImageData(pixels, width, height));
  return { value, transfer: [value] };
}
