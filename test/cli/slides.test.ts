// `lowmag slide …` and `lowmag prepare` as a person calls them: words, JSON, exit codes, Ctrl-C.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeImage } from "../../src/image/index.ts";
import { drawSlide, TWO_DISCS, writeSlide } from "../prepare/slides.ts";
import { writeAperio } from "../support/slide-writers/aperio.ts";
import { capture } from "./capture.ts";

let folder: string;
let slide: string;
let svs: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-cli-slides-"));
  slide = await writeSlide(folder, "slide.tif", TWO_DISCS);
  svs = join(folder, "case.svs");
  const image = drawSlide({ width: 300, height: 200, mpp: 0.5, discs: [] });
  const storage = { compression: "deflate" } as const;
  const made = { image, downsamples: [1], mpp: 0.5, objective: 20, tileSize: 240, storage };
  writeFileSync(svs, await writeAperio(made));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const picture = (name: string): string => join(folder, name);

describe("lowmag slide", () => {
  it("info says what the file holds and where the µm/px came from, and never opens the label", async () => {
    const { exitCode, stdout } = await capture(["slide", "info", svs]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("600 x 400 pixels, 0.30 x 0.20 mm");
    expect(stdout).toMatch(/µm\/px +0\.5, from the scanner's own text/);
    expect(stdout).toMatch(/beside it +.*label \d+ x \d+/);
    const json = await capture(["slide", "info", slide, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      format: "tiff",
      mpp: { x: 1, y: 1 },
      mppSource: "resolution-tag",
      levels: [
        { width: 2400, downsample: 1 },
        { width: 600, downsample: 4, mpp: 4 },
      ],
    });
    const stated = await capture(["slide", "info", slide, "--slide-mpp", "0.5"]);
    expect(stated.stdout).toMatch(/0\.5, from the command line/);
  });

  it("thumbnail, region, tissue and associated write pictures at their scale", async () => {
    const small = picture("small.png");
    const thumbnail = await capture(["slide", "thumbnail", slide, "--mpp", "8", "--out", small]);
    expect(thumbnail.stdout).toBe(`${small} (300 x 200 pixels at 8 µm/px)\n`);
    expect((await decodeImage(small)).mpp).toEqual({ x: 8, y: 8 });
    const sized = await capture([
      "slide",
      "thumbnail",
      slide,
      "--size",
      "120",
      "--out",
      picture("sized.png"),
      "--json",
    ]);
    expect(JSON.parse(sized.stdout)).toMatchObject({ width: 120, height: 80, mpp: 20 });
    const window = ["--x", "500", "--y", "600", "--width", "200", "--height", "100"];
    const region = await capture([
      "slide",
      "region",
      slide,
      ...window,
      "--mpp",
      "2",
      "--out",
      picture("region.png"),
      "--json",
    ]);
    expect(JSON.parse(region.stdout)).toMatchObject({ width: 100, height: 50, mpp: 2 });
    const level = await capture([
      "slide",
      "region",
      slide,
      ...window,
      "--level",
      "1",
      "--out",
      picture("level.jpg"),
      "--json",
    ]);
    expect(JSON.parse(level.stdout)).toMatchObject({ width: 50, height: 25, mpp: 4 });
    const tissue = await capture(["slide", "tissue", slide, "--out", picture("tissue.png")]);
    expect(tissue.stdout).toMatch(/2 pieces, 0\.3\d+ mm² of tissue, by saturation above/);
    const label = await capture([
      "slide",
      "associated",
      svs,
      "--name",
      "label",
      "--out",
      picture("label.png"),
    ]);
    expect(label.exitCode).toBe(0);
  });

  it.each([
    [["thumbnail", "--mpp", "8", "--size", "99", "--out", "x.png"], /expected --mpp or --size, got both/],
    [["thumbnail", "--out", "x.bmp"], /`--out`: expected a file name that ends in \.png, \.jpg or \.webp/],
    [
      ["region", "--x", "0", "--y", "0", "--width", "9", "--height", "9", "--level", "7", "--out", "x.png"],
      /a level from 0 to 1, got 7/,
    ],
    [
      ["region", "--x", "0", "--y", "0", "--width", "9", "--height", "9", "--mpp", "0.2", "--out", "x.png"],
      /0\.9 µm\/px or coarser/,
    ],
    [["associated", "--name", "label", "--out", "x.png"], /expected a slide with pictures beside the tissue/],
  ])("%j is refused in words", async ([name = "", ...flags], words) => {
    const { exitCode, stderr } = await capture(["slide", name, slide, ...flags]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(words);
    expect(existsSync("x.png")).toBe(false);
  });

  it("replaces no file unless told to", async () => {
    const out = picture("mine.png");
    writeFileSync(out, "mine");
    const refused = await capture(["slide", "thumbnail", slide, "--out", out]);
    expect(refused.stderr).toContain("replace it with `--overwrite`");
    expect(readFileSync(out, "utf8")).toBe("mine");
    expect((await capture(["slide", "thumbnail", slide, "--out", out, "--overwrite"])).exitCode).toBe(0);
  });
});

describe("lowmag prepare", { timeout: 60_000 }, () => {
  it("ends with what was made and the next command; with 3 when slides were set aside", async () => {
    const out = picture("made");
    writeFileSync(picture("broken.tif"), "no slide");
    writeFileSync(picture("list.csv"), "slide,patient,label\nslide.tif,P1,Normal\nbroken.tif,P2,Normal\n");
    const { exitCode, stdout, stderr } = await capture([
      "prepare",
      picture("list.csv"),
      "--out",
      out,
      "--workers",
      "1",
    ]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/set aside \(not-a-slide\): .*broken\.tif/);
    expect(stdout).toMatch(/^1 slide, 0\.3\d mm² of tissue\n2 images at 1 µm\/px: /);
    expect(stdout).toContain(`1 slide set aside: see ${join(out, "failures.csv")}`);
    expect(stdout).toContain(`Next: lowmag split --data ${join(out, "mpp-1", "manifest.csv")}`);
  });

  it("--dry-run lists slides and sizes and writes nothing", async () => {
    const out = picture("planned");
    const { stdout } = await capture(["prepare", slide, "--mpp", "1,4", "--dry-run", "--out", out]);
    expect(stdout).toMatch(/slide .*images at 1 µm\/px.*images at 4 µm\/px/);
    expect(stdout).toContain("Nothing was written (--dry-run).");
    expect(existsSync(out)).toBe(false);
  });

  it("stops on Ctrl-C with 130, refuses a second process meanwhile, and finishes with the same command", async () => {
    const out = picture("interrupted");
    const bin = fileURLToPath(new URL("../../bin/lowmag.js", import.meta.url));
    const argv = ["prepare", slide, "--grid", "16", "--stride", "12", "--out", out, "--workers", "1"];
    const child = spawn(process.execPath, [bin, ...argv], { env: { ...process.env, NO_COLOR: "1" } });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const image = join(out, "mpp-1/images/slide");
    while (!existsSync(image)) await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await capture(argv);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain(`got process ${child.pid}, started`);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(existsSync(join(out, "prepare.lock"))).toBe(false);
    expect(existsSync(join(out, "mpp-1", "manifest.csv"))).toBe(false);
    const finished = await capture([...argv, "--json"]);
    expect(finished.exitCode).toBe(0);
    const { resolutions } = JSON.parse(finished.stdout) as { resolutions: { images: number }[] };
    const rows = readFileSync(join(out, "mpp-1", "manifest.csv"), "utf8")
      .trim()
      .split("\n");
    expect(rows.length - 1).toBe(resolutions[0]!.images);
  });
});

it("lowmag doctor tries what opens slides", async () => {
  const { stdout } = await capture(["doctor", "--json"]);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string }[] };
  const statusOf = (name: string) => checks.find((check) => check.name === name)?.status;
  expect(statusOf("slide decoder")).toBe("ok");
  expect(["ok", "warn"]).toContain(statusOf("native JPEG decoder"));
  expect(["ok", "warn"]).toContain(statusOf("OpenSlide"));
});
