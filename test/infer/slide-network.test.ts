import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SlideNetwork } from "../../src/classify/index.ts";
import { USUAL_RULES } from "../../src/cutting/index.ts";
import { Session } from "../../src/engine/index.ts";
import { exportOnnx, modelFacts, openNetwork } from "../../src/infer/index.ts";
import { type RgbImage, rgbImage } from "../../src/pixels/index.ts";
import { finishedRun, picture } from "./fixtures.ts";

const run = finishedRun();
const { classes } = run.model.description;
let network: SlideNetwork;
beforeAll(async () => {
  network = await openNetwork({ model: run.model, facts: modelFacts(run) });
});
afterAll(() => network.close());

const places = (index: number, values: Float32Array, size: number) =>
  [...values].slice(index * size, (index + 1) * size);

describe("a network that slides are classified with", () => {
  it("answers each image of a batch as it answers the image alone", async () => {
    const images = [picture(70, 100, 1), picture(70, 100, 2), picture(70, 100, 3)];
    const together = await network.run(images);
    for (const [i, image] of images.entries()) {
      const [alone] = await network.run([image]);
      expect([together[i]!.columns, together[i]!.rows]).toEqual([3, 4]);
      for (const key of ["probabilities", "logits", "places"] as const) {
        expect(together[i]![key].length).toBe(alone![key].length);
        together[i]![key].forEach((value, k) => {
          expect(value).toBeCloseTo(alone![key][k]!, 5);
        });
      }
    }
  });

  it("gives, at every place, probabilities of the classes, whose log-odds average to those of the image", async () => {
    const [answer] = await network.run([picture(130, 97, 5)]);
    const size = answer!.columns * answer!.rows;
    expect(size).toBe(5 * 4);
    const logs = classes.map((_, k) => places(k, answer!.places, size).map(Math.log));
    for (let place = 0; place < size; place++)
      expect(logs.reduce((sum, of) => sum + Math.exp(of[place]!), 0)).toBeCloseTo(1, 5);
    for (let k = 1; k < classes.length; k++) {
      const odds = logs[k]!.map((value, place) => value - logs[0]![place]!);
      const mean = odds.reduce((sum, value) => sum + value, 0) / size;
      expect(mean).toBeCloseTo(answer!.logits[k]! - answer!.logits[0]!, 4);
    }
  });

  it("gives at every place the softmax of the classifier over the feature map", async () => {
    const session = await Session.create(exportOnnx(run.model));
    const image = {
      dims: [1, 3, 64, 96],
      data: Float32Array.from({ length: 3 * 64 * 96 }, (_, i) => (i % 97) / 97),
    };
    const { featureMap, classActivation } = await session.run({ image });
    await session.release();
    const [weight, bias] = ["fc.weight", "fc.bias"].map((name) => run.model.state.get(name)!.data);
    const size = 2 * 3;
    for (let place = 0; place < size; place++) {
      const logits = classes.map((_, k) =>
        Array.from(
          { length: 256 },
          (_, c) => weight![k * 256 + c]! * Number(featureMap!.data[c * size + place]),
        ).reduce((sum, value) => sum + value, bias![k]!),
      );
      const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
      logits.forEach((value, k) => {
        expect(Number(classActivation!.data[k * size + place])).toBeCloseTo(Math.exp(value) / total, 5);
      });
    }
  });

  it("leaves the images as they are, and answers nothing for none", async () => {
    const image = picture(40, 40, 9);
    const before = Uint8Array.from(image.data);
    await network.run([image]);
    expect(image.data).toEqual(before);
    expect(await network.run([])).toEqual([]);
  });

  it("answers many that are asked at once, each with its own", async () => {
    const images = [picture(64, 32, 1), picture(32, 64, 2), picture(64, 32, 3)];
    const single = [];
    for (const image of images) single.push((await network.run([image]))[0]!.logits);
    const atOnce = await Promise.all(images.map((image) => network.run([image])));
    expect(atOnce.map(([answer]) => answer!.logits)).toEqual(single);
  });

  it("refuses images of different sizes in one batch, and goes on", async () => {
    const images: RgbImage[] = [picture(40, 40, 1), picture(40, 48, 1)];
    await expect(network.run(images)).rejects.toThrow(
      /expected images of one size, 40 x 40 px, got 40 x 48 px at place 2/,
    );
    expect(await network.run([rgbImage(1, 1, Uint8Array.of(1, 2, 3))])).toHaveLength(1);
  });

  it("knows the model: its classes, its resolution, the hash of its weights and its rules", () => {
    expect(network.model).toEqual({
      name: "student-2",
      architecture: "resnet10-thin-gn",
      classes,
      mpp: 2,
      hash: run.modelHash,
      rules: USUAL_RULES,
    });
    expect(network.engine).toMatch(/^onnxruntime-node \d+\.\d+\.\d+, CPU$/);
  });

  it("does not take rules from run.json that no `lowmag prepare` can have written", () => {
    const rules = { ...USUAL_RULES, minArea: -1 };
    const damaged = { ...run, record: { ...run.record, data: { ...run.record.data, rules } } };
    expect(() => modelFacts(damaged)).toThrow(/run\.json, `minArea`/);
    const { rules: _, ...data } = run.record.data;
    expect(modelFacts({ ...run, record: { ...run.record, data } }).rules).toBeNull();
  });
});
