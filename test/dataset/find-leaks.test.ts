import { readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type AllowedPair,
  findLeaks,
  groupByLikeness,
  type LeakReport,
  readImages,
  refuseLeaks,
  type SlideCut,
  type TissueImage,
} from "../../src/dataset/index.ts";
import { rgbImage } from "../../src/pixels/index.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { copyOf, spots, storedImage } from "./make-copies.ts";
import { datasetOf, imageOf, newFolder, refusalOf } from "./make-data.ts";

/** What a search finds among images whose files are not opened. */
async function searched(
  images: readonly TissueImage[],
  allow: readonly AllowedPair[] = [],
): Promise<LeakReport> {
  return await findLeaks(datasetOf(images), { cacheFolder: "nowhere", nearDuplicates: false, allow });
}

function pairsOf({ pairs }: LeakReport): string[] {
  return pairs.map(({ kind, first, second, state }) => `${state}: ${kind} ${first.id} ${second.id}`);
}

const train = (id: string, parts: Partial<TissueImage> = {}) =>
  imageOf(id, { label: "A", split: "train", ...parts });
const test = (id: string, parts: Partial<TissueImage> = {}) =>
  imageOf(id, { label: "A", split: "test", ...parts });

function cut(x: number, parts: Partial<SlideCut> = {}): { readonly cut: SlideCut } {
  const box = { x, y: 0, width: 100, height: 100 };
  return { cut: { slide: "s1", manifest: "/data/manifest.csv", slideHash: "aa", box, ...parts } };
}

describe("findLeaks", () => {
  it("names every patient in two splits once for every two of them", async () => {
    const images = [train("a", { patient: "P" }), train("b", { patient: "P" }), test("c", { patient: "P" })];
    expect(pairsOf(await searched(images))).toEqual(["leak: patient a c"]);
  });

  it("finds equal files in two splits, and counts those within one", async () => {
    const same = { contentHash: "same" };
    const report = await searched([train("a", same), test("b", same), test("c", same)]);
    expect(pairsOf(report)).toEqual(["leak: identical file a b", "within: identical file b c"]);
    expect(report.notes).toEqual([
      "1 pair (identical files) not in two splits: no leak, but fewer independent images than files.",
    ]);
  });

  it("takes unlabelled tissue without a split as trained on, and leaves labelled images without one aside", async () => {
    const same = { contentHash: "same" };
    const unlabelled = imageOf("u", same);
    const aside = imageOf("aside", { label: "A", ...same });
    expect(pairsOf(await searched([unlabelled, aside, test("b", same)]))).toEqual([
      "leak: identical file u b",
    ]);
  });

  it("compares all and stops at nothing where no labelled image has a split yet", async () => {
    const same = { contentHash: "same" };
    const images = [imageOf("a", { label: "A", ...same }), imageOf("b", { label: "A", ...same })];
    expect(pairsOf(await searched(images))).toEqual(["within: identical file a b"]);
  });

  it("finds boxes of one slide that overlap by more than a margin", async () => {
    const images = [train("a", cut(0)), test("b", cut(94)), test("c", cut(96)), train("d", cut(300))];
    expect(pairsOf(await searched(images))).toEqual([
      "leak: slide cut twice a b",
      "within: slide cut twice b c",
    ]);
  });

  it("knows a slide by its bytes under another name, manifest or patient", async () => {
    const other = { slide: "s2", manifest: "/more/manifest.csv" };
    const found = await searched([train("a", cut(0)), test("b", cut(500, other))]);
    expect(found.pairs.map(({ how, state }) => `${state}: ${how}`)).toEqual([
      "leak: one slide, called s1 and s2",
    ]);
    const patients = [train("a", { patient: "P", ...cut(0) }), test("b", { patient: "Q", ...cut(500) })];
    expect((await searched(patients)).pairs.map(({ how }) => how)).toEqual([
      "one slide, called s1 of patient P and s1 of patient Q",
    ]);
  });

  it("tells slides of one name in two manifests apart where no bytes were hashed", async () => {
    const nameless = { slideHash: null };
    const elsewhere = { slideHash: null, manifest: "/more/manifest.csv" };
    expect(pairsOf(await searched([train("a", cut(0, nameless)), test("b", cut(0, elsewhere))]))).toEqual([]);
    expect(pairsOf(await searched([train("a", cut(0, nameless)), test("b", cut(0, nameless))]))).toEqual([
      "leak: slide cut twice a b",
    ]);
  });

  it("lets a pair pass by name in either order, and says how many", async () => {
    const images = [train("a", cut(0)), test("b", cut(10))];
    const report = await searched(images, [["b", "a"]]);
    expect(pairsOf(report)).toEqual(["allowed: slide cut twice a b"]);
    expect(report.checks.map(({ name, allowed }) => [name, allowed])).toContainEqual(["slides cut twice", 1]);
    expect(await refusalOf(() => refuseLeaks(report))).toBe("no error");
  });

  it("refuses an allowed pair that nothing found, or that names no image", async () => {
    const images = [train("first.png", cut(0)), test("second.png", cut(500))];
    expect(await refusalOf(() => searched(images, [["first.png", "second.png"]]))).toBe(
      "invalid-argument: allowed pairs: expected pairs that the checks find, got first.png and second.png, which they do not. Remove the entry. Only near-duplicates and slides cut twice can be allowed; patients and identical files cannot.",
    );
    expect(await refusalOf(() => searched(images, [["first.png", "secnod.png"]]))).toBe(
      "invalid-argument: allowed pairs: expected ids of images of the data set, got `secnod.png`. Did you mean `second.png`?",
    );
  });

  it("lets no list excuse equal files", async () => {
    const same = { contentHash: "same" };
    expect(await refusalOf(() => searched([train("a", same), test("b", same)], [["a", "b"]]))).toMatch(
      /^invalid-argument: allowed pairs/,
    );
  });
});

describe("refuseLeaks", () => {
  it("names pairs, their splits and what to do", async () => {
    const images = [train("a", cut(0)), test("b", cut(10)), imageOf("u", cut(20))];
    expect(await refusalOf(async () => refuseLeaks(await searched(images)))).toBe(
      "data-leak: splits: expected no tissue of one split in another, got 2 pairs: slide cut twice: a (train) and b (test), boxes of slide s1 share 90% of the smaller; slide cut twice: b (test) and u (unlabelled, trained on), boxes of slide s1 share 90% of the smaller. `lowmag leaks --out DIR` shows all pairs. Put both images of a pair in one split (give them one patient, and split by patient with `lowmag split`), or remove one. Unlabelled tissue is trained on: leave out what belongs to val or test. Where a pair is no copy, let it pass by name: `--allow first.png,second.png`.",
    );
  });

  it("names five and counts the rest", async () => {
    const images = [train("a", cut(0)), ...[1, 2, 3, 4, 5, 6, 7].map((x) => test(`t${x}`, cut(x)))];
    expect(await refusalOf(async () => refuseLeaks(await searched(images)))).toMatch(
      /got 7 pairs: .*; and 2 more\. /,
    );
  });
});

describe("findLeaks on pictures", () => {
  it("finds copies that were flipped, turned, coloured and compressed, and nothing else", async () => {
    const folder = await newFolder();
    const images: TissueImage[] = [];
    for (const [n, angle] of [90, 180].entries()) {
      const original = spots(240, 240, n);
      images.push(await storedImage(folder, `${n}.png`, original, { split: "train" }));
      for (const mirrored of [false, true]) {
        const colour = ([r, g, b]: readonly [number, number, number]) => [b, r, g] as const;
        const copy = copyOf(original, { angle, mirrored, colour });
        images.push(await storedImage(folder, `${n}-${mirrored}.jpg`, copy, { split: "test" }));
      }
    }
    const cacheFolder = await newFolder();
    const report = await findLeaks(datasetOf(images), { cacheFolder });
    const leaks = report.pairs.filter(({ state }) => state === "leak");
    expect(leaks.map(({ first, second }) => `${first.id} ${second.id}`).sort()).toEqual(
      [0, 1].flatMap((n) => [`${n}.png ${n}-false.jpg`, `${n}.png ${n}-true.jpg`]),
    );
    expect(Math.min(...leaks.map(({ score }) => score))).toBeGreaterThan(0.9);
    expect(report.pairs.filter(({ state }) => state === "within").length).toBe(2);
    for (const { path } of images) await rm(path); // the second search asks the cache alone
    expect((await findLeaks(datasetOf(images), { cacheFolder })).pairs).toEqual(report.pairs);
    const [known = ""] = await readdir(join(cacheFolder, "pairs-1"));
    await writeFile(join(cacheFolder, "pairs-1", known), "{}"); // damaged: the pictures are compared anew
    expect((await findLeaks(datasetOf(images), { cacheFolder })).pairs).toEqual(report.pairs);
  });

  it("stops when it is told to", async () => {
    const folder = await newFolder();
    const image = await storedImage(folder, "a.png", spots(64, 64, 1), { split: "train" });
    const controller = new AbortController();
    controller.abort();
    const options = { cacheFolder: folder, signal: controller.signal };
    expect(await refusalOf(() => findLeaks(datasetOf([image]), options))).toMatch(/^cancelled: /);
  });

  it("says how many pictures hold nothing to compare, and names a file that has changed", async () => {
    const folder = await newFolder();
    const glass = rgbImage(64, 64, new Uint8Array(3 * 64 * 64).fill(240));
    const images = [
      await storedImage(folder, "glass.png", glass, { split: "train" }),
      await storedImage(folder, "tissue.png", spots(64, 64, 1), { split: "test" }),
    ];
    const { notes, pairs } = await findLeaks(datasetOf(images), { cacheFolder: folder });
    expect(notes).toEqual(["1 picture with hardly any structure (bare glass) could not be compared."]);
    expect(pairs).toEqual([]);
    const changed = datasetOf([{ ...images[1]!, contentHash: "0" }]);
    expect(await refusalOf(() => findLeaks(changed, { cacheFolder: folder }), folder)).toMatch(
      /^corrupt-data: <data>\/tissue.png: expected the bytes it had when the data set was read/,
    );
  });
});

describe("groupByLikeness", () => {
  it("joins patients, equal files and pairs, in chains, and calls a group by a patient where one is known", () => {
    const images = [
      imageOf("a"),
      imageOf("b", { patient: "P" }),
      imageOf("c", { patient: "P" }),
      imageOf("d", { contentHash: "same" }),
      imageOf("e", { contentHash: "same" }),
      imageOf("f"),
      imageOf("g"),
    ];
    const pair = (first: number, second: number) => ({ first: images[first]!, second: images[second]! });
    expect(groupByLikeness(images, [pair(0, 2), pair(4, 5)])).toEqual(["P", "P", "P", "d", "d", "d", "g"]);
  });
});

describe("findLeaks on real tissue", () => {
  const folder = realData("tiles/lc25000-100-leaky");
  it.skipIf(folder === null)(
    `finds the known copies of one field${folder === null ? ` (${NO_REAL_DATA})` : ""}`,
    async () => {
      const include = /lungn[34]|lungaca(220|1674)|colonca(3978|4271)/;
      const images = await readImages([folder!], { mpp: 1, include });
      const { pairs } = await findLeaks(datasetOf(images), { cacheFolder: await newFolder() });
      const names = pairs.map(({ first, second }) =>
        [first.id, second.id].map((id) => basename(id)).join(" "),
      );
      expect(names.sort()).toEqual([
        "colonca3978.jpeg colonca4271.jpeg",
        "lungaca220.jpeg lungaca1674.jpeg",
        "lungn3960.jpeg lungn4547.jpeg",
        "lungn462.jpeg lungn3790.jpeg",
      ]);
    },
    120_000,
  );
});
