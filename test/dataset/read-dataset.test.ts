import { createHash } from "node:crypto";
import { readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Progress } from "../../src/base/index.ts";
import { naturalOrder, type ReadDatasetOptions, readDataset, readImages } from "../../src/dataset/index.ts";
import { drawings, newFolder, refusalOf, writeData } from "./make-data.ts";

const twoClasses = { ...drawings("Normal/a", 2), ...drawings("Tumour/b", 2) };

describe("readDataset on a folder per class", () => {
  it("describes every image", async () => {
    const data = await writeData({
      "Tumour/x.png": {},
      "Normal/slide 1/y.png": { width: 20 },
      "notes.txt": "x",
    });
    const dataset = await readDataset({ data, mpp: 0.5 });
    expect(dataset.classes).toEqual(["Normal", "Tumour"]);
    const sha = createHash("sha256")
      .update(await readFile(join(data, "Tumour/x.png")))
      .digest("hex");
    expect(dataset.images[1]).toEqual({
      id: "Tumour/x.png",
      path: join(data, "Tumour/x.png"),
      label: "Tumour",
      patient: null,
      split: null,
      mpp: 0.5,
      mppSource: "option",
      width: 16,
      height: 12,
      contentHash: sha,
    });
    expect(dataset.images[0]).toMatchObject({ id: "Normal/slide 1/y.png", label: "Normal", width: 20 });
    expect(dataset.notes).toEqual([]);
  });

  it("orders images as people count and skips hidden files", async () => {
    const data = await writeData({
      ...drawings("A/t", 11),
      "B/one.png": {},
      "A/._t1.png": "a Mac's shadow of a file",
      ".cache/C/x.png": {},
    });
    const { images } = await readDataset({ data, mpp: 1 });
    const names = Array.from({ length: 11 }, (_, i) => `A/t${i + 1}.png`);
    expect(images.map(({ id }) => id)).toEqual([...names, "B/one.png"]);
  });

  it("notes images outside the class folders", async () => {
    const data = await writeData({ ...twoClasses, "stray.png": {} });
    const { notes, leftOut } = await readDataset({ data, mpp: 1 });
    expect(notes).toEqual([`${data}: 1 image outside the class folders left out`]);
    expect(leftOut).toEqual([{ reason: "outside the class folders", count: 1, examples: ["stray.png"] }]);
  });

  it("takes the classes asked for, in their order", async () => {
    const data = await writeData({ ...twoClasses, "Blurred/c.png": {} });
    const dataset = await readDataset({ data, mpp: 1, classes: ["Tumour", "Normal"] });
    expect(dataset.classes).toEqual(["Tumour", "Normal"]);
    expect(dataset.images).toHaveLength(4);
    expect(dataset.notes).toEqual([`${join(data, "Blurred")}: not one of the classes asked for, left out`]);
    const reason = "of `Blurred`, which is not one of the classes asked for";
    expect(dataset.leftOut).toEqual([{ reason, count: 1, examples: ["Blurred/c.png"] }]);
  });

  it("keeps only what `include` matches", async () => {
    const data = await writeData({ "A/a_100x_1.png": {}, "A/a_400x_1.png": {}, "B/b_400x_2.png": {} });
    for (const include of [/_400x_/g, "_400x_"]) {
      const { images, leftOut } = await readDataset({ data, mpp: 0.25, include });
      expect(images.map(({ id }) => id)).toEqual(["A/a_400x_1.png", "B/b_400x_2.png"]);
      const reason = "that `include` does not match";
      expect(leftOut).toEqual([{ reason, count: 1, examples: ["A/a_100x_1.png"] }]);
    }
  });

  it("follows links, but not in circles", async () => {
    const data = await writeData(twoClasses);
    await symlink(join(data, "Normal"), join(data, "Normal", "loop"));
    await symlink(join(data, "gone.png"), join(data, "Normal", "dangling.png"));
    expect((await readDataset({ data, mpp: 1 })).images).toHaveLength(4);
  });
});

describe("readDataset on the authors' layout", () => {
  it("takes splits from the folders and µm/px from the objective in the name", async () => {
    const parent = await writeData({
      "data_2.5x/train/A/1.png": {},
      "data_2.5x/train/B/2.png": {},
      "data_2.5x/val/A/1.png": {},
      "data_2.5x/test/B/9.png": {},
    });
    const { images, classes } = await readDataset({ data: join(parent, "data_2.5x") });
    expect(classes).toEqual(["A", "B"]);
    expect(images.map(({ id, label, split, mpp, mppSource }) => [id, label, split, mpp, mppSource])).toEqual([
      ["test/B/9.png", "B", "test", 4, "file"],
      ["train/A/1.png", "A", "train", 4, "file"],
      ["train/B/2.png", "B", "train", 4, "file"],
      ["val/A/1.png", "A", "val", 4, "file"],
    ]);
  });

  it("believes the option more than the name", async () => {
    const parent = await writeData({ "data_10x/train/A/1.png": {}, "data_10x/train/B/2.png": {} });
    const { images } = await readDataset({ data: join(parent, "data_10x"), mpp: 1.1 });
    expect(images[0]).toMatchObject({ mpp: 1.1, mppSource: "option" });
  });

  it("is not mistaken for classes when read one folder too high", async () => {
    const data = await writeData({ "data_10x/train/A/1.png": {}, "data_5x/train/A/1.png": {} });
    expect(await refusalOf(() => readDataset({ data, mpp: 1 }), data)).toBe(
      "invalid-argument: <data>: expected a folder per class, got `data_5x` with the folders train in it. Give <data>/data_5x instead.",
    );
  });
});

describe("readDataset on a manifest", () => {
  it("reads all columns, in any case and order, and notes those it does not know", async () => {
    const data = await writeData({
      "m.csv":
        "\uFEFFPatient,IMAGE,Stain,Label,Split,MPP\nP1,sub/a.png,HE,A,Train,0.5\n,b.png,HE,B,,1\nP2,c.png,HE,,,0.5\n",
      "sub/a.png": {},
      "b.png": {},
      "c.png": {},
    });
    const dataset = await readDataset({ data: join(data, "m.csv"), mpp: 3 });
    expect(dataset.classes).toEqual(["A", "B"]);
    expect(
      dataset.images.map(({ id, label, patient, split, mpp, mppSource }) => [
        id,
        label,
        patient,
        split,
        mpp,
        mppSource,
      ]),
    ).toEqual([
      ["sub/a.png", "A", "P1", "train", 0.5, "manifest"],
      ["b.png", "B", null, null, 1, "manifest"],
      ["c.png", null, "P2", null, 0.5, "manifest"],
    ]);
    expect(dataset.notes).toEqual([`${join(data, "m.csv")}: columns ignored: stain`]);
  });

  it("keeps the whole path as the id of an image outside its folder", async () => {
    const data = await writeData({
      "lists/m.csv": "image,label\n../a.png,A\n../b.png,B\n",
      "a.png": {},
      "b.png": {},
    });
    const { images } = await readDataset({ data: join(data, "lists/m.csv"), mpp: 1 });
    expect(images.map(({ id }) => id)).toEqual([join(data, "a.png"), join(data, "b.png")]);
  });
});

describe("readDataset with several sources", () => {
  it("adds unlabelled folders and manifests, whose ids begin with their name", async () => {
    const data = await writeData(twoClasses);
    const more = await writeData({
      "deep/er/u.png": {},
      "list.csv": "image,label,patient,mpp\nu2.png,Tumour,P9,2\n",
      "u2.png": {},
    });
    const unlabelled = [join(more, "deep"), join(more, "list.csv")];
    const { images } = await readDataset({ data, mpp: 1, unlabelled });
    expect(images.slice(4).map(({ id, label, patient, mpp }) => [id, label, patient, mpp])).toEqual([
      ["deep/er/u.png", null, null, 1],
      ["list/u2.png", null, "P9", 2],
    ]);
  });

  it("readImages takes files, folders and manifests without labels", async () => {
    const data = await writeData({ "a.png": { mpp: 2 }, "more/b.png": { mpp: 2 } });
    const images = await readImages([join(data, "a.png"), join(data, "more")]);
    expect(images.map(({ id, label, mpp }) => [id, label, mpp])).toEqual([
      [join(data, "a.png"), null, 2],
      ["more/b.png", null, 2],
    ]);
  });
});

describe("µm per pixel", () => {
  it("comes from the file where nobody says otherwise", async () => {
    const data = await writeData({ "A/a.png": { mpp: 0.5 }, "B/b.png": { mpp: 0.505 } });
    const { images } = await readDataset({ data });
    expect(images.map(({ mppSource }) => mppSource)).toEqual(["file", "file"]);
    expect(images[1]!.mpp).toBeCloseTo(0.505, 6);
  });

  it("may differ when a manifest says so", async () => {
    const data = await writeData({
      "m.csv": "image,label,mpp\na.png,A,1\nb.png,B,4\n",
      "a.png": {},
      "b.png": {},
    });
    const { images } = await readDataset({ data: join(data, "m.csv") });
    expect(images.map(({ mpp }) => mpp)).toEqual([1, 4]);
  });
});

describe("readDataset refuses", () => {
  const cases: Record<
    string,
    [
      files: Parameters<typeof writeData>[0],
      message: string,
      options?: Partial<ReadDatasetOptions>,
      root?: string,
    ]
  > = {
    "an empty folder": [
      { "notes.txt": "nothing here" },
      "not-found: <data>: expected images (.png, .jpg, .jpeg, .webp, .tif, .tiff), got none. Give a folder with one folder of images per class, or a manifest (CSV with the columns image, label, patient, split, mpp).",
    ],
    "images without class folders": [
      { "a.png": {}, "b.png": {} },
      "not-found: <data>: expected images (.png, .jpg, .jpeg, .webp, .tif, .tiff), got 2 images but no class folders. Give a folder with one folder of images per class, or a manifest (CSV with the columns image, label, patient, split, mpp).",
    ],
    "a folder that is not there": [
      {},
      "not-found: <data>/none: expected a folder of images or a manifest (.csv), got nothing there.",
      {},
      "none",
    ],
    "a filter that leaves nothing": [
      twoClasses,
      "not-found: <data>: expected images (.png, .jpg, .jpeg, .webp, .tif, .tiff), got 4 images, none of which --include matches. Give a folder with one folder of images per class, or a manifest (CSV with the columns image, label, patient, split, mpp).",
      { include: "_400x_" },
    ],
    "a filter that is no regular expression": [
      twoClasses,
      "invalid-argument: --include: expected a regular expression, got `(`.",
      { include: "(" },
    ],
    "a single class": [
      { "Normal/a.png": {} },
      "invalid-argument: <data>: expected at least two classes, got only `Normal`. Make one folder per class, or fill the manifest's column label.",
    ],
    "an empty class": [
      { ...twoClasses, "Other/notes.txt": "" },
      "invalid-argument: <data>: expected at least one image of class `Other`, got none. Add images, or name the classes wanted with --classes.",
    ],
    "an unreadable image": [
      { ...twoClasses, "Tumour/broken.png": "\x89PNG but then nothing" },
      "unsupported-format: <data>/Tumour/broken.png: expected an RGB or grey PNG, JPEG, WebP or TIFF, got a file of another kind.",
    ],
    "a missing µm/px": [
      { ...twoClasses, "Normal/known.png": { mpp: 1 } },
      "missing-metadata: <data>/Normal/a1.png: expected µm per pixel from the manifest, the command line or the file, got none (4 images of 5 without). Pass --data-mpp (10x is 1, 20x is 0.5, 40x is 0.25 µm/px), or a manifest with the column mpp.",
      { mpp: undefined as never },
    ],
    "a µm/px that is none": [
      twoClasses,
      "invalid-argument: --data-mpp: expected a number of µm per pixel above 0, got -1.",
      { mpp: -1 },
    ],
    "files of different scales": [
      { "A/a.png": { mpp: 1 }, "B/b.png": { mpp: 2 } },
      "invalid-argument: <data>/B/b.png: expected the scale of the other files, 1 µm/px as in A/a.png, got 2 µm/px. If the set is meant to mix scales, say so in a manifest with the column mpp; if the files' tags are wrong, pass --data-mpp.",
      { mpp: undefined as never },
    ],
    "one µm/px for names of two magnifications": [
      { "A/a_100x_1.png": {}, "B/b_400x_2.png": {} },
      'invalid-argument: --data-mpp: expected images of one scale, got A/a_100x_1.png and B/b_400x_2.png, whose names give 100x and 400x. Choose one with --include, e.g. "_100x_", or give each its µm/px in a manifest.',
    ],
    "a label that no class has": [
      {
        "m.csv": "image,label\na.png,Normal\nb.png,Tumuor\nc.png,Tumour\n",
        "a.png": {},
        "b.png": {},
        "c.png": {},
      },
      "invalid-argument: b.png: expected one of the classes Normal, Tumour, got the label `Tumuor`. Did you mean `Tumour`?",
      { classes: ["Normal", "Tumour"] },
      "m.csv",
    ],
    "labels that differ only in case": [
      {
        "m.csv": "image,label\na.png,Normal\nb.png,tumour\nc.png,Tumour\n",
        "a.png": {},
        "b.png": {},
        "c.png": {},
      },
      "invalid-argument: b.png: expected one of the classes Normal, Tumour, got the label `tumour`. Did you mean `Tumour`?",
      {},
      "m.csv",
    ],
    "a split that is none": [
      { "m.csv": "image,label,split\na.png,A,training\nb.png,B,test\n", "a.png": {}, "b.png": {} },
      "invalid-argument: <data>/m.csv line 2: expected the split to be train, val or test, got `training`.",
      {},
      "m.csv",
    ],
    "a split called validation": [
      { "m.csv": "image,label,split\na.png,A,validation\nb.png,B,test\n", "a.png": {}, "b.png": {} },
      "invalid-argument: <data>/m.csv line 2: expected the split to be train, val or test, got `validation`. Did you mean `val`?",
      {},
      "m.csv",
    ],
    "an image that stands twice in a manifest": [
      { "m.csv": "image,label\na.png,A\nb.png,B\n./a.png,A\n", "a.png": {}, "b.png": {} },
      "invalid-argument: <data>/m.csv line 4: expected each image once, got a.png again (first on line 2).",
      {},
      "m.csv",
    ],
    "a manifest whose images are missing": [
      { "m.csv": "image,label\na.png,A\nb.png,B\ngone/c.png,B\n", "a.png": {} },
      "not-found: <data>/b.png: expected an image file, got nothing there (2 images of 3 missing). Paths in a manifest are relative to the manifest's folder.",
      {},
      "m.csv",
    ],
    "a manifest without the column image": [
      { "m.csv": "file,label\na.png,A\n" },
      "invalid-argument: <data>/m.csv: expected a column `image`, got the columns file, label.",
      {},
      "m.csv",
    ],
    "a manifest with a column twice": [
      { "m.csv": "image,label,Label\na.png,A,A\n" },
      "invalid-argument: <data>/m.csv: expected each column once, got `label` twice.",
      {},
      "m.csv",
    ],
    "a manifest that is empty": [
      { "m.csv": "" },
      "invalid-argument: <data>/m.csv: expected a column `image`, got the columns (none).",
      {},
      "m.csv",
    ],
    "a manifest with an empty image": [
      { "m.csv": "image,label\n,A\n" },
      "invalid-argument: <data>/m.csv line 2: expected a path under `image`, got an empty cell.",
      {},
      "m.csv",
    ],
    "a manifest whose mpp is a word": [
      { "m.csv": "image,label,mpp\na.png,A,10x\n", "a.png": {} },
      "invalid-argument: <data>/m.csv line 2: expected mpp to be a number of µm per pixel above 0, got `10x`.",
      {},
      "m.csv",
    ],
    "a manifest without labels": [
      { "m.csv": "image,label\na.png,\n", "a.png": {} },
      "invalid-argument: <data>/m.csv: expected at least two classes, got no labels. Make one folder per class, or fill the manifest's column label.",
      {},
      "m.csv",
    ],
    "a manifest that is not there": [
      {},
      "not-found: <data>/m.csv: expected a CSV file, got no such file.",
      {},
      "m.csv",
    ],
  };

  it.each(Object.entries(cases))("%s", async (_, [files, message, options = {}, root = ""]) => {
    const data = await writeData(files);
    const { mpp = 1, ...rest } = options;
    const scale = "mpp" in options && options.mpp === undefined ? {} : { mpp };
    expect(await refusalOf(() => readDataset({ data: join(data, root), ...scale, ...rest }), data)).toBe(
      message,
    );
  });

  it("a row with a missing cell", async () => {
    const data = await writeData({ "m.csv": "image,label\na.png\n" });
    expect(await refusalOf(() => readDataset({ data: join(data, "m.csv") }), data)).toMatch(
      /^corrupt-data: <data>\/m\.csv: expected comma-separated rows with as many cells as the header, got .*line 2/,
    );
  });

  it("two sources that give the same id", async () => {
    const data = await writeData(twoClasses);
    const more = await writeData({ "x/u/a.png": {}, "y/u/a.png": {} });
    const unlabelled = [join(more, "x/u"), join(more, "y/u")];
    expect(await refusalOf(() => readDataset({ data, mpp: 1, unlabelled }), more)).toBe(
      "invalid-argument: <data>/y/u/a.png: expected an id of its own, got `u/a.png`, which <data>/x/u/a.png has too. Rename one of the two folders, or read them as one.",
    );
  });

  it("to go on after a cancellation", async () => {
    const data = await writeData(twoClasses);
    const message = await refusalOf(() => readDataset({ data, mpp: 1, signal: AbortSignal.abort() }));
    expect(message).toBe("cancelled: readDataset: expected to run to the end, got an interruption.");
  });
});

describe("the index of files", () => {
  it("gives the same data set the second time without opening images, and notices a change", async () => {
    const data = await writeData(twoClasses);
    const cacheFolder = await newFolder();
    const first = await readDataset({ data, mpp: 1, cacheFolder });
    const index = join(cacheFolder, "files-1.json");
    const written = (await stat(index, { bigint: true })).mtimeNs;
    expect(await readDataset({ data, mpp: 1, cacheFolder })).toEqual(first);
    expect((await stat(index, { bigint: true })).mtimeNs).toBe(written);

    const path = join(data, "Normal/a1.png");
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.from("more")]));
    const again = await readDataset({ data, mpp: 1, cacheFolder });
    expect(again.images[0]!.contentHash).not.toBe(first.images[0]!.contentHash);
    expect(again.images.slice(1)).toEqual(first.images.slice(1));
  });

  it.each(["", "{", '{"check":"0","entries":"[]"}'])("is made again when it reads %j", async (damage) => {
    const data = await writeData(twoClasses);
    const cacheFolder = await newFolder();
    const first = await readDataset({ data, mpp: 1, cacheFolder });
    await writeFile(join(cacheFolder, "files-1.json"), damage);
    expect(await readDataset({ data, mpp: 1, cacheFolder })).toEqual(first);
  });

  it("reports how far it is", async () => {
    const data = await writeData(twoClasses);
    const reports: Progress[] = [];
    await readDataset({ data, mpp: 1, onProgress: (progress) => reports.push(progress) });
    expect(reports.map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
  });
});

describe("naturalOrder", () => {
  it("counts as people do", () => {
    const names = [
      "t10",
      "t9",
      "t1b",
      "t1a",
      "T2",
      "t",
      "t007",
      "t7",
      "9007199254740993",
      "9007199254740992",
    ];
    expect(names.sort(naturalOrder)).toEqual([
      "9007199254740992",
      "9007199254740993",
      "T2",
      "t",
      "t1a",
      "t1b",
      "t007",
      "t7",
      "t9",
      "t10",
    ]);
  });
});
