import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { add, encodeOnnx, Graph, matMul, symbol } from "../../src/graph/index.ts";
import {
  exportOnnx,
  modelFacts,
  openModel,
  openNetwork,
  openOnnxNetwork,
  readModelFacts,
  runMetadata,
} from "../../src/infer/index.ts";
import { hashBytes } from "../../src/machine/index.ts";
import { Generator } from "../../src/random/index.ts";
import { finishedRun, picture, writeRun } from "./fixtures.ts";

const run = finishedRun();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-onnx-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(bytes: Uint8Array): string {
  const path = join(folder, "model.onnx");
  writeFileSync(path, bytes);
  return path;
}
const withMetadata = (changes: Record<string, string>) =>
  fileOf(exportOnnx(run.model, { ...runMetadata(run), ...changes }));

describe("a network from an exported file", () => {
  it("knows what the run knows, and answers as the run does", async () => {
    const [fromFile, fromRun] = [
      await openOnnxNetwork(fileOf(exportOnnx(run.model, runMetadata(run)))),
      await openNetwork({ model: run.model, facts: modelFacts(run) }),
    ];
    expect(fromFile.model).toEqual(fromRun.model);
    const image = picture(61, 90, 2);
    expect(await fromFile.run([image])).toEqual(await fromRun.run([image]));
    await Promise.all([fromFile.close(), fromRun.close()]);
  });

  it("opens a file with weights in 8 bits", async () => {
    const network = await openOnnxNetwork(fileOf(exportOnnx(run.model, runMetadata(run), "weights")));
    expect((await network.run([picture(40, 40, 1)]))[0]!.probabilities).toHaveLength(3);
    await network.close();
  });

  it("tells a file in 8 bits from the model it was made from", async () => {
    const bytes = exportOnnx(run.model, { ...runMetadata(run), precision: "int8" }, "weights");
    const facts = await readModelFacts(fileOf(bytes));
    expect(facts).toEqual({ ...modelFacts(run), name: "student-2 (int8)", hash: hashBytes(bytes) });
  });

  it("is opened by its path as a run's folder is", async () => {
    const path = join(folder, "student-2");
    mkdirSync(path);
    await writeRun(path);
    const file = fileOf(exportOnnx(run.model, runMetadata(run)));
    const image = picture(50, 70, 3);
    const answers = [];
    for (const model of [path, file]) {
      const network = await openModel(model);
      expect(network.model).toMatchObject({ name: "student-2", mpp: 2 });
      expect(await readModelFacts(model)).toEqual(network.model);
      answers.push(await network.run([image]));
      await network.close();
    }
    expect(answers[0]).toEqual(answers[1]);
    await expect(openModel(join(folder, "none"))).rejects.toThrow(/the folder of a finished run/);
  });

  it("does without the rules where the file knows none", async () => {
    const { rules: _, ...metadata } = runMetadata(run);
    const network = await openOnnxNetwork(fileOf(exportOnnx(run.model, metadata)));
    expect(network.model.rules).toBeNull();
    await network.close();
  });

  it.each([
    [{ format: "other" }, /the format lowmag-onnx-1, got `other`/],
    [{ micronsPerPixel: "-2" }, /micronsPerPixel, got `-2`/],
    [{ micronsPerPixel: "NaN" }, /micronsPerPixel/],
    [{ modelHash: "../../etc" }, /modelHash, a SHA-256/],
    [{ name: "" }, /expected name, got none/],
    [{ architecture: "vgg16" }, /a known architecture, got `vgg16`/],
    [{ precision: "int4" }, /a known precision, got `int4`/],
    [{ name: "a\nb" }, /expected name/],
    [{ classes: "Normal" }, /classes as JSON/],
    [{ classes: '["A","A","B"]' }, /a list of different names/],
    [{ classes: '["A","B"]' }, /probabilities of 2 classes/],
    [{ rules: '{"minArea":-1}' }, /the rules by which images were cut/],
  ])("refuses one that says %j", async (changes, message) => {
    const error = await openOnnxNetwork(withMetadata(changes)).catch((e: unknown) => e);
    expect(isLowmagError(error, "corrupt-data"), String(error)).toBe(true);
    expect(String(error)).toMatch(message);
  });

  it("refuses another network that says it is one of lowmag's", async () => {
    const graph = new Graph();
    const image = graph.input("image", [symbol("N"), 3]);
    const weight = graph.constant("w", new Float32Array(9), [3, 3]);
    for (const name of ["probabilities", "logits", "featureMap", "classActivation"])
      graph.output(name, add(matMul(image, weight), image));
    const error = await openOnnxNetwork(fileOf(encodeOnnx(graph, { metadata: runMetadata(run) }))).catch(
      (e: unknown) => e,
    );
    expect(isLowmagError(error, "corrupt-data"), String(error)).toBe(true);
  });

  it("refuses what is no file, too large, or no ONNX file", async () => {
    await expect(openOnnxNetwork(join(folder, "none.onnx"))).rejects.toThrow(/nothing there/);
    await expect(openOnnxNetwork(folder)).rejects.toThrow(/a folder/);
    await expect(openOnnxNetwork(fileOf(new Uint8Array(0)))).rejects.toThrow(/0 graphs/);
    await expect(openOnnxNetwork(fileOf(new TextEncoder().encode("not a model")))).rejects.toThrow(
      /an ONNX file that `lowmag export` wrote/,
    );
  });

  it("meets damaged files with typed errors only", async () => {
    const whole = exportOnnx(run.model, runMetadata(run), "weights");
    const random = Generator.derive(1, "damage");
    for (let round = 0; round < 60; round++) {
      const bytes = Uint8Array.from(
        round % 3 === 0 ? whole.subarray(0, random.integer(whole.length)) : whole,
      );
      // The nodes and what the file says of itself stand at its ends, before and after the weights.
      for (let i = 0; i < 4; i++) {
        const near = random.integer(12_000);
        bytes[random.bernoulli(0.5) ? near : Math.max(0, bytes.length - near)] = random.integer(256);
      }
      const opened = await openOnnxNetwork(fileOf(bytes)).catch((e: unknown) => e);
      if (opened instanceof Error) expect(isLowmagError(opened), String(opened)).toBe(true);
      else await (opened as { close(): Promise<void> }).close();
    }
  });
});
