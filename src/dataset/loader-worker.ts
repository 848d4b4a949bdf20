// One worker of the loader: takes a micro-batch's items, finds their pixels (memory, disk cache, or the file itself),
// augments, standardises, and hands the buffers over. It keeps no state, so which worker gets a batch cannot matter.
import { parentPort, workerData } from "node:worker_threads";
import { flipsAlone, writeAugmented } from "./augmentation.ts";
import {
  type FreshPixels,
  type LoadItem,
  type LoadMessage,
  packError,
  type WorkerReply,
  type WorkerSettings,
} from "./loader-protocol.ts";
import { type DecodeBytes, PixelStore } from "./pixel-store.ts";
import { ownColours } from "./stain-augmentation.ts";
import type { LoadedView, View } from "./types.ts";

const { entryFolder, maxPixels } = workerData as WorkerSettings;
/** The decoder takes as long to load as all the rest, and is seldom needed. */
const decode: DecodeBytes = async (bytes, options) =>
  (await import("../image/index.ts")).decodeImage(bytes, options);
const cache = new PixelStore(entryFolder, decode, {
  shared: true,
  ...(maxPixels === null ? {} : { maxPixels }),
});

parentPort?.on("message", (message: LoadMessage) => {
  void answer(message);
});

async function answer(message: LoadMessage): Promise<void> {
  let current = "loader";
  const name = (item: LoadItem) => {
    current = item.image.path;
  };
  const reply: WorkerReply = await load(message, name).catch((error: unknown) => ({
    ok: false,
    error: packError(error, current),
  }));
  const buffers = reply.ok ? reply.batch.views.map((view) => view.data.buffer as ArrayBuffer) : [];
  parentPort?.postMessage(reply, buffers);
}

async function load(
  { items, sizes, views }: LoadMessage,
  onItem: (item: LoadItem) => void,
): Promise<WorkerReply> {
  // The view whose pixels stand for an image's colours: the coarsest, of equals the first.
  const coarsest = views.reduce((best, { mpp }, v) => (mpp > views[best]!.mpp ? v : best), 0);
  const batch = sizes.map(([width, height]): LoadedView => {
    const data = new Float32Array(items.length * 3 * height * width);
    return { data, dims: [items.length, 3, height, width] };
  });
  const fresh: FreshPixels[] = [];
  for (const [i, item] of items.entries()) {
    onItem(item);
    await readMissing(item, views, i, fresh).then((pixels) => {
      const own = ownColours(pixels[coarsest]!, item.draw);
      for (const [v, view] of views.entries()) {
        const { data } = batch[v]!;
        const length = data.length / items.length;
        const draw = view.keepsColours === true ? flipsAlone(item.draw) : item.draw;
        writeAugmented(pixels[v]!, data.subarray(i * length, (i + 1) * length), draw, view, own);
      }
    });
  }
  return { ok: true, batch: { views: batch }, fresh };
}

/** The pixels of every view of an item; those that were not in memory are read and noted as fresh. */
async function readMissing(item: LoadItem, views: readonly View[], index: number, fresh: FreshPixels[]) {
  const missing = views.flatMap((_, v) => (item.pixels[v] === null ? [v] : []));
  const read =
    missing.length === 0
      ? []
      : await cache.views(
          item.image,
          missing.map((v) => views[v]!.mpp),
        );
  for (const [k, view] of missing.entries()) fresh.push({ item: index, view, pixels: read[k]! });
  return views.map((_, v) => item.pixels[v] ?? read[missing.indexOf(v)]!);
}
