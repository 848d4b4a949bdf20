// The scripts in examples/ run as their readers would run them, on a file that `lowmag export` wrote.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportModel } from "../../src/api/export.ts";
import { predict } from "../../src/api/predict.ts";
import { readImages } from "../../src/dataset/index.ts";
import { classifyImages, openOnnxNetwork } from "../../src/infer/index.ts";
import { softmax } from "../../src/stats/index.ts";
import type { FinishedRun } from "../../src/train/index.ts";
import { picture, writeRun } from "./fixtures.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const PYTHON = process.env.LOWMAG_TEST_PYTHON ?? "python3";
const can = (modules: string): boolean => {
  try {
    execFileSync(PYTHON, ["-c", `import ${modules}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
const hasRuntime = can("onnxruntime, numpy, PIL");
const hasTorch = can("torch, numpy");

let folder: string;
let run: FinishedRun;
let model: string;
let image: string;
/** What lowmag says of the image. */
let own: readonly number[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-examples-"));
  mkdirSync(join(folder, "student-2"));
  run = await writeRun(join(folder, "student-2"));
  model = join(folder, "student.onnx");
  await exportModel({ run: run.path, out: model, wsinfer: join(folder, "wsinfer") });
  const { width, height, data } = picture(150, 97, 7);
  image = join(folder, "tissue.png");
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(image);
  const images = await readImages([image], { mpp: 2 });
  const dataset = { classes: run.model.description.classes, images };
  const [answer] = await classifyImages({
    model: run.model,
    dataset,
    images: [0],
    cacheFolder: join(folder, "cache"),
    workers: 1,
  });
  own = answer!.probabilities;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function expectEqual(values: readonly number[]): void {
  expect(values).toHaveLength(own.length);
  values.forEach((value, k) => {
    expect(Math.abs(value - own[k]!)).toBeLessThan(1e-5);
  });
}

describe("the examples", () => {
  it("have a Node script of ten lines that answers as lowmag does", () => {
    const script = join(EXAMPLES, "classify.mjs");
    const statements = readFileSync(script, "utf8").match(/;$/gm);
    expect(statements!.length).toBeLessThanOrEqual(10);
    expectEqual(JSON.parse(execFileSync(process.execPath, [script, model, image], { encoding: "utf8" })));
  });

  it.skipIf(!hasRuntime)(
    "have a Python script that answers as lowmag does, by class (wants onnxruntime for Python: LOWMAG_TEST_PYTHON)",
    () => {
      const script = join(EXAMPLES, "classify.py");
      const answer = JSON.parse(execFileSync(PYTHON, [script, model, image], { encoding: "utf8" }));
      expect(Object.keys(answer)).toEqual(run.model.description.classes);
      expectEqual(Object.values(answer));
    },
  );

  it("agree with `lowmag predict`, on the run and on the exported file", async () => {
    for (const path of [run.path, model]) {
      const { slides, failures } = await predict({ run: path, inputs: [image], slideMpp: 2, workers: 1 });
      expect(failures).toEqual([]);
      expectEqual(slides[0]!.answer!.probabilities);
    }
  });

  it("read the very file that lowmag itself classifies slides with", async () => {
    const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
    const network = await openOnnxNetwork(model);
    const [answer] = await network.run([
      { width: info.width, height: info.height, data: new Uint8Array(data) },
    ]);
    await network.close();
    expectEqual([...answer!.probabilities]);
  });

  it.skipIf(!hasTorch)(
    "make a TorchScript file for WSInfer, whose logits are lowmag's (wants PyTorch: LOWMAG_TEST_PYTHON)",
    () => {
      const wsinfer = join(folder, "wsinfer");
      execFileSync(PYTHON, [join(wsinfer, "to_torchscript.py"), wsinfer], { stdio: "ignore" });
      // As WSInfer does it: ToTensor, Normalize, the network; here on the raw bytes, without its tiles.
      const { data, width, height } = picture(150, 97, 7);
      const program = [
        "import json, sys, numpy, torch",
        "folder, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])",
        "pixels = numpy.frombuffer(sys.stdin.buffer.read(), numpy.uint8).reshape(height, width, 3)",
        "config = json.load(open(folder + '/config.json'))",
        "norm = config['transform'][-1]['arguments']",
        "x = torch.from_numpy(pixels.transpose(2, 0, 1) / 255).float()",
        "x = (x - torch.tensor(norm['mean'])[:, None, None]) / torch.tensor(norm['std'])[:, None, None]",
        "model = torch.jit.load(folder + '/torchscript_model.pt')",
        "print(json.dumps(model(x[None])[0].tolist()))",
      ].join("\n");
      const answer = execFileSync(PYTHON, ["-c", program, wsinfer, `${width}`, `${height}`], { input: data });
      expectEqual(softmax(JSON.parse(answer.toString())));
    },
  );
});
