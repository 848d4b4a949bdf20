import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  architectureName,
  architectureNames,
  encodeSafetensors,
  featureChannels,
  forwardMacs,
  initialState,
  loadModel,
  loadWeights,
  type ModelDescription,
  parameterCount,
  saveModel,
} from "../../src/models/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-models-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const description: ModelDescription = {
  architecture: "resnet10-thin-gn",
  classes: ["A", "B", "C"],
  mpp: 4,
  mean: [0.7, 0.6, 0.7],
  std: [0.2, 0.2, 0.1],
};
const caught = (promise: Promise<unknown>): Promise<string> => promise.then(() => "nothing", String);

describe("architectures", () => {
  it("have the parameters of the paper's network and of torchvision's", () => {
    expect(parameterCount("resnet10-thin-gn", 3)).toBe(1_231_011);
    expect(parameterCount("resnet10-thin-gn", 5)).toBe(1_231_525);
    expect(parameterCount("resnet18-bn", 1000)).toBe(11_689_512);
    expect(parameterCount("resnet34-bn", 1000)).toBe(21_797_672);
    expect(parameterCount("resnet34-gn", 1000)).toBe(21_797_672);
  });

  it("cost 5,016 MACs per pixel for the paper's network, as its table of sizes says", () => {
    for (const [side, gigaMacs] of [
      [224, 0.252],
      [4096, 84.155],
      [2048, 21.039],
      [256, 0.329],
    ] as const) {
      const macs = forwardMacs("resnet10-thin-gn", 3, side, side);
      // The last layer's 768 MACs stand apart: they do not grow with the image.
      expect((macs - 768) / side ** 2).toBeCloseTo(5016, 6);
      expect(macs / 1e9).toBeCloseTo(gigaMacs, 3);
    }
  });

  it("start from the recipe's random values, a stream for each tensor", () => {
    const state = initialState("resnet10-thin-gn", 3, 1);
    const weights = state.get("layer2.0.conv2.weight")!;
    const variance = weights.data.reduce((sum, value) => sum + value * value, 0) / weights.data.length;
    expect(variance).toBeCloseTo(2 / (64 * 9), 4);
    expect(state.get("layer2.0.bn1.weight")!.data.every((value) => value === 1)).toBe(true);
    expect(state.get("layer2.0.bn1.bias")!.data.every((value) => value === 0)).toBe(true);
    const bound = Math.max(...state.get("fc.weight")!.data.map(Math.abs));
    expect(bound).toBeLessThanOrEqual(1 / 16);
    expect(bound).toBeGreaterThan(0.9 / 16);
    const other = initialState("resnet10-thin-gn", 5, 1);
    expect(other.get("conv1.weight")!.data).toEqual(state.get("conv1.weight")!.data);
  });

  it("are known by name, with a suggestion for a slip", () => {
    for (const name of architectureNames) expect(architectureName(name)).toBe(name);
    expect(() => architectureName("resnet18bn")).toThrow(/Did you mean `resnet18-bn`\?$/);
    expect(featureChannels("resnet10-thin-gn")).toBe(256);
  });
});

describe("model files", () => {
  it("read back what was written, the same bytes each time", async () => {
    const state = initialState("resnet10-thin-gn", 3, 1);
    const path = join(folder, "model.safetensors");
    await saveModel(path, { description, state });
    const model = await loadModel(path);
    expect(model.description).toEqual(description);
    // Compared as bytes: comparing a million numbers one by one takes seconds.
    expect(Buffer.from(encodeSafetensors(model.state, {})).equals(encodeSafetensors(state, {}))).toBe(true);
  });

  it("take a PyTorch state dict that counts batches, and name what does not fit", async () => {
    const state = new Map(initialState("resnet18-bn", 2, 1));
    state.set("bn1.num_batches_tracked", { dims: [], data: Float32Array.of(12) });
    const path = join(folder, "torch.safetensors");
    await writeFile(path, encodeSafetensors(state, {}));
    const loaded = await loadWeights(path, "resnet18-bn", 2);
    expect(loaded.get("layer4.1.bn2.running_var")).toEqual(state.get("layer4.1.bn2.running_var"));
    expect(loaded.has("bn1.num_batches_tracked")).toBe(false);
    expect(await caught(loadWeights(path, "resnet18-bn", 3))).toBe(
      `LowmagError: ${path}: expected the weights of resnet18-bn with 3 classes, got \`fc.weight\` as [2, 512], not [3, 512], \`fc.bias\` as [2], not [3]. Choose the architecture that the weights were trained with (\`--architecture\`).`,
    );
    expect(await caught(loadWeights(path, "resnet10-thin-gn", 2))).toMatch(/and \d+ more differences\./);
    expect(await caught(loadModel(path))).toMatch(
      /expected a lowmag model \(lowmag-model-1\), got a safetensors file without/,
    );
    expect(await caught(loadModel(join(folder, "none")))).toMatch(/expected a model file, got ENOENT/);
  });
});
