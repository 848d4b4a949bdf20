import { chmodSync, symlinkSync, truncateSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fileSource } from "../../src/local/index.ts";
import { folderOf, refusalOf, removeFolders } from "./folders.ts";

afterAll(removeFolders);

const fileOf = (bytes: Uint8Array) => join(folderOf({ "a.svs": bytes }), "a.svs");

describe("fileSource", () => {
  it("reads ranges as plain arrays that nobody else writes to", async () => {
    const source = fileSource(fileOf(Uint8Array.from({ length: 1000 }, (_, i) => i % 251)));
    expect(source.size).toBe(1000);
    const bytes = source.read(500, 10) as Uint8Array;
    expect([...bytes]).toEqual(Array.from({ length: 10 }, (_, i) => (500 + i) % 251));
    expect(bytes.constructor).toBe(Uint8Array);
    expect(bytes.buffer.byteLength).toBe(10);
    await source.close();
    await source.close();
    expect(await refusalOf(() => source.read(0, 1))).toContain("invalid-argument: ");
  });

  it("refuses ranges beyond the end before it allocates", async () => {
    const source = fileSource(fileOf(new Uint8Array(100)));
    for (const [offset, length] of [
      [90, 11],
      [-1, 5],
      [0, 2 ** 52],
      [0.5, 1],
      [101, 0],
    ] as const)
      expect(await refusalOf(() => source.read(offset, length))).toContain("corrupt-data: ");
    await source.close();
  });

  it("tells what is not there, what is no file and what may not be read", async () => {
    const folder = folderOf({ "a.svs": "x" });
    expect(await refusalOf(() => fileSource(join(folder, "b.svs")))).toContain("not-found: ");
    expect(await refusalOf(() => fileSource(join(folder, "a.svs", "c")))).toContain(
      "got nothing by that name",
    );
    expect(await refusalOf(() => fileSource(folder))).toContain("unsupported-format: ");
    symlinkSync(join(folder, "loop"), join(folder, "loop"));
    expect(await refusalOf(() => fileSource(join(folder, "loop")))).toContain(
      "links that point at each other",
    );
    chmodSync(join(folder, "a.svs"), 0o000);
    const refusal = await refusalOf(() => fileSource(join(folder, "a.svs")));
    // A superuser may read everything.
    if (process.getuid?.() !== 0) expect(refusal).toContain("permission denied");
  });

  it("tells a file that is cut short while it is open; one that is only unlinked stays readable", async () => {
    const path = fileOf(new Uint8Array(1000).fill(5));
    const source = fileSource(path);
    truncateSync(path, 400);
    expect(await refusalOf(() => source.read(300, 200))).toContain(
      "corrupt-data: " +
        `${path}: expected the file to hold 500 bytes, as it did when it was opened, got 400: it was cut short meanwhile.`,
    );
    if (process.platform !== "win32") {
      unlinkSync(path);
      expect((source.read(0, 4) as Uint8Array)[0]).toBe(5);
    }
    await source.close();
  });
});
