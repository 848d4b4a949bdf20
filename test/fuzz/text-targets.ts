// Texts from outside: the XML inside slides, annotation files of every format, Deep Zoom's XML, predictions, what an
// exported model says of itself.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { labelByArea, readAnnotations } from "../../src/annotation/index.ts";
import { overlayJson, parseOverlay, parsePrediction, predictionJson } from "../../src/classify/index.ts";
import { encodeOnnx, Graph, symbol } from "../../src/graph/index.ts";
import { onnxFacts, runMetadata } from "../../src/infer/index.ts";
import { openSlide } from "../../src/local/index.ts";
import { elementsOf, readXml } from "../../src/slide/index.ts";
import { SAMPLES } from "../annotation/samples.ts";
import { sampleOverlay, samplePrediction } from "../classify/samples.ts";
import { finishedRun } from "../infer/fixtures.ts";
import { writeDeepZoom } from "../support/slide-writers/deep-zoom.ts";
import { drawPattern } from "../support/slide-writers/pattern.ts";
import type { FuzzTarget } from "./target.ts";
import { TIFF_TARGETS } from "./tiff-targets.ts";

const ANNOTATION_NAMES = {
  geojson: "GeoJSON",
  asap: "ASAP XML",
  imagescope: "ImageScope XML",
  halo: "HALO XML",
  ncrf: "NCRF JSON",
} as const;

const window = { left: 0, top: 0, width: 100, height: 100 };

function annotation(format: keyof typeof SAMPLES): FuzzTarget {
  return {
    name: `annotation, ${ANNOTATION_NAMES[format]}`,
    original: () => new TextEncoder().encode(SAMPLES[format]),
    parse: (bytes) => {
      const onInvalid = bytes.length % 2 === 0 ? "skip" : "error";
      labelByArea(readAnnotations(bytes, "a", { onInvalid }), { window, width: 20, height: 20 });
    },
  };
}

/** The XML that the small slide of a format carries. */
function slideXml(format: string): FuzzTarget {
  const slide = TIFF_TARGETS.find(({ name }) => name.startsWith(`TIFF slide, ${format}`))!;
  return {
    name: `XML of slides, ${format}`,
    original: async () => {
      const bytes = await slide.original();
      const text = new TextDecoder("latin1").decode(bytes);
      const start = text.indexOf("<?xml");
      return bytes.slice(start, text.indexOf("\0", start));
    },
    parse: (bytes) => elementsOf(readXml(new TextDecoder().decode(bytes), "x"), "Image"),
  };
}

let folder: Promise<string> | undefined;

/** A Deep Zoom image on disk, whose XML file each mutant replaces. */
async function deepZoomFolder(): Promise<string> {
  const path = mkdtempSync(join(tmpdir(), "lowmag-fuzz-"));
  process.once("exit", () => rmSync(path, { recursive: true, force: true }));
  for (const { name, bytes } of await deepZoomFiles()) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), bytes);
  }
  return path;
}

const deepZoomFiles = () =>
  writeDeepZoom({ image: drawPattern(24, 12), tileSize: 16, overlap: 1, format: "png" });

async function readDeepZoom(bytes: Uint8Array): Promise<void> {
  folder ??= deepZoomFolder();
  const path = join(await folder, "slide.dzi");
  writeFileSync(path, bytes);
  const slide = await openSlide(path, { backend: "own" });
  for (const level of slide.levels.keys())
    await slide.readRegion(level, { left: 0, top: 0, width: 40, height: 40 });
  await slide.close();
}

/** An exported file but for its network, which would be most of it. */
function exportedFile(): Uint8Array {
  const graph = new Graph();
  const image = graph.input("image", [symbol("N"), 3]);
  for (const name of ["probabilities", "logits", "featureMap", "classActivation"]) graph.output(name, image);
  return encodeOnnx(graph, { metadata: runMetadata(finishedRun()) });
}

export const TEXT_TARGETS: readonly FuzzTarget[] = [
  ...["OME-TIFF", "Philips", "Leica", "Ventana"].map(slideXml),
  ...(Object.keys(ANNOTATION_NAMES) as (keyof typeof SAMPLES)[]).map(annotation),
  {
    name: "prediction.json",
    original: () => new TextEncoder().encode(predictionJson(samplePrediction())),
    parse: (bytes) => parsePrediction(new TextDecoder().decode(bytes), "a"),
  },
  {
    name: "overlay.json",
    original: () => new TextEncoder().encode(overlayJson(sampleOverlay())),
    parse: (bytes) => parseOverlay(new TextDecoder().decode(bytes), "a"),
  },
  {
    name: "exported ONNX file",
    original: exportedFile,
    parse: (bytes) => onnxFacts(bytes, "a"),
  },
  {
    name: "Deep Zoom",
    original: async () => (await deepZoomFiles())[0]!.bytes,
    parse: readDeepZoom,
  },
];
