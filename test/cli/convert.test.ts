// `lowmag convert` on DeepSlide folders made on the fly: the lists it writes, what stops it, and that a converted folder trains.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { capture } from "./capture.ts";
import { writeImage } from "./tissue.ts";

let folder: string;
let deepslide: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-convert-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  deepslide = join(folder, "deepslide");
  rmSync(deepslide, { recursive: true, force: true });
  for (const [split, patient] of Object.entries({ wsi_train: 1, wsi_val: 2, wsi_test: 3 }))
    for (const [c, label] of ["Acinar", "Solid"].entries())
      for (const piece of ["A", "B"]) {
        const path = `${split}/${label}/S${patient}${c}-${piece}.jpg.png`;
        await writeImage(deepslide, { path, tint: c === 0 ? [200, 110, 170] : [120, 90, 160] });
      }
});

const PATIENT = ["--patient-pattern", "/(S\\d+)-"];
const read = (name: string): string => readFileSync(join(deepslide, name), "utf8");

describe("lowmag convert", () => {
  it("writes a manifest and splits beside the images, and leaves the images alone", async () => {
    const before = readdirSync(deepslide, { recursive: true }).sort();
    const argv = ["convert", deepslide, "--mpp", "1.5", ...PATIENT, "--quiet"];
    const { exitCode, stdout, stderr } = await capture(argv);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(read("manifest.csv").split("\n").slice(0, 3)).toEqual([
      "image,label,patient,split,mpp",
      "wsi_train/Acinar/S10-A.jpg.png,Acinar,S10,train,1.5",
      "wsi_train/Acinar/S10-B.jpg.png,Acinar,S10,train,1.5",
    ]);
    expect(read("splits.csv")).toMatch(/^image,label,patient,split,contentHash\nwsi_train\/Acinar\/S10-A/);
    expect(stdout).toBe(
      [
        "Taken: the tissue images of the split folders, at 1.5 µm/px",
        "split  images  patients  Acinar  Solid",
        "-----  ------  --------  ------  -----",
        "train       4         2       2      2",
        "val         4         2       2      2",
        "test        4         2       2      2",
        `Written: ${join(deepslide, "manifest.csv")}, ${join(deepslide, "splits.csv")}`,
        "",
      ].join("\n"),
    );
    const after = readdirSync(deepslide, { recursive: true }).sort();
    expect(after).toEqual([...before, "manifest.csv", "splits.csv"].sort());
  });

  it("trains: the manifest and splits are what `lowmag train` reads", { timeout: 60_000 }, async () => {
    expect((await capture(["convert", deepslide, "--mpp", "1"])).exitCode).toBe(0);
    const run = join(folder, "run");
    const { exitCode, stdout } = await capture([
      ...["train", "--data", join(deepslide, "manifest.csv"), "--splits", join(deepslide, "splits.csv")],
      ...["--mpp", "1", "--epochs", "1", "--batch", "4", "--workers", "1", "--out", run, "--json"],
      ...["--cache", join(folder, "cache")],
    ]);
    expect(exitCode).toBe(0);
    const result = JSON.parse(stdout) as { images: { train: number; val: number } };
    expect(result.images).toMatchObject({ train: 4, val: 4 });
  });

  it("says what it would do, and writes nothing, with --dry-run", async () => {
    const { exitCode, stdout } = await capture(["convert", deepslide, "--mpp", "1", "--dry-run", "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      take: "split",
      classes: ["Acinar", "Solid"],
      patients: 0,
      withoutPatient: 12,
      written: { manifest: null, splits: null, unlabelled: null },
    });
    expect(existsSync(join(deepslide, "manifest.csv"))).toBe(false);
  });

  it("stops for a patient in two splits, and goes on without DeepSlide's splits", async () => {
    const pattern = ["--patient-pattern", "-([AB])\\."];
    const refused = await capture(["convert", deepslide, "--mpp", "1", ...pattern]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toBe(
      "error: split `val`: expected patients of its own, got patient `A` with wsi_val/Acinar/S20-A.jpg.png, and with wsi_train/Acinar/S10-A.jpg.png in `train`. DeepSlide divides by image: drop its splits with `--splits drop`, then divide by patient with `lowmag split`.\n",
    );
    const dropped = await capture(["convert", deepslide, "--mpp", "1", ...pattern, "--splits", "drop"]);
    expect(dropped.exitCode).toBe(0);
    expect(read("manifest.csv")).toContain("\nwsi_val/Acinar/S20-A.jpg.png,Acinar,A,,1\n");
    expect(existsSync(join(deepslide, "splits.csv"))).toBe(false);
  });

  it("stops for the same bytes in two splits, and leaves no list behind", async () => {
    cpSync(
      join(deepslide, "wsi_train/Acinar/S10-A.jpg.png"),
      join(deepslide, "wsi_test/Acinar/other.jpg.png"),
    );
    const { exitCode, stderr } = await capture(["convert", deepslide, "--mpp", "1"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      "wsi_test/Acinar/other.jpg.png, which has the same bytes as wsi_train/Acinar/S10-A.jpg.png",
    );
    expect(readdirSync(deepslide).sort()).toEqual(["wsi_test", "wsi_train", "wsi_val"]);
  });

  it("lists unlabelled images apart, and refuses images that have labels among them", async () => {
    const more = join(folder, "more");
    await writeImage(more, { path: "b/U1.png" });
    const { exitCode } = await capture(["convert", deepslide, "--mpp", "2", "--unlabelled", more]);
    expect(exitCode).toBe(0);
    expect(read("unlabelled.csv")).toBe("image,label,patient,split,mpp\n../more/b/U1.png,,,,2\n");
    const own = join(deepslide, "wsi_val");
    const refused = await capture(["convert", deepslide, "--mpp", "2", "--unlabelled", own, "--overwrite"]);
    expect(refused.stderr).toBe(
      `error: \`--unlabelled\` ${own}: expected images that are not taken with their labels, got wsi_val/Acinar/S20-A.jpg.png. Give the folder of the further images alone.\n`,
    );
  });

  it("does not replace lists unless told to", async () => {
    await capture(["convert", deepslide, "--mpp", "1"]);
    const refused = await capture(["convert", deepslide, "--mpp", "2"]);
    expect(refused.stderr).toBe(
      `error: ${join(deepslide, "manifest.csv")}: expected no list of that name, got one that is there. Choose another folder with \`--out\`, or replace it with \`--overwrite\`.\n`,
    );
    expect(read("manifest.csv")).toContain(",train,1\n");
    await capture(["convert", deepslide, "--mpp", "2", "--overwrite"]);
    expect(read("manifest.csv")).toContain(",train,2\n");
  });

  it("copies the images where asked, with lists that need nothing else", async () => {
    const out = join(folder, "copy");
    const { exitCode } = await capture(["convert", deepslide, "--mpp", "1", "--out", out, "--copy"]);
    expect(exitCode).toBe(0);
    rmSync(deepslide, { recursive: true });
    const { stdout } = await capture([
      "split",
      "--data",
      join(out, "manifest.csv"),
      "--json",
      "--by",
      "image",
      "--out",
      join(folder, "s.csv"),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ classes: ["Acinar", "Solid"] });
  });

  it("wants a resolution, which DeepSlide states nowhere", async () => {
    const { exitCode, stderr } = await capture(["convert", deepslide]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--mpp");
  });
});
