// DeepSlide folders made on the fly: what is taken, what is left out and why, and what is refused. The layouts are those
// that code/1_split.py and code/2_process_patches.py of BMIRDS/deepslide write.
import { describe, expect, it } from "vitest";
import { readDeepSlide } from "../../src/dataset/index.ts";
import { type Drawing, refusalOf, writeData } from "./make-data.ts";

/** Tissue images a1 … of each class in each split folder. */
function divided(prefix = "wsi_"): Record<string, Drawing | string> {
  const files: Record<string, Drawing | string> = {};
  for (const [split, numbers] of Object.entries({ train: [1, 2], val: [3], test: [4] }))
    for (const label of ["a", "n"])
      for (const number of numbers) files[`${prefix}${split}/${label}/${label}${number}.png`] = {};
  return files;
}

const LABELS = {
  "labels_train.csv": "img,gt\na1.png,a\na2.png,a\nn1.png,n\nn2.png,n\n",
  "labels_val.csv": "img,gt\na3.png,a\nn3.png,n\n",
  "labels_test.csv": "img,gt\na4.png,a\nn4.png,n\n",
};

const files = ({ images }: { images: readonly { file: string; split: string | null; label: string }[] }) =>
  images.map(({ file, split, label }) => `${split} ${label} ${file}`);

describe("the split folders of a DeepSlide folder", () => {
  it("give every image its class and split", async () => {
    const reading = await readDeepSlide(await writeData({ ...divided(), ...LABELS }));
    expect(reading.part).toBe("split");
    expect(files(reading)).toEqual([
      "train a wsi_train/a/a1.png",
      "train a wsi_train/a/a2.png",
      "train n wsi_train/n/n1.png",
      "train n wsi_train/n/n2.png",
      "val a wsi_val/a/a3.png",
      "val n wsi_val/n/n3.png",
      "test a wsi_test/a/a4.png",
      "test n wsi_test/n/n4.png",
    ]);
    expect(reading.leftOut).toEqual([]);
  });

  it("may be called train, val and test, as 4_anonymize.py calls them, but not both", async () => {
    const plain = await readDeepSlide(await writeData(divided("")));
    expect(plain.images[0]!.file).toBe("train/a/a1.png");
    const both = await writeData({ ...divided(), ...divided("") });
    expect(await refusalOf(() => readDeepSlide(both), both)).toBe(
      "invalid-argument: <data>: expected one set of split folders, got wsi_train, train, wsi_val, val, wsi_test, test. Move the ones that are not meant to another folder.",
    );
  });

  it("leave out the undivided copies, whole slides, deeper folders and other files, with the reason", async () => {
    const folder = await writeData({
      ...divided(),
      "all_wsi/a/a1.png": {},
      "all_wsi/n/n3.png": {},
      "wsi_train/a/S-1.svs": "a slide",
      "wsi_train/a/notes.txt": "text",
      "wsi_train/a/pieces/p1.png": {},
      "wsi_val/loose.png": {},
    });
    const { leftOut, images } = await readDeepSlide(folder);
    expect(images).toHaveLength(8);
    expect(leftOut).toEqual([
      {
        reason: "a whole slide: cut it with `lowmag prepare`",
        count: 1,
        examples: ["wsi_train/a/S-1.svs"],
      },
      { reason: "not an image", count: 1, examples: ["wsi_train/a/notes.txt"] },
      {
        reason: "in a folder inside a class folder, where DeepSlide does not look",
        count: 1,
        examples: ["wsi_train/a/pieces/p1.png"],
      },
      { reason: "not in a class folder", count: 1, examples: ["wsi_val/loose.png"] },
      {
        reason: "the undivided copy of an image of the split folders",
        count: 2,
        examples: ["all_wsi/a/a1.png", "all_wsi/n/n3.png"],
      },
    ]);
  });

  it("are refused where an older split left a copy in another folder", async () => {
    const folder = await writeData({ ...divided(), "wsi_val/a/a1.png": {} });
    expect(await refusalOf(() => readDeepSlide(folder), folder)).toBe(
      "data-leak: <data>: expected each image in one split, got `a/a1.png` in wsi_train/a/a1.png and wsi_val/a/a1.png. 1_split.py copies into folders that it does not clear: remove the copies of the older split.",
    );
  });

  it("are refused where all_wsi holds more, until one of them is chosen", async () => {
    const folder = await writeData({ ...divided(), "all_wsi/a/a9.png": {}, "all_wsi/n/n9.png": {} });
    expect(await refusalOf(() => readDeepSlide(folder), folder)).toBe(
      "invalid-argument: <data>: expected the images of all_wsi to be those of the split folders, got 2 images only in all_wsi, e.g. all_wsi/a/a9.png. Say which are meant: `--take split` leaves them out, `--take all` takes all_wsi.",
    );
    expect((await readDeepSlide(folder, { part: "split" })).images).toHaveLength(8);
    expect(files(await readDeepSlide(folder, { part: "all" }))).toEqual([
      "null a all_wsi/a/a9.png",
      "null n all_wsi/n/n9.png",
    ]);
  });
});

describe("labels files", () => {
  it.each([
    [
      "another class than the folder",
      { "labels_val.csv": "img,gt\na3.png,n\nn3.png,n\n" },
      "invalid-argument: <data>/labels_val.csv line 2: expected `a3.png` with the class `a` that its folder gives it, got `n`.",
    ],
    [
      "another split than the folder",
      { "labels_train.csv": "img,gt\na1.png,a\na2.png,a\nn1.png,n\nn2.png,n\na3.png,a\n" },
      "data-leak: <data>/labels_val.csv line 2: expected an image and its class, once, got `a3.png` again (first at <data>/labels_train.csv line 6).",
    ],
    [
      "an image without a row",
      { "labels_test.csv": "img,gt\nn4.png,n\n" },
      "invalid-argument: wsi_test/a/a4.png: expected a row in labels_test.csv with the class `a`, got none.",
    ],
    [
      "a row without a file",
      { "labels_test.csv": "img,gt\na4.png,a\nn4.png,n\nn5.png,n\n" },
      "not-found: <data>/labels_test.csv line 4: expected the file `n5.png` in a folder of class `n`, got none (1 row without a file).",
    ],
    [
      "an empty cell",
      { "labels_test.csv": "img,gt\na4.png,\n" },
      "invalid-argument: <data>/labels_test.csv line 2: expected an image and its class, once, got an empty cell.",
    ],
    [
      "another header",
      { "labels_test.csv": "File Name,Class\na4.png,a\n" },
      "invalid-argument: <data>/labels_test.csv: expected a column `img`, got the columns file name, class",
    ],
  ])("that say %s are refused", async (_, other, message) => {
    const folder = await writeData({ ...divided(), ...LABELS, ...other });
    expect(await refusalOf(() => readDeepSlide(folder), folder)).toContain(message);
  });

  it("divide all_wsi where there are no split folders", async () => {
    const all = Object.fromEntries(
      Object.keys(divided()).map((name) => [name.replace(/^wsi_\w+\//, "all_wsi/"), {}]),
    );
    const folder = await writeData({ ...all, ...LABELS, "all_wsi/a/a9.png": {} });
    const reading = await readDeepSlide(folder);
    expect(reading.part).toBe("all");
    expect(files(reading).filter((line) => line.startsWith("val"))).toEqual([
      "val a all_wsi/a/a3.png",
      "val n all_wsi/n/n3.png",
    ]);
    expect(reading.leftOut).toEqual([
      { reason: "in no labels file, so in no split", count: 1, examples: ["all_wsi/a/a9.png"] },
    ]);
    const dropped = await readDeepSlide(folder, { keepSplits: false });
    expect(dropped.images).toHaveLength(9);
    expect(dropped.images.every(({ split }) => split === null)).toBe(true);
  });
});

describe("the patches of a DeepSlide folder", () => {
  const PATCHES = {
    "train_folder/train/a/S1_0_0.png": {},
    "train_folder/train/a/S1_0_149.png": {},
    "train_folder/train/n/S2_0_0.png": {},
    "train_folder/train/n/S2dup2_0_0.png": {},
    "train_folder/train/n/S7dup2_0_0.png": {}, // a slide that is called so
    "train_folder/val/a/S3/00000;00000.png": {},
    "train_folder/val/n/S4_0_0.png": {},
    "patches_eval_val/S4/S4/00000;00000.png": {},
    "patches_eval_test/S5/S5/00000;00000.png": {},
    "patches_eval_test/S6/S6/00000;00000.png": {},
    "patches_eval_test/S9/S9/00000;00000.png": {},
    "labels_test.csv": "img,gt\nS5.jpg,a\nS6.jpg,n\n",
  };

  it("are taken where there is nothing else, each with its slide, without the copies made for balance", async () => {
    const reading = await readDeepSlide(await writeData(PATCHES));
    expect(reading.part).toBe("patches");
    expect(reading.images.map(({ file, slide, split }) => `${split} ${slide} ${file}`)).toEqual([
      "train S1 train_folder/train/a/S1_0_0.png",
      "train S1 train_folder/train/a/S1_0_149.png",
      "train S2 train_folder/train/n/S2_0_0.png",
      "train S7dup2 train_folder/train/n/S7dup2_0_0.png",
      "val S3 train_folder/val/a/S3/00000;00000.png",
      "val S4 train_folder/val/n/S4_0_0.png",
      "test S5 patches_eval_test/S5/S5/00000;00000.png",
      "test S6 patches_eval_test/S6/S6/00000;00000.png",
    ]);
    expect(reading.leftOut.map(({ reason, count }) => `${count} ${reason}`)).toEqual([
      "1 a copy that was made to balance the classes",
      "1 a test slide that labels_test.csv gives no class",
      "1 another cut of the same slides",
    ]);
  });

  it("are refused where two test slides of one name share a folder", async () => {
    const folder = await writeData({ ...PATCHES, "labels_test.csv": "img,gt\nS5.jpg,a\nS5.jpg,n\n" });
    expect(await refusalOf(() => readDeepSlide(folder), folder)).toContain(
      "expected one class for each test slide, got `S5` as `a` and as `n`",
    );
  });

  it("are left where there are tissue images", async () => {
    const reading = await readDeepSlide(await writeData({ ...divided(), ...PATCHES, ...LABELS }));
    expect(reading.part).toBe("split");
    expect(reading.notes).toEqual(["The patches in train_folder were left: they are cuts of these images."]);
  });
});

describe("a folder that is no DeepSlide folder", () => {
  it("is refused with the names of the folders that were looked for", async () => {
    const folder = await writeData({ "tumour/1.png": {}, "stroma/1.png": {} });
    expect(await refusalOf(() => readDeepSlide(folder), folder)).toBe(
      "not-found: <data>: expected a DeepSlide folder (wsi_train, wsi_val, wsi_test, all_wsi, train_folder), got none of these folders. Give the folder in which DeepSlide's scripts were run.",
    );
    expect(await refusalOf(() => readDeepSlide(folder, { part: "patches" }), folder)).toContain(
      "expected train_folder in it",
    );
  });

  it("is refused where its class folders hold whole slides alone", async () => {
    const folder = await writeData({ "all_wsi/a/1.svs": "slide", "all_wsi/n/2.svs": "slide" });
    expect(await refusalOf(() => readDeepSlide(folder), folder)).toContain(
      "expected images of at least two classes, got none; 2 left out: a whole slide: cut it with `lowmag prepare`.",
    );
  });
});
