// OpenSlide in a process of its own: what it says of slides, and what its crashes and hangs cost.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openSlide, openslideVersion } from "../../src/local/index.ts";
import { tiffOfTile } from "../support/claimed-tile.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { folderOf, refusalOf, removeFolders } from "./folders.ts";

afterAll(removeFolders);

/** Processes that this one has started (Linux). */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
}

const version = await openslideVersion();
const slides = realData("slides");
const svs = `${slides}/CMU-1-Small-Region.svs`;
const window = { left: 100, top: 200, width: 300, height: 200 };

describe("without OpenSlide", () => {
  it("says so for files that only it reads, and reads the others", async () => {
    const openslide = { library: "libnothing-of-that-name.so" };
    expect(await openslideVersion(openslide)).toBeNull();
    const path = join(folderOf({ "a.mrxs": Uint8Array.of(0xff, 0xd8, 0xff, 0xe0) }), "a.mrxs");
    expect(await refusalOf(() => openSlide(path, { openslide }))).toContain(
      "got a MIRAX slide, which only OpenSlide reads",
    );
    expect(await refusalOf(() => openSlide(path, { openslide, backend: "openslide" }))).toMatch(
      /^unsupported-format: .* expected OpenSlide on this machine, got none at libnothing-of-that-name\.so\. Install it/,
    );
  });

  it("takes a library of another kind for none", async () => {
    expect(await openslideVersion({ library: "libm.so.6" })).toBeNull();
  });
});

describe.skipIf(version === null)(`OpenSlide ${version?.version ?? "is not installed"}`, () => {
  it.skipIf(slides === null)(
    `shows a slide as lowmag does${slides === null ? ` (${NO_REAL_DATA})` : ""}`,
    async () => {
      const [own, other] = [
        await openSlide(svs, { backend: "own" }),
        await openSlide(svs, { backend: "openslide" }),
      ];
      expect([other.format, other.vendor, other.notes]).toEqual([
        "openslide",
        "aperio",
        [`Read by OpenSlide ${version!.version}.`],
      ]);
      expect([other.mpp, other.objective]).toEqual([own.mpp, own.objective]);
      expect(other.associated.map(({ name }) => name).sort()).toEqual(
        own.associated.map(({ name }) => name).sort(),
      );
      const regions = await Promise.all([other, own].map((slide) => slide.readRegion(0, window)));
      expect(Buffer.compare(regions[0]!.data, regions[1]!.data)).toBe(0);
      const [label, same] = [await other.readAssociated("label"), await own.readAssociated("label")];
      expect([label.width, label.height]).toEqual([same.width, same.height]);
      expect(Buffer.compare(label.data, same.data)).toBe(0);
      expect(await refusalOf(() => other.readAssociated("map"))).toContain("expected one of ");
      expect(Object.keys(other.properties).every((name) => name.startsWith("openslide."))).toBe(true);
      await Promise.all([own.close(), other.close()]);
      expect(await refusalOf(() => other.readRegion(0, window))).toMatch(/^cancelled: /);
    },
  );

  it.skipIf(slides === null || process.platform !== "linux")(
    "that hangs is killed, and the next read goes to a new process",
    async () => {
      const slide = await openSlide(svs, {
        backend: "openslide",
        openslide: { timeoutMs: 30_000 },
        cacheBytes: 0,
      });
      const impatient = await openSlide(svs, {
        backend: "openslide",
        openslide: { timeoutMs: 2000 },
        cacheBytes: 0,
      });
      // A process that is stopped answers nothing.
      for (const pid of childrenOf(process.pid)) process.kill(pid, "SIGSTOP");
      expect(await refusalOf(() => impatient.readRegion(0, window))).toContain(
        `internal: ${svs}: expected the worker process to finish within 2 s, got no answer.`,
      );
      const again = await impatient.readRegion(0, window);
      for (const pid of childrenOf(process.pid)) process.kill(pid, "SIGCONT");
      expect(Buffer.compare((await slide.readRegion(0, window)).data, again.data)).toBe(0);
      await Promise.all([slide.close(), impatient.close()]);
    },
  );

  it("that crashes on a file costs that slide one error", async () => {
    // OpenSlide 3.4 and 4.0 end in an abort when they allocate a tile of 2^30 x 2^30.
    const path = join(folderOf(), "crash.tif");
    writeFileSync(path, tiffOfTile(2 ** 30));
    const message = await refusalOf(async () => {
      const slide = await openSlide(path, { backend: "openslide" });
      await slide.readRegion(0, { left: 0, top: 0, width: 10, height: 10 });
    });
    expect(message).toMatch(/^corrupt-data: .*crash\.tif: expected /);
    expect(await refusalOf(() => openSlide(path, { backend: "auto" }))).toMatch(/^corrupt-data: /);
  });

  it("says of a file that it does not know that it is of another kind", async () => {
    const path = join(folderOf({ "a.svs": "text" }), "a.svs");
    expect(await refusalOf(() => openSlide(path, { backend: "openslide" }))).toContain(
      "expected a slide that OpenSlide knows, got another kind of file.",
    );
    expect(await refusalOf(() => openSlide(join(path, "no"), { backend: "openslide" }))).toContain(
      "not-found: ",
    );
  });
});
