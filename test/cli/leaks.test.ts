// `lowmag leaks` on images made on the fly: what it prints, writes and answers with.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { copyOf, spots, storedImage } from "../dataset/make-copies.ts";
import { newFolder } from "../dataset/make-data.ts";
import { capture } from "./capture.ts";

let folder: string;
beforeAll(async () => {
  folder = await newFolder();
  const original = spots(160, 160, 1);
  await storedImage(folder, "a1.png", original);
  await storedImage(folder, "a2.png", spots(160, 160, 2));
  await storedImage(folder, "b1.jpg", copyOf(original, { angle: 90, mirrored: true }));
  await storedImage(folder, "b2.png", spots(160, 160, 3));
  await storedImage(folder, "more/u.jpg", copyOf(spots(160, 160, 3), { angle: 180 }));
  const rows = ["a1.png,A,train,0", "a2.png,B,train,500", "b1.jpg,B,test,490", "b2.png,A,test,0"].map(
    (row, i) => {
      const [image, label, split, x] = row.split(",");
      return `${image},${label},${split},s${i === 1 || i === 2 ? 1 : i},${x},0,100,100`;
    },
  );
  writeFileSync(
    join(folder, "manifest.csv"),
    ["image,label,split,slide,x,y,width,height", ...rows].join("\n"),
  );
});

const leaks = async (...more: string[]) =>
  await capture([
    "leaks",
    "--data",
    join(folder, "manifest.csv"),
    "--cache",
    join(folder, "cache"),
    "--quiet",
    ...more,
  ]);

interface Answer {
  readonly counts: object;
  readonly pairs: readonly { kind: string; first: { id: string }; second: { id: string }; state: string }[];
}

async function answer(
  ...more: string[]
): Promise<{ exitCode: number; found: readonly string[]; counts: object }> {
  const { exitCode, stdout } = await leaks("--json", ...more);
  const { pairs, counts } = JSON.parse(stdout) as Answer;
  const found = pairs.map(({ kind, first, second, state }) => `${state}: ${kind} ${first.id} ${second.id}`);
  return { exitCode, found: found.sort(), counts };
}

describe("lowmag leaks", () => {
  it("names copies and overlapping boxes across splits, and ends with 2", async () => {
    expect(await answer("--unlabelled", join(folder, "more"))).toEqual({
      exitCode: 2,
      counts: { leaks: 3, allowed: 0, within: 0 },
      found: [
        "leak: near-duplicate a1.png b1.jpg",
        "leak: near-duplicate b2.png more/u.jpg",
        "leak: slide cut twice b1.jpg a2.png",
      ],
    });
  });

  it("ends well when all pairs are allowed, or pictures are left out", async () => {
    expect(await answer("--allow", "a1.png,b1.jpg", "--allow", "b1.jpg,a2.png")).toEqual({
      exitCode: 0,
      counts: { leaks: 0, allowed: 2, within: 0 },
      found: ["allowed: near-duplicate a1.png b1.jpg", "allowed: slide cut twice b1.jpg a2.png"],
    });
    const places = await answer("--no-near-duplicates", "--allow", "a2.png,b1.jpg");
    expect([places.exitCode, places.found]).toEqual([0, ["allowed: slide cut twice b1.jpg a2.png"]]);
  });

  it("prints a table, and writes a list, groups and a page that holds pictures and no script", async () => {
    const out = join(folder, "out");
    const { exitCode, stdout } = await leaks("--out", out);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(
      /leak +near-duplicate +(1\.00|0\.9\d) +a1\.png \(train\) +b1\.jpg \(test\) +mirrored, turned by/,
    );
    expect(stdout).toContain("data-leak: 2 pairs stand in two splits.");
    const rows = readFileSync(join(out, "leaks.csv"), "utf8").trim().split("\n");
    expect(rows.length).toBe(3);
    expect(rows[0]).toMatch(/^state,kind,score,first,/);
    expect(readFileSync(join(out, "groups.csv"), "utf8")).toBe(
      "image,patient\na1.png,a1.png\na2.png,a1.png\nb1.jpg,a1.png\nb2.png,b2.png\n",
    );
    const page = readFileSync(join(out, "leaks.html"), "utf8");
    expect(page.match(/<img src="data:image\/jpeg;base64,/g)?.length).toBe(2);
    expect(page).not.toMatch(/<script/);
  });

  it("refuses half a pair, and a folder that cannot be made, before any work", async () => {
    expect((await leaks("--allow", "a1.png")).stderr).toContain("pairs of images: an even number of ids");
    const { exitCode, stderr } = await leaks("--out", join(folder, "manifest.csv", "out"));
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("a path that can be written")]);
    expect(existsSync(join(folder, "manifest.csv", "out"))).toBe(false);
  });

  it("refuses a box that is not four numbers", async () => {
    const broken = join(folder, "broken.csv");
    const text = readFileSync(join(folder, "manifest.csv"), "utf8");
    writeFileSync(broken, text.replace("s1,500,0,100,100", "s1,500,0,wide,100"));
    const { exitCode, stderr } = await capture(["leaks", "--data", broken, "--quiet"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      "broken.csv line 3: expected the box on the slide as numbers x, y, width, height, in pixels of level 0, got `500`, `0`, `wide`, `100`.",
    );
  });
});
