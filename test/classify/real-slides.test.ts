// Real slides by a rule that needs no training: dark tissue. What is read, and that everything fits together.
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import {
  classifySlide,
  overlayJson,
  parseOverlay,
  parsePrediction,
  predictionGeoJson,
  predictionJson,
} from "../../src/classify/index.ts";
import { loadDecoders, openSlide } from "../../src/local/index.ts";
import type { Slide } from "../../src/slide/index.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { darknessAnswer, ruleNetwork } from "./support.ts";

const folder = realData("slides");
const hasShapely = spawnSync("/usr/bin/python3", ["-c", "import shapely"]).status === 0;

/** Counts the geometries that shapely finds at fault. */
const FAULTY = `
import json, sys
from shapely.geometry import shape
features = json.load(sys.stdin)["features"]
print(len(features), sum(not shape(feature["geometry"]).is_valid for feature in features))
`;

async function classify(file: string, mpp: number) {
  const opened = await openSlide(`${folder}/${file}`, { decoders: await loadDecoders("auto") });
  const levels = new Set<number>();
  const readRegion: Slide["readRegion"] = (level, ...rest) => {
    levels.add(level);
    return opened.readRegion(level, ...rest);
  };
  try {
    const slide = { ...opened, readRegion };
    const network = ruleNetwork(darknessAnswer, { mpp });
    const answered = await classifySlide(slide, network, { name: "a", decoder: "b", now: () => 0 });
    return { ...answered, levels, count: opened.levels.length };
  } finally {
    await opened.close();
  }
}

describe.skipIf(folder === null)(`real slides (${NO_REAL_DATA})`, () => {
  it.each([
    ["skin-10x-mpp1.172-11264x11264.tif", 8],
    ["CMU-1-Small-Region.svs", 4],
  ])("%s is answered from its coarser levels, recorded and drawn", async (file, mpp) => {
    const { prediction, overlay, levels, count } = await classify(file, mpp);
    if (count > 1) expect(levels.has(0)).toBe(false);
    expect(prediction.pieces.length).toBeGreaterThan(0);
    expect(parsePrediction(predictionJson(prediction), "a")).toEqual(prediction);
    const text = overlayJson(overlay);
    expect(overlayJson(parseOverlay(text, "a"))).toBe(text);
    for (const map of overlay.maps) expect(map.covered).toContain(1);
    const input = predictionGeoJson(prediction, overlay, { objects: "both" });
    if (!hasShapely) return;
    const output = execFileSync("/usr/bin/python3", ["-c", FAULTY], { input, encoding: "utf8" });
    const [objects, faulty] = output.trim().split(" ").map(Number);
    expect(objects).toBeGreaterThan(prediction.pieces.length);
    expect(faulty).toBe(0);
  });
});
