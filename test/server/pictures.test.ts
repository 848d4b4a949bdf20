// Pictures are made in processes: shared by those who wait, stopped when nobody does, refused when they are too many, and
// a process that dies costs the requests it had in hand.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ByteCache } from "../../src/server/byte-cache.ts";
import { disagreementOf } from "../../src/server/disagreement.ts";
import type { SlideSource } from "../../src/server/picture-protocol.ts";
import { PictureService, type PictureServiceOptions } from "../../src/server/picture-service.ts";
import { withoutNames } from "../../src/server/public-words.ts";
import { levelSize, overviewLevel, planDeepZoom, tileAt } from "../../src/slide/index.ts";
import { makeSlide } from "./make-results.ts";

let folder: string;
let source: SlideSource;
const services: PictureService[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-pictures-"));
  const path = join(folder, "a.tif");
  await makeSlide(path, 3000, 2000);
  source = { path, state: `${statSync(path).mtimeMs}` };
});
afterEach(() => Promise.all(services.splice(0).map((service) => service.close())));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function service(options: Partial<PictureServiceOptions> = {}): PictureService {
  const made = new PictureService({
    ...{ backend: "own", decoder: "wasm", quality: 80, reencode: false, processes: 1 },
    ...{ pictures: 100, pictureMs: 20_000, cacheBytes: 0 },
    ...options,
  });
  services.push(made);
  return made;
}

const tile = (column: number, level = 12) => ({ kind: "tile", level, column, row: 0 }) as const;
const always = () => new AbortController().signal;

describe("pictures", () => {
  it("that several wait for are made once and given to all", async () => {
    const pictures = service({ pictures: 1 });
    const made = await Promise.all(
      Array.from({ length: 5 }, () => pictures.picture(source, tile(0), always())),
    );
    const [first, ...others] = made.map((one) => (one.busy ? null : one.value));
    expect(first!.length).toBeGreaterThan(300);
    for (const other of others) expect(other).toBe(first);
  });

  it("beyond the limit are refused, and one that nobody waits for any more makes room", async () => {
    const pictures = service({ pictures: 1 });
    const leaving = new AbortController();
    const left = pictures.picture(source, tile(0), leaving.signal);
    expect(await pictures.picture(source, tile(1), always())).toEqual({ busy: true });
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: "cancelled" });
    expect((await pictures.picture(source, tile(1), always())).busy).toBe(false);
  });

  it("go on for those who stay when another leaves", async () => {
    const pictures = service();
    const leaving = new AbortController();
    const both = [
      pictures.picture(source, tile(0), leaving.signal),
      pictures.picture(source, tile(0), always()),
    ];
    leaving.abort();
    expect((await both[1]!).busy).toBe(false);
  });

  it("are made again by another process when one has died", async () => {
    const pictures = service();
    await pictures.picture(source, tile(0), always());
    const dying = pictures.picture(source, tile(1), always());
    process.kill(pictures.pids[0]!, "SIGKILL");
    await expect(dying).rejects.toMatchObject({ code: "out-of-memory" });
    expect((await pictures.picture(source, tile(1), always())).busy).toBe(false);
  });

  it("that take too long end their process and nothing else", async () => {
    const hurried = service({ pictureMs: 1 });
    await expect(hurried.picture(source, tile(0), always())).rejects.toMatchObject({ code: "internal" });
    expect((await service().picture(source, tile(0), always())).busy).toBe(false);
  });

  it("are kept as long as their bytes fit, the last used longest", () => {
    const cache = new ByteCache(100);
    cache.set("a", new Uint8Array(40));
    cache.set("b", new Uint8Array(40));
    cache.get("a");
    cache.set("c", new Uint8Array(40));
    expect([cache.get("a")?.length, cache.get("b"), cache.get("c")?.length, cache.bytes]).toEqual([
      40,
      undefined,
      40,
      80,
    ]);
    cache.set("c", new Uint8Array(10));
    expect(cache.bytes).toBe(50);
    cache.set("d", new Uint8Array(101));
    expect([cache.get("d"), cache.bytes]).toEqual([undefined, 50]);
  });
});

describe("the plan of tiles", () => {
  it("covers every level once, with tiles that are no larger than said", () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }));
    fc.assert(
      fc.property(sizes, fc.constantFrom(64, 254, 256), ([width, height], tileSize) => {
        const plan = planDeepZoom(width, height, tileSize);
        expect(levelSize(plan, 0)).toMatchObject({ width: 1, height: 1 });
        expect(levelSize(plan, plan.last)).toEqual({ width, height, scale: 1 });
        for (let level = 0; level <= plan.last; level++) {
          const size = levelSize(plan, level);
          let pixels = 0;
          for (let row = 0; tileAt(plan, level, 0, row) !== null; row++)
            for (let column = 0; ; column++) {
              const tile = tileAt(plan, level, column, row);
              if (tile === null) break;
              expect(Math.max(tile.width, tile.height)).toBeLessThanOrEqual(tileSize);
              pixels += tile.width * tile.height;
            }
          expect(pixels).toBe(size.width * size.height);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("knows no tile outside, and takes its overview from the finest level that fits", () => {
    const plan = planDeepZoom(3000, 2000, 256);
    for (const [level, column, row] of [
      [13, 0, 0],
      [-1, 0, 0],
      [12, 12, 0],
      [12, 0, 8],
      [12, -1, 0],
      [12, 0.5, 0],
      [Number.NaN, 0, 0],
    ] as const)
      expect(tileAt(plan, level, column, row)).toBeNull();
    expect(overviewLevel(plan, 1024)).toBe(10);
    expect(overviewLevel(planDeepZoom(10, 10, 256), 1024)).toBe(4);
  });
});

describe("how far models disagree", () => {
  const classes = ["a", "b", "c"];
  it("is the largest total variation distance over classes of the same names", () => {
    const first = { classes, probabilities: [0.7, 0.2, 0.1] };
    const second = { classes: ["c", "a", "b"], probabilities: [0.5, 0.3, 0.2] };
    expect(disagreementOf([first, second])).toBeCloseTo(0.4, 12);
    expect(disagreementOf([first, first, second])).toBeCloseTo(0.4, 12);
    expect(disagreementOf([first, first])).toBe(0);
  });

  it("is not told where there is one answer, or classes differ", () => {
    expect(disagreementOf([])).toBeNull();
    expect(disagreementOf([{ classes, probabilities: [1, 0, 0] }])).toBeNull();
    const other = { classes: ["a", "b"], probabilities: [1, 0] };
    expect(disagreementOf([{ classes, probabilities: [1, 0, 0] }, other])).toBeNull();
  });
});

describe("words for strangers", () => {
  it("hold neither path nor name nor stem of the slide's file", () => {
    const path = "/data/ward 7/Muster.Erika.ome.tif";
    const text = `${path}: Muster.Erika.ome.tif beside Muster.Erika_label in /data/ward 7/other.tif`;
    const hidden = withoutNames(text, path, "Slide 3", false);
    expect(hidden).toBe("Slide 3: Slide 3 beside Slide 3_label in …/other.tif");
    expect(withoutNames(text, path, "Muster.Erika.ome.tif", true)).not.toContain("ward");
  });
});
