// The script of the process that classifies uploaded images: decoders meet bytes from anywhere here, so that a crash costs
// one answer. It keeps the network that was used last.
import { fail } from "../base/index.ts";
import { classifySlide, overlayJson, type SlideNetwork } from "../classify/index.ts";
import { decodeImage, readImageHeader } from "../image/index.ts";
import { modelFacts, openNetwork } from "../infer/index.ts";
import { serveJobs } from "../machine/index.ts";
import { readRun } from "../train/index.ts";
import { memoryImage } from "./memory-image.ts";
import type { UploadReply, UploadRequest } from "./upload-protocol.ts";

/** What errors call it: they are read by whoever sent it. */
const NAME = "the image";

let current: { readonly run: string; readonly network: SlideNetwork } | null = null;

serveJobs<UploadRequest, UploadReply>(async (request, { signal }) => {
  const { image: bytes, mostPixels, how } = request;
  const { width, height } = await readImageHeader(bytes, { name: NAME, maxPixels: Number.MAX_SAFE_INTEGER });
  if (width * height > mostPixels) throw tooLarge(width, height, mostPixels);
  const { image, mpp: stated, format } = await decodeImage(bytes, { name: NAME, maxPixels: mostPixels });
  const mpp = request.mpp === null ? stated : { x: request.mpp, y: request.mpp };
  if (mpp === null) throw noPixelSize();
  const slide = memoryImage(image, mpp, request.mpp === null ? "resolution-tag" : "option", format);
  const network = await networkOf(request.run);
  const { prediction, overlay } = await classifySlide(slide, network, {
    name: "uploaded image",
    decoder: "",
    how,
    signal,
  });
  const { answer, pieces, tissueArea, seconds, notes } = prediction;
  return {
    classes: network.model.classes,
    label: answer.label,
    probabilities: answer.probabilities,
    mpp: (mpp.x + mpp.y) / 2,
    width: image.width,
    height: image.height,
    pieces,
    tissueArea,
    seconds: seconds.total,
    notes,
    overlay: request.overlay ? overlayJson(overlay) : null,
  };
});

async function networkOf(run: string): Promise<SlideNetwork> {
  if (current?.run === run) return current.network;
  await current?.network.close();
  current = null;
  const finished = await readRun(run);
  const network = await openNetwork({ model: finished.model, facts: modelFacts(finished) });
  current = { run, network };
  return network;
}

function tooLarge(width: number, height: number, most: number): Error {
  return fail("invalid-argument", {
    where: NAME,
    expected: `at most ${most / 1e6} million pixels`,
    got: `${width} x ${height}`,
    fix: "Send a coarser image, or a piece of it; `lowmag predict` takes whole slides.",
  });
}

function noPixelSize(): Error {
  return fail("missing-metadata", {
    where: NAME,
    expected: "its µm per pixel",
    got: "a file that does not state it",
    fix: "State it in the address: `?mpp=1`.",
  });
}
