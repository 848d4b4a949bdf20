// Class activation in the right place on the slide, for pieces and for tiles.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cellsAlong, pieceActivation } from "../../src/classify/activation-map.ts";
import { type ActivationMap, cellBox, classifySlide } from "../../src/classify/index.ts";
import { USUAL_RULES } from "../../src/cutting/index.ts";
import { openNetwork } from "../../src/infer/index.ts";
import { initialState } from "../../src/models/index.ts";
import { noise } from "../support/memory-slide.ts";
import {
  constantAnswer,
  type Disc,
  darknessAnswer,
  modelFacts,
  ruleNetwork,
  square,
  tissueSlide,
} from "./support.ts";

interface CellsGolden {
  readonly sizes: readonly (readonly [side: number, cells: number])[];
  readonly fields: readonly {
    readonly row: number;
    readonly column: number;
    readonly rows: readonly [first: number, last: number];
    readonly columns: readonly [first: number, last: number];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../golden/classify/cells.json", import.meta.url), "utf8"),
) as CellsGolden;

const OPTIONS = { name: "s", decoder: "none" };

/** Centre of the cell with the highest value of a class, in pixels of level 0. */
function peak(map: ActivationMap, classIndex: number): { x: number; y: number } {
  const cells = map.columns * map.rows;
  const values = [...map.values.subarray(classIndex * cells, (classIndex + 1) * cells)];
  const at = values.indexOf(Math.max(...values));
  const { left, top, width, height } = cellBox(map, at % map.columns, Math.floor(at / map.columns));
  return { x: left + width / 2, y: top + height / 2 };
}

describe("cells of a piece", () => {
  it("are as many as PyTorch's networks give", () => {
    for (const [side, cells] of golden.sizes) expect([side, cellsAlong(side)]).toEqual([side, cells]);
  });

  it("are centred where PyTorch's networks look", () => {
    const size = { width: 1216, height: 1216 };
    const box = { left: 0, top: 0, ...size };
    const answer = constantAnswer(size, [0.5, 0.5]);
    const map = pieceActivation({ number: 1, box, ...size }, square(1), answer, () => true);
    for (const { row, column, rows, columns } of golden.fields) {
      const cell = cellBox(map, column, row);
      expect(cell.left + cell.width / 2).toBe((columns[0] + columns[1] + 1) / 2);
      expect(cell.top + cell.height / 2).toBe((rows[0] + rows[1] + 1) / 2);
    }
  });

  // Sides of images that are multiples of 32 and not; pixels that are whole and not.
  it.each([
    [8, 2, { x: 1300, y: 900, radius: 90 }],
    [8, 2, { x: 700, y: 1300, radius: 90 }],
    [5, 1.7, { x: 1500, y: 1100, radius: 80 }],
    [3.1, 2, { x: 1001, y: 803, radius: 60 }],
  ])("at %d µm/px of a slide of %d µm/px are highest where the slide is darkest", async (mpp, own, spot) => {
    const { slide } = tissueSlide({
      width: Math.round(2600 / own),
      height: Math.round(2000 / own),
      mpp: own,
      tissue: [{ x: 1200, y: 1000, radius: 700 }],
      dark: [spot as Disc],
    });
    const { overlay, prediction } = await classifySlide(slide, ruleNetwork(darknessAnswer, { mpp }), OPTIONS);
    expect(prediction.pieces[0]!.width % 32).not.toBe(0);
    const found = peak(overlay.maps[0]!, 1);
    // Half a cell is how far the darkest place can be from the next centre.
    expect(Math.abs(found.x * own - spot.x)).toBeLessThanOrEqual(16 * mpp + own);
    expect(Math.abs(found.y * own - spot.y)).toBeLessThanOrEqual(16 * mpp + own);
  });

  it("are not half a cell off on average", async () => {
    const offsets: number[] = [];
    for (let i = 0; i < 8; i++) {
      const spot = { x: 900 + 107 * i, y: 1000, radius: 60 };
      const tissue = [{ x: 1200, y: 1000, radius: 700 }];
      const { slide } = tissueSlide({ width: 650, height: 500, mpp: 4, tissue, dark: [spot] });
      const { overlay } = await classifySlide(slide, ruleNetwork(darknessAnswer, { mpp: 4 }), OPTIONS);
      offsets.push((peak(overlay.maps[0]!, 1).x * 4 - spot.x) / (32 * 4));
    }
    // Uniform on half a cell to either side: the mean of 8 has a standard deviation of 0.1.
    expect(Math.abs(offsets.reduce((a, b) => a + b) / offsets.length)).toBeLessThan(0.25);
  });

  it("are covered where they hold the piece's tissue", async () => {
    const tissue = [
      { x: 700, y: 700, radius: 400 },
      { x: 1600, y: 1500, radius: 400 },
    ];
    const { slide } = tissueSlide({ width: 1200, height: 1100, mpp: 2, tissue });
    const rules = { ...USUAL_RULES, margin: 600, joinGap: 50 };
    const network = ruleNetwork(darknessAnswer, { mpp: 2, rules });
    const { overlay } = await classifySlide(slide, network, OPTIONS);
    expect(overlay.maps.map(({ piece }) => piece)).toEqual([1, 2]);
    for (const [i, map] of overlay.maps.entries()) {
      const disc = tissue[i]!;
      for (let k = 0; k < map.covered.length; k++) {
        const { left, top, width, height } = cellBox(map, k % map.columns, Math.floor(k / map.columns));
        const away = (at: number, from: number, to: number) => Math.max(from - at, 0, at - to);
        const x = away(disc.x, 2 * left, 2 * (left + width));
        const y = away(disc.y, 2 * top, 2 * (top + height));
        const distance = Math.hypot(x, y);
        if (distance < disc.radius - 16) expect(map.covered[k]).toBe(1);
        if (distance > disc.radius + 40) expect(map.covered[k]).toBe(0);
      }
    }
  });
});

describe("the places of a network", () => {
  it("are those whose mean before the softmax is its answer", async () => {
    const classes = ["A", "B", "C"];
    const description = {
      architecture: "resnet10-thin-gn" as const,
      classes,
      mpp: 8,
      mean: [0.8, 0.7, 0.8] as const,
      std: [0.2, 0.2, 0.2] as const,
    };
    const model = { description, state: initialState("resnet10-thin-gn", 3, 4) };
    const network = await openNetwork({ model, facts: modelFacts({ classes }) });
    try {
      for (const [width, height] of [
        [96, 64],
        [75, 129],
      ] as const) {
        const [answer] = await network.run([noise(width, height)]);
        const { columns, rows, places, logits } = answer!;
        expect([columns, rows]).toEqual([cellsAlong(width), cellsAlong(height)]);
        const cells = columns * rows;
        for (let k = 1; k < classes.length; k++) {
          let mean = 0;
          for (let i = 0; i < cells; i++) mean += Math.log(places[k * cells + i]! / places[i]!) / cells;
          expect(mean).toBeCloseTo(logits[k]! - logits[0]!, 4);
        }
      }
    } finally {
      await network.close();
    }
  });
});

describe("the grid of a model of tiles", () => {
  it.each([
    [16, 8],
    [16, 16],
    [16, 20],
  ])("of side %d and step %d has a cell around each tile's centre", async (grid, stride) => {
    const tissue = [{ x: 700, y: 650, radius: 450 }];
    const { slide } = tissueSlide({ width: 700, height: 650, mpp: 2, tissue });
    const rules = { ...USUAL_RULES, grid: 2 * grid, stride: 2 * stride, stepMpp: 4 };
    const network = ruleNetwork(darknessAnswer, { mpp: 8, rules });
    const { prediction, overlay } = await classifySlide(slide, network, OPTIONS);
    const [map] = overlay.maps;
    expect(overlay.maps).toHaveLength(1);
    expect(map).toMatchObject({ piece: null, cellWidth: stride * 4, cellHeight: stride * 4 });
    expect(map!.covered.reduce((a, b) => a + b)).toBe(prediction.pieces.length);
    for (const { box, probabilities } of prediction.pieces) {
      const column = (box.left + box.width / 2 - map!.left) / map!.cellWidth - 0.5;
      const row = (box.top + box.height / 2 - map!.top) / map!.cellHeight - 0.5;
      expect(column).toBeCloseTo(Math.round(column), 9);
      expect(row).toBeCloseTo(Math.round(row), 9);
      const cell = Math.round(row) * map!.columns + Math.round(column);
      expect(map!.covered[cell]).toBe(1);
      const cells = map!.columns * map!.rows;
      for (const [k, p] of probabilities.entries())
        expect(Math.abs(map!.values[k * cells + cell]! / 255 - p)).toBeLessThanOrEqual(0.5 / 255 + 1e-6);
    }
  });

  it("starts at the scanned part of a slide that knows one", async () => {
    const bounds = { left: 101, top: 53, width: 500, height: 500 };
    const tissue = [{ x: 700, y: 650, radius: 450 }];
    const { slide } = tissueSlide({ width: 700, height: 650, mpp: 2, tissue, content: { bounds } });
    const rules = { ...USUAL_RULES, grid: 16, stepMpp: 8 };
    const { prediction } = await classifySlide(slide, ruleNetwork(darknessAnswer, { rules }), OPTIONS);
    for (const { box } of prediction.pieces) {
      expect((box.left - 101) % 64).toBe(0);
      expect((box.top - 53) % 64).toBe(0);
    }
    expect(prediction.facts.bounds).toEqual(bounds);
  });
});
