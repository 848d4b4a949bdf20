import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  applySplits,
  countBySplit,
  type Dataset,
  hashDataset,
  patientsFromPattern,
  readPatients,
  readSplits,
  splitDataset,
  withPatients,
  writeSplits,
} from "../../src/dataset/index.ts";
import { datasetOf, imageOf, newFolder, refusalOf, writeData } from "./make-data.ts";

const bare = datasetOf([
  ...["A", "B"].flatMap((label) =>
    Array.from({ length: 6 }, (_, i) => imageOf(`${label}/P${i} x,"y".png`, { label })),
  ),
  imageOf("more/u.png"),
]);
const divided = splitDataset(withPatients(bare, patientsFromPattern("(P\\d)")), { seed: 1 });

async function written(dataset: Dataset = divided): Promise<string> {
  const path = join(await newFolder(), "splits.csv");
  await writeSplits(path, dataset);
  return path;
}

describe("writeSplits, readSplits and applySplits", () => {
  it("give back what was written", async () => {
    const applied = applySplits(bare, await readSplits(await written()));
    expect(applied).toEqual(divided);
    expect(hashDataset(applied)).toBe(hashDataset(divided));
  });

  it("write one line per image, the same bytes each time", async () => {
    const text = await readFile(await written(), "utf8");
    expect(text.split("\n")[0]).toBe("image,label,patient,split,contentHash");
    expect(text.split("\n")[1]).toMatch(
      /^"A\/P0 x,""y"".png",A,P0,(train|val|test),"hash of A\/P0 x,""y"".png"$/,
    );
    expect(text.trimEnd().split("\n")).toHaveLength(13);
    expect(await readFile(await written(), "utf8")).toBe(text);
  });

  it("leave unlabelled images that the file does not know as they are", async () => {
    const splits = await readSplits(await written());
    const more = datasetOf([...bare.images, imageOf("list/v.png", { split: "train" })]);
    const applied = applySplits(more, splits);
    expect(applied.images.slice(12).map(({ split }) => split)).toEqual([null, "train"]);
  });

  async function verdict(dataset: Dataset, edit = (text: string) => text): Promise<string> {
    const path = await written();
    await writeFile(path, edit(await readFile(path, "utf8")));
    return await refusalOf(async () => applySplits(dataset, await readSplits(path)), path);
  }

  it("refuse an image of the file that the data set does not have", async () => {
    expect(await verdict(datasetOf(bare.images.slice(2)))).toBe(
      'invalid-argument: <data>: expected only images of the data set, got A/P0 x,"y".png and 1 more which the data set does not have. Use the same --data and --include as when the splits were made, or make them again with `lowmag split`.',
    );
  });

  it("refuse a labelled image that the file lacks", async () => {
    expect(await verdict(datasetOf([...bare.images, imageOf("A/new.png", { label: "A" })]))).toBe(
      "invalid-argument: <data>: expected all 13 labelled images of the data set, got A/new.png missing from the file. Use the same --data and --include as when the splits were made, or make them again with `lowmag split`.",
    );
  });

  it("refuse a file whose bytes have changed", async () => {
    const images = bare.images.map((image, i) =>
      i === 3 ? { ...image, contentHash: "0123456789abcdef" } : image,
    );
    expect(await verdict(datasetOf(images))).toBe(
      'corrupt-data: /data/A/P3 x,"y".png: expected the bytes it had when <data> was made (SHA-256 hash of A/P3…), got other bytes (0123456789ab…). Restore the file, or make the splits again with `lowmag split`.',
    );
  });

  it("refuse another label", async () => {
    expect(await verdict(bare, (text) => text.replace(",A,P0", ",B,P0"))).toBe(
      'invalid-argument: <data>: expected `A/P0 x,"y".png` with the label `A` that the data set gives it, got `B`. Make the splits again with `lowmag split`.',
    );
  });

  it("refuse a row without a split, an image twice, and a missing column", async () => {
    const line = (text: string) => text.split("\n")[1]!;
    expect(await verdict(bare, (text) => text.replace(/,(train|val|test),/, ",,"))).toBe(
      'invalid-argument: <data> line 2: expected an image, once, with its split, got no split for `A/P0 x,"y".png`.',
    );
    expect(await verdict(bare, (text) => `${text}${line(text)}\n`)).toBe(
      'invalid-argument: <data> line 14: expected an image, once, with its split, got `A/P0 x,"y".png` again.',
    );
    expect(await verdict(bare, (text) => text.replace("contentHash", "sum"))).toBe(
      "invalid-argument: <data>: expected a column `contenthash`, got the columns image, label, patient, split, sum.",
    );
    expect(await verdict(bare, (text) => text.replace(/,(train|val|test),/, ",tset,"))).toBe(
      "invalid-argument: <data> line 2: expected the split to be train, val or test, got `tset`. Did you mean `test`?",
    );
  });
});

describe("patients", () => {
  it("come from a CSV by id, file name or stem", async () => {
    const folder = await writeData({ "p.csv": "image,patient\nA/1.png,P1\n2.png,P2\n3,P3\n" });
    const dataset = datasetOf(
      ["A/1.png", "A/2.png", "B/3.png", "B/4.png"].map((id) => imageOf(id, { label: id[0]! })),
    );
    const known = withPatients(dataset, await readPatients(join(folder, "p.csv")));
    expect(known.images.map(({ patient }) => patient)).toEqual(["P1", "P2", "P3", null]);
  });

  it("come from a pattern: the group named patient, else the first", () => {
    const image = imageOf("Viable/Case-3-A15-2939-11262.jpg");
    expect(patientsFromPattern(/(Case-\d+|P\d+)/g)(image)).toBe("Case-3");
    expect(patientsFromPattern("([^/]+)/(?<patient>Case-\\d+)")(image)).toBe("Case-3");
    expect(patientsFromPattern("(P\\d+)")(image)).toBeNull();
  });

  it("that a lookup does not know stay what they were", () => {
    const dataset = datasetOf([imageOf("a1", { patient: "old" }), imageOf("b2")]);
    const known = withPatients(dataset, patientsFromPattern("(b\\d)"));
    expect(known.images.map(({ patient }) => patient)).toEqual(["old", "b2"]);
  });

  it.each(["Case-\\d+", "(", "(?:a|b)"])("refuse the pattern %s", async (pattern) => {
    expect(await refusalOf(() => patientsFromPattern(pattern))).toBe(
      `invalid-argument: patient pattern: expected a regular expression with a group that holds the patient, got \`${pattern}\`. For example "^[^/]+/(P\\d+)-".`,
    );
  });

  it("refuse a lookup that knows nobody", async () => {
    expect(await refusalOf(() => withPatients(bare, patientsFromPattern("(nobody)")))).toBe(
      'invalid-argument: patients: expected a patient for at least one image, got none for 13 images (e.g. A/P0 x,"y".png). The CSV\'s column image holds ids, file names, or file names without their ending; a pattern is tried on the id.',
    );
  });

  it.each([
    ["a,P1\na,P2\n", "line 3: expected an image and its one patient, got a with patients `P1` and `P2`."],
    ["a,\n", "line 2: expected an image and its one patient, got an empty cell."],
  ])("refuse the rows %j", async (rows, message) => {
    const folder = await writeData({ "p.csv": `image,patient\n${rows}` });
    expect(await refusalOf(() => readPatients(join(folder, "p.csv")), folder)).toBe(
      `invalid-argument: <data>/p.csv ${message}`,
    );
  });
});

describe("countBySplit and hashDataset", () => {
  it("count classes, patients and unlabelled images of each split", () => {
    const dataset = datasetOf([
      imageOf("a", { label: "A", split: "train", patient: "p" }),
      imageOf("b", { label: "B", split: "train", patient: "p" }),
      imageOf("u", { split: "train" }),
      imageOf("v"),
    ]);
    expect(countBySplit(dataset)).toEqual([
      { split: "train", images: 3, patients: 1, unlabelled: 1, perClass: { A: 1, B: 1 } },
      { split: "none", images: 1, patients: 0, unlabelled: 1, perClass: { A: 0, B: 0 } },
    ]);
  });

  it("the hash stands for the data, not for where the files lie", () => {
    const moved = {
      ...divided,
      images: divided.images.map((image) => ({ ...image, path: `/elsewhere/${image.id}` })),
    };
    expect(hashDataset(moved)).toBe(hashDataset(divided));
    for (const change of [{ label: "B" }, { split: null }, { mpp: 2 }, { contentHash: "x" }]) {
      const images = divided.images.map((image, i) => (i === 0 ? { ...image, ...change } : image));
      expect(hashDataset({ ...divided, images })).not.toBe(hashDataset(divided));
    }
  });
});
