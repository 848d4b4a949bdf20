// The page's parts that need no browser: reading PNG, choosing what computes, trusting WebGPU, calls between threads.
import { MessageChannel } from "node:worker_threads";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { fail } from "../../src/base/index.ts";
import type { NetworkAnswer } from "../../src/classify/index.ts";
import { decodeImage } from "../../src/image/index.ts";
import { answerCalls, callerOf, RemoteError } from "../../web/page/calls.ts";
import { type Abilities, planEngine, possibleChoices } from "../../web/page/engine.ts";
import { decodePng } from "../../web/page/png.ts";
import { checkPicture, compareEngines, TOLERANCE } from "../../web/page/self-check.ts";

const WIDTH = 37;
const HEIGHT = 23;
const samples = (channels: number) =>
  Buffer.from(Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => (i * 7 + (i >> 5) * 31) % 256));
const raw = (channels: 1 | 2 | 3 | 4) =>
  sharp(samples(channels), { raw: { width: WIDTH, height: HEIGHT, channels } });

/** PNG files of the kinds that are met. */
const KINDS: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ["RGB", () => raw(3).png().toBuffer()],
  ["RGB with every row filter", () => raw(3).png({ adaptiveFiltering: true }).toBuffer()],
  ["RGB with alpha", () => raw(4).png().toBuffer()],
  ["grey", () => raw(1).toColourspace("b-w").png().toBuffer()],
  ["RGB of 16 bits", () => raw(3).toColourspace("rgb16").png().toBuffer()],
  ["a palette", () => raw(3).png({ palette: true, colours: 200, dither: 0 }).toBuffer()],
];

describe("the page's reader of PNG", () => {
  it.each(KINDS)("gives the pixels that the command line gives: %s", async (_, make) => {
    const bytes = new Uint8Array(await make());
    const image = await decodePng(bytes, "p.png");
    expect(image).toEqual((await decodeImage(bytes)).image);
  });

  it("leaves interlaced files to the browser", async () => {
    const bytes = new Uint8Array(await raw(3).png({ progressive: true }).toBuffer());
    expect(await decodePng(bytes, "p.png")).toBeNull();
  });

  it("refuses a file that is cut off, or that states another size than it holds", async () => {
    const bytes = new Uint8Array(await raw(3).png().toBuffer());
    const taller = bytes.slice();
    taller[23] = HEIGHT + 1;
    for (const damaged of [bytes.subarray(0, bytes.length / 2), taller])
      await expect(decodePng(damaged, "p.png")).rejects.toMatchObject({
        code: "corrupt-data",
        where: "p.png",
      });
  });
});

const NOTHING: Abilities = { webgpu: "none", adapter: "", jspi: true, threads: 1 };

describe("what computes", () => {
  it("is WebGPU on a graphics card, else threads, else one thread", () => {
    expect(planEngine("auto", { ...NOTHING, webgpu: "hardware", threads: 4 })).toEqual({
      ...{ form: "jspi", provider: "webgpu", threads: 4 },
    });
    expect(planEngine("auto", { ...NOTHING, webgpu: "software", threads: 4 })).toMatchObject({
      ...{ form: "plain", provider: "wasm", threads: 4 },
    });
    expect(planEngine("auto", NOTHING)).toEqual({ form: "plain", provider: "wasm", threads: 1 });
  });

  it("can be chosen among what there is", () => {
    expect(possibleChoices(NOTHING)).toEqual(["auto", "wasm"]);
    const all = { ...NOTHING, webgpu: "software", jspi: false, threads: 2 } as const;
    expect(possibleChoices(all)).toEqual(["auto", "webgpu", "threads", "wasm"]);
    expect(planEngine("webgpu", all)).toMatchObject({ form: "asyncify", provider: "webgpu" });
    expect(planEngine("wasm", all)).toMatchObject({ provider: "wasm", threads: 1 });
  });
});

/** A model that answers the same for every picture, off by `error`. */
function model(error: number, columns = 2): Parameters<typeof compareEngines>[0] {
  const values = (length: number) => Float32Array.from({ length }, (_, i) => 0.25 + 0.1 * i + error);
  const answer: NetworkAnswer = {
    probabilities: values(2),
    logits: values(2),
    ...{ columns, rows: 1, places: values(2 * columns) },
  };
  return { run: async () => [answer] } as unknown as Parameters<typeof compareEngines>[0];
}

describe("the check of WebGPU", () => {
  it("finds the largest difference", async () => {
    expect((await compareEngines(model(0), model(0), 2)).difference).toBe(0);
    expect((await compareEngines(model(0.004), model(0), 2)).difference).toBeCloseTo(0.004, 6);
    expect((await compareEngines(model(0.004), model(0), 2)).difference).toBeGreaterThan(TOLERANCE);
  });

  it("trusts neither numbers that are none nor maps of another size", async () => {
    for (const wrong of [model(Number.NaN), model(0, 3)])
      expect((await compareEngines(wrong, model(0), 2)).difference).toBe(Number.POSITIVE_INFINITY);
  });

  it("looks at a picture of several colours and unequal sides, the same everywhere", () => {
    const { width, height, data } = checkPicture();
    expect(width).not.toBe(height);
    expect(new Set(data).size).toBeGreaterThan(100);
    expect(checkPicture().data).toEqual(data);
  });
});

describe("calls between the page and its workers", () => {
  const connect = (handlers: Parameters<typeof answerCalls>[1]) => {
    const { port1, port2 } = new MessageChannel();
    answerCalls(port1 as unknown as MessagePort, handlers);
    port1.start();
    const call = callerOf(port2 as unknown as MessagePort);
    port2.start();
    return { call, close: () => port1.close() };
  };

  it("bring answers, progress and errors with their code, without advice for a command line", async () => {
    const { call, close } = connect({
      twice: (value: number, { report }) => {
        report("half");
        return { value: 2 * value };
      },
      never: () => {
        throw fail("missing-metadata", { where: "a.svs", expected: "x", got: "y", fix: "Use `--mpp`." });
      },
    });
    const progress: unknown[] = [];
    expect(await call("twice", 21, { onProgress: (one) => progress.push(one) })).toBe(42);
    expect(progress).toEqual(["half"]);
    const error = await call("never", null).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ code: "missing-metadata", message: "a.svs: expected x, got y." });
    await expect(call("unknown", null)).rejects.toThrow(/no "unknown"/);
    close();
  });

  it("can be given up", async () => {
    const { call, close } = connect({
      wait: (_: null, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("given up")));
        }),
    });
    const control = new AbortController();
    const waiting = call("wait", null, { signal: control.signal });
    control.abort();
    await expect(waiting).rejects.toThrow("given up");
    close();
  });
});
