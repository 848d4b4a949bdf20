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

let current: { readonly run: string; readonly network: SlideNetwork } | null = null;

serveJobs<UploadRequest, UploadReply>(async (request, { signal }) => {
  const { image: bytes, mostPixels: maxPixels, how } = request;
  const options = { maxPixels, name: "the image" };
  await readImageHeader(bytes, options); // a size beyond the limit is refused before anything is decoded
  const { image, mpp: stated, format } = await decodeImage(bytes, options);
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

function noPixelSize(): Error {
  return fail("missing-metadata", {
    where: "the image",
    expected: "its µm per pixel",
    got: "a file that does not state it",
    fix: "State it in the address: `?mpp=1`.",
  });
}
